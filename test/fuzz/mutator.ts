/**
 * Makes new inputs of known ones: bits, bytes and pieces of any of them, and the fields of those that have fields. What
 * made the device answer in a way not seen before becomes known, so that what lies behind it is reached as well.
 */
import { NAME_BYTES_MAX } from '../../src/datagram/announcement.ts';
import { entryOf } from '../../src/datagram/heard-list.ts';
import { RICH_PREFIX } from '../../src/datagram/rich.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { bootOf, idOf } from '../unit/announcements.ts';
import type { Door, Input } from './input.ts';

export const OWN_BOOT = 'own-device_';
/** More than a roster holds. */
const DEVICES = 2_000;
const KNOWN_MAX = 500;
/** A little more than a datagram may have, and than the headers of a request may. */
const DATAGRAM_BYTES = 1_300;
const REQUEST_BYTES = 10_000;

/** How many of a thousand inputs come through a door; a connection costs more than a hundred datagrams. */
const SHARES: readonly (readonly [Door, number])[] = [
  ['plain', 450],
  ['inside', 350],
  ['sealed', 125],
  ['unicast', 70],
  ['http', 5],
];

const CLASSIC_NAME = /^(multitastic:?)([^/].*)?$/s;

/** As a key that is computed it is a field like any other. */
const PROTOTYPE = '__proto__';

type Fields = Record<string, unknown>;

export class Mutator {
  readonly #random: SeededRandom;
  readonly #known = new Map<Door, Input[]>(SHARES.map(([door]) => [door, []]));
  readonly #seen = new Set<string>();

  constructor(random: SeededRandom, corpus: readonly Input[]) {
    this.#random = random;
    for (const input of corpus) this.#of(input.door).push(input);
  }

  /** How many ways there were for a device to answer. */
  get outcomes(): number {
    return this.#seen.size;
  }

  next(): Input {
    const { payload, door } = this.#random.pick(this.#of(this.#door()));
    const most = door === 'http' ? REQUEST_BYTES : DATAGRAM_BYTES;
    const changed = this.#changed(payload, door);
    return { door, source: this.#source(), delay: this.#delay(), payload: changed.subarray(0, most) };
  }

  /** What came of an input, in a few words. */
  learn(input: Input, outcome: string): void {
    if (this.#seen.has(outcome)) return;
    this.#seen.add(outcome);
    const known = this.#of(input.door);
    // A copy of its own, because a piece keeps the whole that it was cut from.
    const copy = { ...input, payload: Buffer.from(input.payload) };
    if (known.length < KNOWN_MAX) known.push(copy);
    else known[this.#random.whole(0, KNOWN_MAX - 1)] = copy;
  }

  #of(door: Door): Input[] {
    return this.#known.get(door) ?? [];
  }

  #door(): Door {
    let rest = this.#random.whole(0, 999);
    for (const [door, share] of SHARES) {
      rest -= share;
      if (rest < 0) return door;
    }
    return 'plain';
  }

  /** One address says much, as a loud sender does, and so do many that are heard once. */
  #source(): number {
    return this.#random.chance(0.2) ? 0 : this.#random.whole(0, 255);
  }

