/** Which frames a fleet speaks and believes: without a key the classic and the plain rich one. Nothing here throws. */
import { DATAGRAM_BYTES_MAX, type Message, type Rejection } from './announcement.ts';
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

const ORIGIN = Buffer.from('multitastic');
const SLASH = '/'.charCodeAt(0);
export const SEALED_PREFIX = Buffer.from('multitastic/2s ');

/** The cheap look at the raw bytes, before a datagram costs anything else. */
export function rejectedByBytes(payload: Uint8Array): Rejection | undefined {
  if (payload.length > DATAGRAM_BYTES_MAX) return 'too-long';
  if (payload.length <= ORIGIN.length || !begins(payload, ORIGIN)) return 'foreign';
  if (payload[ORIGIN.length] !== SLASH || begins(payload, RICH_PREFIX) || begins(payload, SEALED_PREFIX))
    return undefined;
  return 'other-version';
}

export const plainFrames: Frames = {
  sealed: false,
  encode: encodeRich,
  decode(payload) {
    if (payload[ORIGIN.length] !== SLASH) return decodeClassic(payload);
    if (begins(payload, SEALED_PREFIX)) return 'sealed';
    return fromJson(
      Buffer.from(
        payload.buffer,
        payload.byteOffset + RICH_PREFIX.length,
        payload.length - RICH_PREFIX.length,
      ),
    );
  },
};

export function begins(payload: Uint8Array, prefix: Uint8Array): boolean {
  for (let at = 0; at < prefix.length; at++) if (payload[at] !== prefix[at]) return false;
  return true;
}
