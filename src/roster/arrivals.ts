/** How many announcements of a peer arrived lately, in buckets of time: enough for a small picture of its last minutes. Pure. */

/** A bucket is the usual interval, so that each announcement that fails to come leaves a gap. */
export const ARRIVALS_BUCKET_MS = 15_000;
/** Five minutes. */
export const ARRIVALS_BUCKETS = 20;

export class Arrivals {
  /** A plain array of small integers: a typed one costs more than what it holds. */
  readonly #counts: number[] = Array(ARRIVALS_BUCKETS).fill(0);
  /** The present bucket, counted since the beginning of time. */
  #bucket = 0;

  note(now: number): void {
    this.#turnTo(now);
    const at = this.#bucket % ARRIVALS_BUCKETS;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** The oldest first; the last one is still growing. */
  at(now: number): readonly number[] {
    this.#turnTo(now);
    const next = (this.#bucket + 1) % ARRIVALS_BUCKETS;
    return [...this.#counts.slice(next), ...this.#counts.slice(0, next)];
  }

  #turnTo(now: number): void {
    const bucket = Math.floor(now / ARRIVALS_BUCKET_MS);
    const passed = Math.min(ARRIVALS_BUCKETS, bucket - this.#bucket);
    for (let back = 0; back < passed; back++) this.#counts[(bucket - back) % ARRIVALS_BUCKETS] = 0;
    this.#bucket = bucket;
  }
}
