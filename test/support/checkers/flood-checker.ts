/** A flood: begins and ends by turns, and the receiver is shut only in one, for a second at most and at most every 5 s. */
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

const SHUT_MS = 1_000;
const SHUT_EVERY_MS = 5_000;
/** System calls take their time, and timers may fire late. */
const SLACK_MS = 50;

export class FloodChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  #flooded = false;
  #shutAt = Number.NEGATIVE_INFINITY;
  #isShut = false;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'line') this.#judge(observation.line.event);
    if (observation.saw === 'listening') this.#listening(observation.on);
    if (observation.saw === 'opened') this.#shutAt = Number.NEGATIVE_INFINITY;
    if (observation.saw === 'closed') this.#isShut = false;
    if (observation.saw === 'second') this.#judgeShut();
    if (observation.saw === 'end' && this.#flooded) this.#fail('a flood has no end');
  }

  #judge(event: string): void {
    if (event !== 'flood.began' && event !== 'flood.ended') return;
    const flooded = event === 'flood.began';
    if (flooded === this.#flooded) this.#fail(`${event} twice`);
    this.#flooded = flooded;
  }

  #listening(on: boolean): void {
    const now = this.#watched.now();
    this.#judgeShut();
    this.#isShut = !on;
    if (on) return;
    if (!this.#flooded) this.#fail('the receiver is shut without a flood');
    const sinceMs = now - this.#shutAt;
    if (sinceMs < SHUT_EVERY_MS - SLACK_MS) this.#fail(`the receiver is shut again after only ${sinceMs} ms`);
    this.#shutAt = now;
  }

  #judgeShut(): void {
    const shutMs = this.#watched.now() - this.#shutAt;
    if (this.#isShut && shutMs > SHUT_MS + SLACK_MS) this.#fail(`the receiver was shut for ${shutMs} ms`);
  }
}
