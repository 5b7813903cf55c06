/** What a datagram can say, and the limits of what is believed. Every byte of it comes from a stranger. */

/** What the origin says: a name, and nothing that tells two devices of one name apart. */
export interface ClassicAnnouncement {
  readonly frame: 'classic';
  readonly name: string;
}

/** A device's word that it is there, and whom it hears. */
export interface RichAnnouncement {
  readonly frame: 'rich';
  /** The device: 12 hexadecimal digits that stay as long as the board does. */
  readonly id: string;
  /** The boot token: 11 characters of base64url, new with every start of the process. */
  readonly boot: string;
  /** Counts its announcements since the boot, one by one. */
  readonly sequence: number;
  readonly name: string;
  /** How long its silence is to be borne, in milliseconds: it knows its own interval. */
  readonly holdMs: number;
  /** A run of the peers it hears, in the circular order of their boot tokens; see heard-list.ts. */
  readonly heard: string;
  /** Peers outside of that run that it has not listed before. */
  readonly fresh: string;
  /** How many rich peers it hears in all. */
  readonly peers: number;
  /** Whoever the run passes over without listing it is asked to announce itself. */
  readonly asks: boolean;
  /** Its last word. */
  readonly leaving: boolean;
  readonly facts: Facts;
}

/** What a device may tell of itself; every one can be missing. */
export interface Facts {
  /** Version of its firmware. */
  readonly firmware?: string | undefined;
  readonly uptimeSeconds?: number | undefined;
  readonly temperatureCelsius?: number | undefined;
  /** Memory in use, in percent. */
  readonly memoryPercent?: number | undefined;
  /** Wi-Fi signal. */
  readonly signalDbm?: number | undefined;
}

export type Announcement = ClassicAnnouncement | RichAnnouncement;

/** Asked and answered by unicast: tells "multicast is filtered" from "they are gone". Never a way of presence. */
export interface Question {
  readonly frame: 'question';
  /** 11 characters of base64url, which the answer repeats. */
  readonly token: string;
}

export interface Answer {
  readonly frame: 'answer';
  readonly token: string;
}

/**
 * A person wants to see which device it is that bears this name. With the boot token and a recent sequence number of the
 * device it is no recording; without them the device says what they are.
 */
export interface IdentifyRequest {
  readonly frame: 'identify';
  /** 11 characters of base64url, which the reply repeats; the same when the request is repeated. */
  readonly token: string;
  readonly name: string;
  readonly proof: RecentProof | undefined;
}

/** What only somebody knows who heard the device lately. */
export interface RecentProof {
  readonly boot: string;
  readonly sequence: number;
}

/** `stale`: ask again with this proof; `busy`: it has blinked just now; `refused`: its owner does not want it. */
export const IDENTIFY_OUTCOMES = ['blinks', 'stale', 'busy', 'refused'] as const;
export type IdentifyOutcome = (typeof IDENTIFY_OUTCOMES)[number];

export interface IdentifyReply {
  readonly frame: 'identified';
  readonly token: string;
  readonly outcome: IdentifyOutcome;
  readonly proof: RecentProof;
}

export type Message = Announcement | Question | Answer | IdentifyRequest | IdentifyReply;

/**
 * Why a datagram is not believed.
 * `foreign`: not of this protocol; `other-version`: of a version not spoken here; `too-long`; `bad-name`: empty, too
 * long, not UTF-8, or with characters that are not allowed; `malformed`: a rich frame with a field missing or out of its
 * limits; `sealed`: we have no key; `unsealed`: we have one; `other-fleet`: sealed with a key that is not ours;
 * `forged`: sealed with our key, they say, but it does not open.
 */
export type Rejection =
  | 'foreign'
  | 'other-version'
  | 'too-long'
  | 'bad-name'
  | 'malformed'
  | 'sealed'
  | 'unsealed'
  | 'other-fleet'
  | 'forged';

/** One Ethernet or Wi-Fi frame, whatever lies in between: a longer datagram is not one of ours. */
export const DATAGRAM_BYTES_MAX = 1_200;
/** A host name's limit (RFC 1035 §2.3.4). */
export const NAME_BYTES_MAX = 63;

/**
 * `/` tells a classic name from a later frame's version. \p{C} is control, format, surrogate, private and unassigned:
 * it can move a terminal's cursor or turn a line of text around, and no name needs it.
 */
const FORBIDDEN = /[/\p{C}\p{Zl}\p{Zp}]/u;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN, 'gu');
/** Most names. They are told apart first because the tables of Unicode cost the board time and memory. */
const PLAIN = /^[!-.0-~](?:[ -.0-~]{0,61}[!-.0-~])?$/;

/** What is wrong with a name, in words for a person; undefined when it may be announced. */
export function nameFault(name: string): string | undefined {
  if (PLAIN.test(name)) return undefined;
  if (name !== name.trim() || name === '') return 'must not be empty or begin or end with a space';
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) return `must be at most ${NAME_BYTES_MAX} bytes long`;
  if (FORBIDDEN.test(name)) return 'must be printable and without "/"';
  return undefined;
}

/** The nearest allowed name: for names that others chose for us (balena, the host), which nobody can be asked to mend. */
export function allowedName(wish: string): string {
  if (PLAIN.test(wish)) return wish;
  const cleaned = wish.replace(ALL_FORBIDDEN, '-').trim();
  let name = '';
  for (const character of cleaned) {
    if (Buffer.byteLength(name + character) > NAME_BYTES_MAX) break;
    name += character;
  }
  return name.trim() || 'unnamed';
}
