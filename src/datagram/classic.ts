/**
 * The classic frame, `multitastic:<name>` in ASCII and nothing else: what the original Elixir program speaks. It takes
 * everything after the prefix as the host name, so what is sent is exact to the byte. An older variant had no colon;
 * it is understood and never sent. Nothing here throws, whatever the bytes.
 */
import { isUtf8 } from 'node:buffer';
import { type ClassicAnnouncement, NAME_BYTES_MAX, nameFault, type Rejection } from './announcement.ts';
import { asBuffer } from './bytes.ts';

const PREFIX = 'multitastic';
const COLON = ':'.charCodeAt(0);
/** Nearly every name is short printable ASCII without `/`; it needs no Unicode rules. */
const PLAIN_NAME = /^[!-.0-~]{1,63}$/;

/** The bytes that announce `name`, which must be an allowed one. */
export function encodeClassic(name: string): Uint8Array {
  return Buffer.from(`multitastic:${asciiName(name)}`, 'ascii');
}

/** The name as the classic frame can carry it: accents dropped, everything else outside of ASCII a dash. */
export function asciiName(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -.0-~]/gu, '-');
  return ascii.slice(0, NAME_BYTES_MAX).trim() || 'unnamed';
}

/** Reads a datagram that begins with the origin's word, and not with a later frame's. */
export function decodeClassic(payload: Uint8Array): ClassicAnnouncement | Rejection {
  const bytes = asBuffer(payload);
  const start = PREFIX.length + (payload[PREFIX.length] === COLON ? 1 : 0);
  const plain = bytes.toString('latin1', start);
  if (PLAIN_NAME.test(plain)) return { frame: 'classic', name: plain };
  if (!isUtf8(bytes.subarray(start))) return 'bad-name';
  const name = bytes.toString('utf8', start).trim();
  return nameFault(name) ? 'bad-name' : { frame: 'classic', name };
}
