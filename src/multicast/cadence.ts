/**
 * When to announce next. Pure. A burst of hellos after every bind, because multicast over Wi-Fi loses 10–40 % and a
 * sleeping receiver batches; then regularly, with jitter, so that a fleet powered up together does not speak together
 * (RFC 3550 §6.2 has the idea); and in answer to a newcomer, who would otherwise wait a whole interval to know us.
 */
import type { Random } from '../system/system.ts';
import { TokenBucket } from './token-bucket.ts';

const HELLO_OFFSETS_MS = [0, 500, 1_000, 1_500];
const JITTER_FROM = 0.9;
const JITTER_SPAN = 0.2;
/** Answers of many devices spread over this span. */
const ANSWER_WITHIN_MS = 400;
/** Two answers in quick succession, then one in 5 s. */
const ANSWER_BURST = 2;
const ANSWERS_PER_SECOND = 0.2;
/** On a large LAN about this many devices answer a newcomer; the others it meets in an interval. */
const ANSWERERS = 50;
/** From this many announcements heard in a second on, nobody answers: the LAN is busy introducing itself. */
const CROWDED_PER_SECOND = 60;

export class Cadence {
  readonly #intervalMs: number;
  readonly #random: Random;
  readonly #answers: TokenBucket;
  /** Bounded by the number of hellos. */
  #helloAt: number[];
  #regularAt: number;
  #answerAt = Number.POSITIVE_INFINITY;
  readonly #quiet: TokenBucket;

  /** Begins with the hello, now. */
  constructor(intervalMs: number, random: Random, now: number) {
    this.#intervalMs = intervalMs;
    this.#random = random;
    this.#answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWER_BURST, now);
    this.#quiet = new TokenBucket(CROWDED_PER_SECOND, CROWDED_PER_SECOND, now);
    this.#helloAt = HELLO_OFFSETS_MS.map((offset) => now + offset);
    this.#regularAt = now + intervalMs * random.fraction();
  }

  /** When the next announcement is due. */
  get dueAt(): number {
    return Math.min(this.#helloAt[0] ?? Number.POSITIVE_INFINITY, this.#regularAt, this.#answerAt);
  }

  /** An announcement was made; whatever made it due, it has answered everybody. */
  announced(now: number): void {
    this.#answerAt = Number.POSITIVE_INFINITY;
    this.#helloAt = this.#helloAt.filter((at) => at > now);
    if (this.#regularAt > now) return;
    this.#regularAt = now + this.#intervalMs * (JITTER_FROM + JITTER_SPAN * this.#random.fraction());
  }

  /** An announcement of a peer was heard. */
  heard(now: number): void {
    this.#quiet.take(1, now);
  }

  /** Somebody new is listening: decides whether to announce ourselves soon. `peers`: how many there are. */
  newcomer(peers: number, now: number): void {
    if (this.dueAt <= now + ANSWER_WITHIN_MS) return;
    if (this.#quiet.level(now) < 1) return;
    if (this.#random.fraction() >= ANSWERERS / peers) return;
    if (!this.#answers.take(1, now)) return;
    this.#answerAt = now + ANSWER_WITHIN_MS * this.#random.fraction();
  }
}
