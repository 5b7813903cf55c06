/** What a datagram can say, and the limits of what is believed. Every byte of it comes from a stranger. */

/** A device's word that it is there. */
export interface Announcement {
  readonly name: string;
}

/**
 * Why a datagram is not an announcement: `foreign`: not of this protocol; `other-version`: of a version not spoken
 * here; `too-long`; `bad-name`: empty, too long, not UTF-8, or with characters that are not allowed.
 */
export type Rejection = 'foreign' | 'other-version' | 'too-long' | 'bad-name';

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
