/** Announcements: never more than a fleet can bear, and never none for longer than the cadence allows, flood or not. */
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

const HELLOS = 4;
const ANSWERS_AT_ONCE = 2;
const ANSWER_EVERY_MS = 5_000;
/** Of the interval, at least and at most. */
const JITTER = { least: 0.9, most: 1.1 };
const SLACK_MS = 100;
/** The span in which a hello is over, and a span in which the regular announcements count. */
const SPANS_MS = [2_000, 15_000, 60_000];

export class CadenceChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  /** Within the longest span. */
  #sentAt: number[] = [];
  #boundAt: number[] = [];
  /** The latest announcement, or since when there should be some; undefined while there are no sockets. */
  #lastAt: number | undefined;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    const now = this.#watched.now();
    if (observation.saw === 'send') this.#sent(now);
    if (observation.saw === 'second') this.#judgeSilence(now);
    if (observation.saw === 'stopping' || observation.saw === 'closed') this.#lastAt = undefined;
    if (observation.saw !== 'opened') return;
    this.#boundAt.push(now);
    this.#lastAt = now;
  }

  #sent(now: number): void {
    const spanMax = Math.max(...SPANS_MS);
    this.#sentAt = [...this.#sentAt.filter((at) => now - at < spanMax), now];
    this.#boundAt = this.#boundAt.filter((at) => now - at < 2 * spanMax);
    this.#judgeSilence(now);
    this.#lastAt = now;
    for (const spanMs of SPANS_MS) this.#judgeRate(spanMs, now);
  }

  /** Every bind allows a hello, a first regular announcement and answers anew. */
  #judgeRate(spanMs: number, now: number): void {
    const sent = this.#sentAt.filter((at) => now - at < spanMs).length;
    // A bind counts as long as its hello may reach into the span.
    const binds = this.#boundAt.filter((at) => now - at < spanMs + 2_000).length;
    const regular = spanMs / (JITTER.least * this.#watched.announceIntervalMs);
    const most =
      binds * (HELLOS + 1 + ANSWERS_AT_ONCE) + ANSWERS_AT_ONCE + spanMs / ANSWER_EVERY_MS + regular + 1;
    if (sent > most)
      this.#fail(`${sent} announcements in ${spanMs} ms, where at most ${Math.floor(most)} may be`);
  }

  #judgeSilence(now: number): void {
    const silentMs = this.#lastAt === undefined ? 0 : now - this.#lastAt;
    const most = JITTER.most * this.#watched.announceIntervalMs + SLACK_MS;
    if (silentMs > most) this.#fail(`said nothing for ${silentMs} ms`);
  }
}
