/**
 * How many datagrams we are willing to read: a token bucket for each source address, so that one loud sender is cut off
 * alone, and a whole one, so that no number of senders drowns the board. Pure.
 */
import { TokenBucket } from './token-bucket.ts';

/** Of the whole budget, what one source address may use. Ten devices behind one address still fit. */
const SOURCE_SHARE = 0.1;
/** The whole burst, in seconds of budget: a thousand devices that say hello at once are no flood. */
const BURST_SECONDS = 6;
/** Reading a datagram from the kernel is most of its price, so one that is thrown away still costs this much of a token. */
const WASTE_TOKENS = 0.25;
/** What is longer came as several packets; each costs a token, and their bytes are memory until they are collected. */
const PACKET_BYTES = 1_500;
/** A bucket of ~100 bytes for each; whom forged sources push out gets a fresh, full bucket, so no friend is harmed. */
const SOURCES_MAX = 2_048;
/** What must have flowed in again, in seconds of budget, before a flood counts as over: with steady overload it never does. */
const RECOVERED_SECONDS = 1.5;

interface Source {
  readonly bucket: TokenBucket;
  /** When it was last found empty. */
  refusedAt: number | undefined;
}

/** `source`: this sender has used up its share; `whole`: nothing is left for anybody. */
export type Verdict = 'admitted' | 'source' | 'whole';

export class ReceiveBudget {
  readonly #perSecond: number;
  readonly #whole: TokenBucket;
  readonly #sources = new Map<string, Source>();
  /** Of all sources that were pushed out: whoever comes back may have been one of them. */
  #refusedAt: number | undefined;

  constructor(datagramsPerSecond: number, now: number) {
    this.#perSecond = datagramsPerSecond;
    this.#whole = new TokenBucket(datagramsPerSecond, datagramsPerSecond * BURST_SECONDS, now);
  }

  /** Judges a datagram that looks like one of ours. */
  admit(sourceAddress: string, now: number): Verdict {
    const source = this.#source(sourceAddress, now);
    if (source.bucket.take(1, now)) return this.#whole.take(1, now) ? 'admitted' : 'whole';
    source.refusedAt = now;
    return this.waste(now) ? 'source' : 'whole';
  }

  /** When something from this address was last thrown away because its share was used up; undefined if not known. */
  refusedAt(sourceAddress: string): number | undefined {
    const source = this.#sources.get(sourceAddress);
    return source ? source.refusedAt : this.#refusedAt;
  }

  /** Pays for a datagram that was thrown away unread; false when nothing is left. */
  waste(now: number, bytes = 0): boolean {
    return this.#whole.take(bytes > PACKET_BYTES ? Math.ceil(bytes / PACKET_BYTES) : WASTE_TOKENS, now);
  }

  /** Whether what comes in is well below the budget again. */
  recovered(now: number): boolean {
    return this.#whole.level(now) >= this.#perSecond * RECOVERED_SECONDS;
  }

  #source(address: string, now: number): Source {
    const known = this.#sources.get(address);
    if (known) return known;
    if (this.#sources.size >= SOURCES_MAX) {
      const [oldest] = this.#sources;
      if (oldest) this.#forget(...oldest);
    }
    const perSecond = this.#perSecond * SOURCE_SHARE;
    const bucket = new TokenBucket(perSecond, perSecond * BURST_SECONDS, now);
    const fresh = { bucket, refusedAt: this.#refusedAt };
    this.#sources.set(address, fresh);
    return fresh;
  }

  #forget(address: string, { refusedAt }: Source): void {
    this.#sources.delete(address);
    if (refusedAt !== undefined) this.#refusedAt = Math.max(refusedAt, this.#refusedAt ?? refusedAt);
  }
}
