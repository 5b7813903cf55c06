/**
 * The classic frame, `multitastic:<name>` in ASCII and nothing else: what the original Elixir program speaks. It takes
 * everything after the prefix as the host name, so what is sent is exact to the byte. An older variant had no colon;
 * it is understood and never sent. Nothing here throws, whatever the bytes.
 */
import { isUtf8 } from 'node:buffer';
import { type ClassicAnnouncement, NAME_BYTES_MAX, nameFault, type Rejection } from './announcement.ts';

const PREFIX = Buffer.from('multitastic');
const COLON = ':'.charCodeAt(0);
const SLASH = '/'.charCodeAt(0);
const FIRST_PRINTABLE = '!'.charCodeAt(0);
const LAST_PRINTABLE = '~'.charCodeAt(0);

/** The bytes that announce `name`, which must be an allowed one. */
export function encodeClassic(name: string): Uint8Array {
  return Buffer.from(`multitastic:${asciiName(name)}`, 'ascii');
}

/** The name as the classic frame can carry it: accents dropped, everything else outside of ASCII a dash. */
export function asciiName(name: string): string {
  if (isPlainName(Buffer.from(name))) return name;
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -.0-~]/gu, '-');
  return ascii.slice(0, NAME_BYTES_MAX).trim() || 'unnamed';
}

/** Reads a datagram that begins with the origin's word, and not with a later frame's. */
export function decodeClassic(payload: Uint8Array): ClassicAnnouncement | Rejection {
  const start = PREFIX.length + (payload[PREFIX.length] === COLON ? 1 : 0);
  const bytes = Buffer.from(payload.buffer, payload.byteOffset + start, payload.length - start);
  if (isPlainName(bytes)) return { frame: 'classic', name: bytes.toString('latin1') };
  if (!isUtf8(bytes)) return 'bad-name';
  const name = bytes.toString('utf8').trim();
  return nameFault(name) ? 'bad-name' : { frame: 'classic', name };
}

/** Nearly every name is short printable ASCII; it needs no Unicode rules. */
function isPlainName(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length > NAME_BYTES_MAX) return false;
  for (const byte of bytes) {
    if (byte < FIRST_PRINTABLE || byte > LAST_PRINTABLE || byte === SLASH) return false;
  }
  return true;
}
