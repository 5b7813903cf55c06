/**
 * What the fuzzer feeds a device, as bytes that stand for themselves: which door it comes through, from whom, how long
 * after the last one, and what is said. A list of them is all that is needed to live through the same again.
 */
import { readFileSync } from 'node:fs';
import { RICH_PREFIX, toJson } from '../../src/datagram/rich.ts';

/** `inside`: what a sealed frame has in it, by somebody who has the key. */
export const DOORS = ['plain', 'unicast', 'sealed', 'inside', 'http'] as const;
export type Door = (typeof DOORS)[number];

export interface Input {
  readonly door: Door;
  /** From which of 256 addresses. */
  readonly source: number;
  /** One of 256 times to let pass before. */
  readonly delay: number;
  readonly payload: Buffer;
}

export function hexOf({ door, source, delay, payload }: Input): string {
  return Buffer.concat([Buffer.from([DOORS.indexOf(door), source, delay]), payload]).toString('hex');
}

export function inputOf(hex: string): Input {
  const bytes = Buffer.from(hex, 'hex');
  const [door = 0, source = 0, delay = 0] = bytes;
  const known = DOORS[door];
  if (!known) throw new Error(`an input begins with 00 to 0${DOORS.length - 1}`);
  return { door: known, source, delay, payload: bytes.subarray(3) };
}

/** In the order of the files. */
export function corpus(): Input[] {
  const vectors = JSON.parse(readFileSync('test/unit/datagram/vectors.json', 'utf8'));
  const own = JSON.parse(readFileSync('test/fuzz/corpus.json', 'utf8'));
  const datagrams: Buffer[] = [
    ...[...vectors.frames, ...vectors.rejects].map(({ hex }) => Buffer.from(hex, 'hex')),
    ...own.datagrams.map((text: string) => Buffer.from(text)),
  ];
  const insides: string[] = [
    ...datagrams
      .map((each) => each.toString())
      .flatMap((text) => (text.startsWith(RICH_PREFIX) ? text.slice(RICH_PREFIX.length) : [])),
    ...vectors.frames.flatMap(({ fleetKey, message }: Vector) => (fleetKey ? toJson(message) : [])),
  ];
  const requests: Buffer[] = own.requests.map((text: string) => Buffer.from(text.replaceAll('\n', '\r\n')));
  return [
    ...datagrams.map((payload) => at('plain', payload)),
    ...datagrams.map((payload) => at('unicast', payload)),
    ...datagrams.map((payload) => at('sealed', payload)),
    ...insides.map((text) => at('inside', Buffer.from(text))),
    ...requests.map((payload) => at('http', payload)),
  ];
}

interface Vector {
  readonly fleetKey?: string;
  readonly message: Parameters<typeof toJson>[0];
}

function at(door: Door, payload: Buffer): Input {
  return { door, source: 0, delay: 0, payload };
}
