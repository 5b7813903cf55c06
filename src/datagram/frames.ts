/** Which frames a fleet speaks and believes: without a key the classic and the plain rich one. Nothing here throws. */
import { DATAGRAM_BYTES_MAX, type Message, type Rejection } from './announcement.ts';
import { asBuffer } from './bytes.ts';
import { decodeClassic } from './classic.ts';
import { encodeRich, fromJson, RICH_PREFIX, type RichMessage } from './rich.ts';

export interface Frames {
  /** Whether what is said can be said by no stranger. Such a fleet neither speaks nor believes the other frames. */
  readonly sealed: boolean;
  /** At most 1200 bytes when the lists have at most heardRoom() entries. */
  encode(message: RichMessage): Uint8Array;
  /** Reads a datagram that {@link rejectedByBytes} let pass. */
  decode(payload: Uint8Array): Message | Rejection;
}

export const SEALED_PREFIX = 'multitastic/2s ';
/** What all frames begin with, and what follows it in all but the classic one. */
const ORIGIN = codesOf('multitastic');
const VERSION_AT = ORIGIN.length;
const SEAL_AT = VERSION_AT + 2;
const [SLASH, VERSION, SEAL, SPACE] = codesOf('/2s ');

/** The cheap look at the raw bytes, before a datagram costs anything else; most that is not ours fails at the first. */
export function rejectedByBytes(payload: Uint8Array): Rejection | undefined {
  if (payload.length > DATAGRAM_BYTES_MAX) return 'too-long';
  if (payload.length <= ORIGIN.length) return 'foreign';
  for (let at = 0; at < ORIGIN.length; at++) if (payload[at] !== ORIGIN[at]) return 'foreign';
  return payload[VERSION_AT] !== SLASH || isVersionSpoken(payload) ? undefined : 'other-version';
}

function isVersionSpoken(payload: Uint8Array): boolean {
  if (payload[VERSION_AT + 1] !== VERSION) return false;
  return payload[VERSION_AT + (isSealed(payload) ? 3 : 2)] === SPACE;
}

function isSealed(payload: Uint8Array): boolean {
  return payload[SEAL_AT] === SEAL;
}

function codesOf(text: string): readonly number[] {
  return [...text].map((each) => each.charCodeAt(0));
}

export const plainFrames: Frames = {
  sealed: false,
  encode: encodeRich,
  decode(payload) {
    if (payload[VERSION_AT] !== SLASH) return decodeClassic(payload);
    return isSealed(payload) ? 'sealed' : fromJson(asBuffer(payload), RICH_PREFIX.length);
  },
};
