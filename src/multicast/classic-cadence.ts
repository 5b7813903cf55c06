/**
 * When to say the classic frame. Pure. Only as long as somebody is there who understands nothing else: at once in answer
 * to it, and then on the origin's own cadence, whatever the size of the fleet.
 */
import type { Random } from '../system/system.ts';
import { ANSWER_WITHIN_MS, ANSWERERS, ANSWERS_PER_SECOND, jittered } from './cadence.ts';
import { TokenBucket } from './token-bucket.ts';

const ANSWER_BURST = 2;

export class ClassicCadence {
  readonly #intervalMs: number;
  readonly #random: Random;
  readonly #answers: TokenBucket;
  #regularAt = Number.POSITIVE_INFINITY;
  #answerAt = Number.POSITIVE_INFINITY;

  /** `wanted`: a classic peer is there already. */
  constructor(intervalMs: number, random: Random, wanted: boolean, now: number) {
    this.#intervalMs = intervalMs;
    this.#random = random;
    this.#answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWER_BURST, now);
    if (wanted) this.#regularAt = now + intervalMs * random.fraction();
  }

  /** Infinity while nobody wants it. */
  get dueAt(): number {
    return Math.min(this.#regularAt, this.#answerAt);
  }

  /** A classic peer appeared, to whom `others` besides us may tell of themselves: decides whether to do so soon. */
  newcomer(others: number, now: number): void {
    if (this.#regularAt === Number.POSITIVE_INFINITY)
      this.#regularAt = now + jittered(this.#intervalMs, this.#random);
    if (this.dueAt <= now + ANSWER_WITHIN_MS || this.#random.fraction() >= ANSWERERS / others) return;
    if (!this.#answers.take(1, now)) return;
    this.#answerAt = now + ANSWER_WITHIN_MS * this.#random.fraction();
  }

  /** It is said now. `wanted`: a classic peer is still there. False: nobody is, so it need not be said. */
  announce(wanted: boolean, now: number): boolean {
    this.#answerAt = Number.POSITIVE_INFINITY;
    if (!wanted) this.#regularAt = Number.POSITIVE_INFINITY;
    else if (this.#regularAt <= now) this.#regularAt = now + jittered(this.#intervalMs, this.#random);
    return wanted;
  }
}
