/** A token bucket: `perSecond` tokens flow in, at most `burst` are held. Pure: time is an argument. Starts full. */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** Takes `tokens` if all of them are there. */
  take(tokens: number, now: number): boolean {
    if (this.level(now) < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }

  level(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    return this.#tokens;
  }
}
