/** The end: within a second, with no timer, no watch and no word left over. */
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

/** What a person waits for Ctrl-C. */
const STOP_MS = 1_000;

export class EndChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  #toldAt: number | undefined;
  #ended = false;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (this.#ended) this.#fail(`after its end the node is seen again: ${observation.saw}`);
    if (observation.saw === 'stopping') this.#toldAt = this.#watched.now();
    if (observation.saw === 'second' && this.#isLate()) this.#fail(`did not stop within ${STOP_MS} ms`);
    if (observation.saw === 'end') this.#judgeEnd(observation.error);
  }

  #judgeEnd(error: unknown): void {
    this.#ended = true;
    const { pendingTimers, openWatches } = this.#watched;
    if (this.#isLate()) this.#fail(`took more than ${STOP_MS} ms to stop`);
    if (this.#toldAt !== undefined && error) this.#fail(`was told to stop and crashed: ${error}`);
    if (pendingTimers() > 0) this.#fail(`timers left at the end: ${pendingTimers()}`);
    if (openWatches() > 0)
      this.#fail('the interface table is still watched, or somebody listened to, at the end');
  }

  #isLate(): boolean {
    return this.#toldAt !== undefined && this.#watched.now() - this.#toldAt > STOP_MS;
  }
}
