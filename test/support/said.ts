/**
 * What an announcement says, read on purpose in another way than the node does, for whoever watches a node from outside.
 * Each datagram is read once, however many hear it.
 */

export interface Entry {
  /** The first characters of a boot token. */
  readonly boot: string;
  /** Modulo 2^24. */
  readonly sequence: number;
}

export interface ClassicSaid {
  readonly frame: 'classic';
  readonly name: string;
}

export interface RichSaid {
  readonly frame: 'rich';
  readonly id: string;
  readonly boot: string;
  readonly sequence: number;
  readonly name: string;
  readonly holdMs: number;
  readonly heard: readonly Entry[];
  readonly fresh: readonly Entry[];
  readonly peers: number;
  readonly asks: boolean;
  readonly leaving: boolean;
}

export type Said = ClassicSaid | RichSaid;

const ENTRY = /(.....)(....)/g;
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const CLASSIC = /^multitastic(?::|(?!:))([^/\p{C}\p{Zl}\p{Zp}\u{FFFD}]+)$/u;
const NAME_BYTES_MAX = 63;

const alreadyRead = new WeakMap<Uint8Array, Said | 'nothing'>();
const insides = new WeakMap<Uint8Array, { readonly plain: Uint8Array; readonly key: string }>();

/** Of a plain datagram; undefined when it is no announcement. */
export function saidIn(payload: Uint8Array): Said | undefined {
  let said = alreadyRead.get(payload);
  if (said === undefined) {
    said = read(payload) ?? 'nothing';
    alreadyRead.set(payload, said);
  }
  return said === 'nothing' ? undefined : said;
}

/** Notes what is inside of a sealed datagram, and which key it takes to read it. */
export function noteInside(payload: Uint8Array, plain: Uint8Array, key: string): void {
  insides.set(payload, { plain, key });
}

/** Of a sealed datagram, for whoever has one of these keys. */
export function saidInside(payload: Uint8Array, keys: readonly string[]): Said | undefined {
  const inside = insides.get(payload);
  return inside && keys.includes(inside.key) ? saidIn(inside.plain) : undefined;
}

function read(payload: Uint8Array): Said | undefined {
  const text = Buffer.from(payload).toString('utf8');
  if (text.startsWith('multitastic/2 ')) return readRich(text.slice('multitastic/2 '.length));
  const name = CLASSIC.exec(text)?.[1]?.trim();
  return name && Buffer.byteLength(name) <= NAME_BYTES_MAX ? { frame: 'classic', name } : undefined;
}

function readRich(json: string): RichSaid | undefined {
  try {
    const wire = JSON.parse(json);
    if (!('boot' in wire)) return undefined;
    const { id, boot, seq: sequence, name, hold, heard, new: fresh = '', peers, ask, leaving } = wire;
    return {
      frame: 'rich',
      id,
      boot,
      sequence,
      name,
      holdMs: hold * 1000,
      heard: entriesIn(heard),
      fresh: entriesIn(fresh),
      peers,
      asks: ask === true,
      leaving: leaving === true,
    };
  } catch {
    return undefined;
  }
}

function entriesIn(text: string): readonly Entry[] {
  return [...text.matchAll(ENTRY)].map(([, boot = '', digits = '']) => ({
    boot,
    sequence: [...digits].reduce((number, digit) => 64 * number + DIGITS.indexOf(digit), 0),
  }));
}

/** Whose sequence number it says of this boot; `missing`: it says that it does not hear it; `unsaid`: neither. */
export function listingIn(said: RichSaid, boot: string): number | 'missing' | 'unsaid' {
  const own = boot.slice(0, 5);
  const entry = said.heard.find((each) => each.boot === own) ?? said.fresh.find((each) => each.boot === own);
  if (entry) return entry.sequence;
  if (said.heard.length >= said.peers) return 'missing';
  const first = said.heard[0]?.boot;
  const last = said.heard.at(-1)?.boot;
  if (first === undefined || last === undefined) return 'unsaid';
  const turnsOver = first > last;
  const isBetween = turnsOver ? own > first || own < last : own > first && own < last;
  return isBetween ? 'missing' : 'unsaid';
}
