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

const ORIGIN = 'multitastic';
export const SEALED_PREFIX = 'multitastic/2s ';
const FIRST = ORIGIN.charCodeAt(0);
const SLASH = '/'.charCodeAt(0);
/** Where the prefixes of the rich and the sealed frame differ, and what the sealed one has there. */
const SEAL_AT = RICH_PREFIX.length - 1;
const SEAL = SEALED_PREFIX.charCodeAt(SEAL_AT);

/** The cheap look at the raw bytes, before a datagram costs anything else; most that is not ours fails at the first. */
export function rejectedByBytes(payload: Uint8Array): Rejection | undefined {
  if (payload.length > DATAGRAM_BYTES_MAX) return 'too-long';
  if (payload[0] !== FIRST || payload.length <= ORIGIN.length) return 'foreign';
  // One call into the engine is cheaper than a loop, as long as nothing is compiled for speed.
  const head = asBuffer(payload).toString('latin1', 0, SEALED_PREFIX.length);
  if (!head.startsWith(ORIGIN)) return 'foreign';
  if (head.charCodeAt(ORIGIN.length) !== SLASH || head.startsWith(RICH_PREFIX) || head === SEALED_PREFIX)
    return undefined;
  return 'other-version';
}

export const plainFrames: Frames = {
  sealed: false,
  encode: encodeRich,
  decode(payload) {
    if (payload[ORIGIN.length] !== SLASH) return decodeClassic(payload);
    return payload[SEAL_AT] === SEAL ? 'sealed' : fromJson(asBuffer(payload), RICH_PREFIX.length);
  },
};