  #delay(): number {
    return this.#random.chance(0.002) ? this.#random.whole(0, 255) : this.#random.whole(0, 30);
  }

  #changed(payload: Buffer, door: Door): Buffer {
    let changed = payload;
    do {
      changed = this.#random.chance(0.75)
        ? this.#fieldsChanged(changed, door)
        : this.#bytesChanged(changed, door);
    } while (this.#random.chance(0.3));
    return changed;
  }

  #fieldsChanged(payload: Buffer, door: Door): Buffer {
    if (door === 'http') return this.#requestChanged(payload);
    if (door === 'inside') return this.#objectChanged(payload, '') ?? this.#bytesChanged(payload, door);
    const classic = CLASSIC_NAME.exec(payload.toString('latin1'));
    if (classic) return Buffer.concat([Buffer.from(classic[1] ?? ''), Buffer.from(this.#name())]);
    return this.#objectChanged(payload, RICH_PREFIX) ?? this.#bytesChanged(payload, door);
  }

  #objectChanged(payload: Buffer, prefix: string): Buffer | undefined {
    const fields = objectIn(payload.toString('utf8', prefix.length));
    if (!fields) return undefined;
    do this.#fieldChanged(fields);
    while (this.#random.chance(0.6));
    return Buffer.from(prefix + JSON.stringify(fields));
  }

  #fieldChanged(fields: Fields): void {
    const present = Object.keys(fields);
    if (present.length > 0 && this.#random.chance(0.08)) {
      delete fields[this.#random.pick(present)];
      return;
    }
    const field = this.#random.pick(this.#fieldNames);
    const value = this.#random.chance(0.08) ? this.#odd() : this.#fields[field]?.();
    Object.defineProperty(fields, field, { value, enumerable: true, configurable: true, writable: true });
  }

  /** What may stand in a field: mostly within its limits, at them, and just outside. */
  readonly #fields: Readonly<Record<string, () => unknown>> = {
    id: () => idOf(this.#random.whole(0, DEVICES)),
    boot: () => (this.#random.chance(0.02) ? OWN_BOOT : this.#boot()),
    seq: () => this.#random.pick([0, 1, this.#random.whole(0, 100), 2 ** 24, 2 ** 32, 2 ** 32 + 1, -1, 0.5]),
    name: () => this.#name(),
    hold: () => this.#random.pick([3, 3, 10, 35, 35.5, 7_205, 2.99, 7_206, this.#random.between(3, 7_205)]),
    peers: () => this.#random.pick([0, 1, 5, 1_024, 1e6, 1e6 + 1]),
    heard: () => this.#entries(),
    new: () => this.#entries(),
    ask: () => this.#random.chance(0.7),
    leaving: () => this.#random.chance(0.5),
    fw: () => this.#random.pick(['0.1.0', '1.0.0+b-1_2', 'x'.repeat(32), 'x'.repeat(33), '', '1\n']),
    up: () => this.#random.pick([0, 5, 2 ** 32, 2 ** 32 + 1, 1.5]),
    temp: () => this.#random.pick([-60, -60.1, -0, 1e-7, 55.5, 200, 200.1]),
    mem: () => this.#random.pick([0, 50, 99.99, 100, 100.1, -1]),
    rssi: () => this.#random.pick([-150, -60, 0, 1, -151]),
    question: () => this.#boot(),
    answer: () => this.#boot(),
    identify: () => this.#boot(),
    identified: () => this.#boot(),
    outcome: () => this.#random.pick(['blinks', 'stale', 'busy', 'refused', 'else']),
    pad: () => ' '.repeat(this.#random.whole(0, 100)),
    [PROTOTYPE]: () => this.#odd(),
    toString: () => this.#odd(),
    later: () => this.#odd(),
  };

  readonly #fieldNames = Object.keys(this.#fields);

  #boot(): string {
    return bootOf(this.#random.whole(0, DEVICES), this.#random.whole(0, 2));
  }

  #entries(): string {
    let entries = '';
    for (let left = this.#random.pick([0, 0, 1, 2, 5, 100]); left > 0; left--) {
      const boot = this.#random.chance(0.3) ? OWN_BOOT : this.#boot();
      entries += entryOf(boot, this.#random.whole(0, 40));
    }
    return this.#random.chance(0.05) ? entries.slice(1) : entries;
  }

  #name(): string {
    const most = NAME_BYTES_MAX;
    const number = this.#random.whole(0, DEVICES);
    return this.#random.pick([
      `pi-${number}`,
      `pi-${number % 10}`,
      'own',
      'Küche "2"',
      'x'.repeat(most),
      'x'.repeat(most + 1),
      'ü'.repeat(most >> 1),
      `${'x'.repeat(most - 3)}😀`,
      '\u{202e}ip',
      '\u0000',
      '\u{1b}[2J',
      'a/b',
      ' pi',
      'pi\u{2028}',
      '\u{ad}',
      '\u{feff}pi',
      '\u{fffd}',
      '\ud800',
      '<img src=x onerror=alert(1)>',
      '½／ﷺ\u{300}'.repeat(number % 5),
      '',
    ]);
  }

  #odd(): unknown {
    return this.#random.pick([
      null,
      true,
      0,
      -0,
      1e308,
      '',
      'x'.repeat(900),
      '0'.repeat(500),
      [],
      [[[[[[]]]]]],
      {},
      { length: 9 },
      '\ud800',
      '__proto__',
    ]);
  }

  #requestChanged(payload: Buffer): Buffer {
    const lines = payload.toString('latin1').split('\r\n');
    const at = this.#random.whole(0, lines.length - 1);
    const words = (lines[0] ?? '').split(' ');
    const change = this.#random.pick([
      () => words.splice(0, 1, this.#random.pick(['GET', 'HEAD', 'PUT', 'PURGE', 'get', '', 'G\u0000T'])),
      () => words.splice(1, 1, this.#target()),
      () => words.splice(2, 1, this.#random.pick(['HTTP/1.1', 'HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP'])),
      () => lines.splice(at, 1),
      () => lines.splice(at, 0, this.#header()),
      () => lines.splice(1, 0, this.#header()),
      () => lines.splice(at, 0, lines[at] ?? ''),
      () => lines.splice(lines.length, 0, ...this.#another('http').toString('latin1').split('\r\n')),
    ]);
    change();
    if (lines[0] !== undefined) lines[0] = words.join(' ');
    return Buffer.from(lines.join(this.#random.chance(0.05) ? '\n' : '\r\n'), 'latin1');
  }

  #target(): string {
    const random = this.#random;
    return random.pick([
      '/',
      '/status.json',
      '/metrics',
      '/healthz',
      '/events',
      `/${'x'.repeat(random.whole(1_000, 1_100))}`,
      '/?'.repeat(random.whole(1, 600)),
      'http://pi',
      'https://a/b//events',
      '//healthz',
      '*',
      '/%00',
      '/\u00ff',
      '',
    ]);
  }

  #header(): string {
    const random = this.#random;
    return random.pick([
      'Host: pi',
      'Host: ',
      `Host: ${'a'.repeat(random.whole(250, 260))}`,
      'Host: pi:99999999',
      'Host: [::1]:80',
      'If-None-Match: "e"',
      'Accept-Encoding: gzip;q=0',
      'Connection: close',
      'Connection: keep-alive, Upgrade',
      'Upgrade: h2c',
      'Expect: 100-continue',
      'Expect: more',
      'Content-Length: 99999999999999999999',
      'Content-Length: -1',
      'Content-Length: 3',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: chunked, identity',
      `X-${'h'.repeat(random.whole(1, 9_000))}: 1`,
      ': nothing',
      ' folded',
      'Bad\u0000Name: 1',
    ]);
  }

  #bytesChanged(payload: Buffer, door: Door): Buffer {
    const random = this.#random;
    const at = random.whole(0, payload.length);
    const to = Math.min(payload.length, at + random.pick([1, 1, 2, 9, 50]));
    const piece = payload.subarray(at, to);
    const from = random.pick([
      () => Buffer.alloc(0),
      () => Buffer.from([random.whole(0, 255)]),
      () => Buffer.from([(payload[at] ?? 0) ^ (1 << random.whole(0, 7))]),
      () =>
        Buffer.from(
          random.pick(['"', '{', '}', '[', ':', ',', '\\', '\\u0000', '\u{fffd}', '\r\n', ' ', '/']),
        ),
      () => Buffer.concat(Array(random.pick([2, 3, 200])).fill(piece)),
      () => this.#pieceOf(this.#another(door)),
    ]);
    const changed = Buffer.concat([payload.subarray(0, at), from(), payload.subarray(to)]);
    return random.chance(0.1) ? changed.subarray(0, random.whole(0, changed.length)) : changed;
  }

  #another(door: Door): Buffer {
    return this.#random.pick(this.#of(door)).payload;
  }

  #pieceOf(bytes: Buffer): Buffer {
    const at = this.#random.whole(0, bytes.length);
    return bytes.subarray(at, this.#random.whole(at, bytes.length));
  }
}

export function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}
