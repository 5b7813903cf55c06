/**
 * Whom a device hears, as text in its announcement: nine characters a peer, the first five of its boot token and the
 * latest sequence number heard of it, modulo 2^24, in four. Pure.
 *
 * A list that holds everybody says of everybody whether they are heard. A fleet that does not fit into one datagram is
 * listed in runs: the boot tokens in their circular order, each run beginning where the one before ended. Whoever lies
 * between a run's first and last entry without being listed is not heard; of the others the run says nothing.
 */

/** Two of a full LAN's 1024 have the same five with a probability of 1 in 2000, and until one of them is restarted. */
const BOOT_CHARACTERS = 5;
export const ENTRY_CHARACTERS = 9;
/**
 * Eight years of announcements, one in 15 s. When the number comes around, what was recorded a whole turn ago would list
 * a recent number again, and prove a presence that is long over: with three digits that would be after 45 days.
 */
const SEQUENCE_MODULUS = 2 ** 24;
/** In the order of their character codes, so that tokens sort as text. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';

/** What base64url does not have. */
const NOT_A_DIGIT = /[^\w-]/;

export interface HeardList {
  readonly heard: string;
  readonly fresh: string;
  readonly peers: number;
}

/** Of one peer in a list: its sequence number modulo 2^24; `missing`: it is not heard; `unsaid`: not in this run. */
export type Listing = number | 'missing' | 'unsaid';

export function entryOf(boot: string, sequence: number): string {
  const rest = sequence % SEQUENCE_MODULUS;
  return (
    boot.slice(0, BOOT_CHARACTERS) + digit(rest >> 18) + digit(rest >> 12) + digit(rest >> 6) + digit(rest)
  );
}

/** Well-formed: whole entries of base64url. */
export function isHeardList(text: unknown): text is string {
  return typeof text === 'string' && text.length % ENTRY_CHARACTERS === 0 && !NOT_A_DIGIT.test(text);
}

/**
 * What a list says of the device that has this boot token. Without a key anybody can have it listed once more, under a
 * number of theirs: of several the first that `isCredible`, if there is one.
 */
export function listingOf(
  boot: string,
  { heard, fresh, peers }: HeardList,
  isCredible: (sequence: number) => boolean = () => true,
): Listing {
  const prefix = listedAs(boot);
  const sequence = find(prefix, heard + fresh, isCredible);
  if (sequence !== undefined) return sequence;
  return isWhole(heard, peers) || isPassedOver(prefix, heard) ? 'missing' : 'unsaid';
}

/** Tells of any boot token whether a list says that it is missing, as {@link listingOf} does; made for many of them. */
export function missingFrom({ heard, fresh, peers }: HeardList): (boot: string) => boolean {
  const listed = new Set(listedIn(heard + fresh));
  const isOfAll = isWhole(heard, peers);
  return (boot) => {
    const prefix = listedAs(boot);
    return !listed.has(prefix) && (isOfAll || isPassedOver(prefix, heard));
  };
}

/** How many announcements ago the sequence number of a listing was ours, when `latest` is our latest. */
export function announcementsAgo(listed: number, latest: number): number {
  return (((latest - listed) % SEQUENCE_MODULUS) + SEQUENCE_MODULUS) % SEQUENCE_MODULUS;
}

/** The boot tokens' beginnings in a list; what they were heard with left out. */
export function listedIn(heard: string): string[] {
  const listed: string[] = [];
  for (let at = 0; at < heard.length; at += ENTRY_CHARACTERS)
    listed.push(heard.slice(at, at + BOOT_CHARACTERS));
  return listed;
}

/** What a list has of a boot token. */
export function listedAs(boot: string): string {
  return boot.slice(0, BOOT_CHARACTERS);
}

function find(
  prefix: string,
  entries: string,
  isCredible: (sequence: number) => boolean,
): number | undefined {
  let found: number | undefined;
  for (
    let at = entries.indexOf(prefix);
    at >= 0 && at < entries.length;
    at = entries.indexOf(prefix, at + 1)
  ) {
    // Text that looks like us may also lie across two entries.
    if (at % ENTRY_CHARACTERS !== 0) continue;
    const sequence = numberAt(at + BOOT_CHARACTERS, entries);
    if (isCredible(sequence)) return sequence;
    found ??= sequence;
  }
  return found;
}

/** The number of the entry whose digits begin there. */
function numberAt(start: number, entries: string): number {
  let number = 0;
  for (let at = start; at < start + ENTRY_CHARACTERS - BOOT_CHARACTERS; at++)
    number = number * DIGITS.length + DIGITS.indexOf(entries.charAt(at));
  return number;
}

function isWhole(heard: string, peers: number): boolean {
  return heard.length >= peers * ENTRY_CHARACTERS;
}

/** The lowest six bits. */
function digit(value: number): string {
  return DIGITS.charAt(value % DIGITS.length);
}

function isPassedOver(prefix: string, heard: string): boolean {
  if (heard === '') return false;
  const first = heard.slice(0, BOOT_CHARACTERS);
  const last = heard.slice(-ENTRY_CHARACTERS, heard.length - ENTRY_CHARACTERS + BOOT_CHARACTERS);
  return first <= last ? first < prefix && prefix < last : prefix > first || prefix < last;
}
