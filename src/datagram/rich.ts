/**
 * The rich frame: `multitastic/2 ` and one JSON object. Unknown fields are ignored, so that later versions can say more;
 * every known one is checked against its limits. Nothing here throws, whatever the bytes.
 */
import { isUtf8 } from 'node:buffer';
import {
  type ClassicAnnouncement,
  type Facts,
  IDENTIFY_OUTCOMES,
  type IdentifyReply,
  type IdentifyRequest,
  type Message,
  nameFault,
  type RecentProof,
  type Rejection,
  type RichAnnouncement,
} from './announcement.ts';
import { ENTRY_CHARACTERS, isHeardList } from './heard-list.ts';
import { HOLD_S_LEAST, HOLD_S_MOST } from './hold.ts';

export type RichMessage = Exclude<Message, ClassicAnnouncement>;

export const RICH_PREFIX = 'multitastic/2 ';
/** What a sealed frame adds; left free in every frame, so that a key can be introduced without a second look at sizes. */
const SEAL_BYTES = 47;
const JSON_BYTES_MAX = 1_200 - SEAL_BYTES;

const ID = /^[\da-f]{12}$/;
const TOKEN = /^[\w-]{11}$/;
const SEQUENCE_MAX = 2 ** 32;
const UPTIME_MAX_S = 2 ** 32;
const FIRMWARE = /^[\w.+-]{1,32}$/;
const PEERS_TOLD_MAX = 1e6;
/** A request to blink is at least as long as any reply to it, so that nobody can make a device say more than was said. */
const IDENTIFY_CHARACTERS_LEAST = 100;

/** The fields as they stand on the wire. */
interface Wire {
  readonly [field: string]: unknown;
}

/** How many peers the lists of an announcement can hold that tells of as many peers as `said` does, or of fewer. */
export function heardRoom(said: RichAnnouncement): number {
  const rest = toJson({ ...said, heard: '', fresh: '' });
  return Math.floor((JSON_BYTES_MAX - ',"new":""'.length - Buffer.byteLength(rest)) / ENTRY_CHARACTERS);
}

/** The object of a rich or sealed frame, in UTF-8. */
export function toJson(message: RichMessage): string {
  if (message.frame === 'question') return JSON.stringify({ question: message.token });
  if (message.frame === 'answer') return JSON.stringify({ answer: message.token });
  if (message.frame === 'identify') return padded(identifyWire(message));
  if (message.frame === 'identified') return JSON.stringify(identifiedWire(message));
  const { id, boot, sequence, name, holdMs, heard, fresh, peers, asks, leaving, facts } = message;
  return JSON.stringify({
    id,
    boot,
    seq: sequence,
    name,
    hold: Math.round(holdMs / 1000),
    peers,
    heard,
    ...(fresh && { new: fresh }),
    ...(asks && { ask: true }),
    ...(leaving && { leaving: true }),
    fw: facts.firmware,
    up: facts.uptimeSeconds,
    temp: facts.temperatureCelsius,
    mem: facts.memoryPercent,
    rssi: facts.signalDbm,
  });
}

function identifyWire({ token, name, proof }: IdentifyRequest): Wire {
  return { identify: token, name, ...(proof && { boot: proof.boot, seq: proof.sequence }) };
}

function identifiedWire({ token, outcome, proof }: IdentifyReply): Wire {
  return { identified: token, outcome, boot: proof.boot, seq: proof.sequence };
}

function padded(wire: Wire): string {
  const missing = IDENTIFY_CHARACTERS_LEAST - JSON.stringify(wire).length;
  return JSON.stringify(missing > 0 ? { ...wire, pad: ' '.repeat(missing) } : wire);
}

export function encodeRich(message: RichMessage): Uint8Array {
  return Buffer.from(RICH_PREFIX + toJson(message));
}

/** Reads the object of a rich or sealed frame, which begins at `from`. */
export function fromJson(bytes: Buffer, from = 0): Message | Rejection {
  const text = bytes.toString('utf8', from);
  // What is no UTF-8 becomes this character, which may also have been said.
  if (text.includes('\u{FFFD}') && !isUtf8(bytes.subarray(from))) return 'malformed';
  const wire = parse(text);
  if (!wire) return 'malformed';
  if (wire.id !== undefined) return announcementOf(wire);
  if (isToken(wire.question)) return { frame: 'question', token: wire.question };
  if (isToken(wire.answer)) return { frame: 'answer', token: wire.answer };
  if (isToken(wire.identify)) return identifyOf(wire.identify, wire);
  if (isToken(wire.identified)) return identifiedOf(wire.identified, wire);
  return 'malformed';
}

function identifyOf(token: string, wire: Wire): IdentifyRequest | Rejection {
  const { name, boot, seq } = wire;
  if (typeof name !== 'string' || nameFault(name)) return 'bad-name';
  const proof = proofOf(wire);
  if (!proof && (boot !== undefined || seq !== undefined)) return 'malformed';
  return { frame: 'identify', token, name, proof };
}

function identifiedOf(token: string, wire: Wire): IdentifyReply | Rejection {
  const outcome = IDENTIFY_OUTCOMES.find((each) => each === wire.outcome);
  const proof = proofOf(wire);
  return outcome && proof ? { frame: 'identified', token, outcome, proof } : 'malformed';
}

function proofOf({ boot, seq }: Wire): RecentProof | undefined {
  return isToken(boot) && isCount(seq, SEQUENCE_MAX) ? { boot, sequence: seq } : undefined;
}

function parse(text: string): Wire | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Wire) : undefined;
  } catch {
    return undefined;
  }
}

function announcementOf(wire: Wire): RichAnnouncement | Rejection {
  const { id, boot, seq: sequence, name, hold, heard, peers, ask, leaving } = wire;
  const fresh = wire.new ?? '';
  if (typeof id !== 'string' || !ID.test(id) || !isToken(boot)) return 'malformed';
  if (!isCount(sequence, SEQUENCE_MAX) || !isCount(peers, PEERS_TOLD_MAX)) return 'malformed';
  if (typeof hold !== 'number' || !(hold >= HOLD_S_LEAST && hold <= HOLD_S_MOST)) return 'malformed';
  if (!isHeardList(heard) || !isHeardList(fresh)) return 'malformed';
  if (typeof name !== 'string' || nameFault(name)) return 'bad-name';
  return {
    frame: 'rich',
    id,
    boot,
    sequence,
    name,
    holdMs: hold * 1000,
    heard,
    fresh,
    peers,
    asks: ask === true,
    leaving: leaving === true,
    facts: factsOf(wire),
  };
}

/** What is out of its limits was not said. */
function factsOf({ fw, up, temp, mem, rssi }: Wire): Facts {
  return {
    firmware: typeof fw === 'string' && FIRMWARE.test(fw) ? fw : undefined,
    uptimeSeconds: isCount(up, UPTIME_MAX_S) ? up : undefined,
    temperatureCelsius: isWithin(temp, -60, 200) ? temp : undefined,
    memoryPercent: isWithin(mem, 0, 100) ? mem : undefined,
    signalDbm: isWithin(rssi, -150, 0) ? rssi : undefined,
  };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
