/**
 * OTP's one_for_all: children start left to right; when one crashes all stop, right to left, and all start afresh; too
 * many restarts within a period and the supervisor itself crashes, so that its parent decides. Two things are added.
 * A family that dies young waits before its next start, so that a failing bind cannot burn the intensity in a
 * millisecond. And a child that will not stop is an error of its own, never swallowed.
 */
import { asError } from '../system/errors.ts';
import type { Clock } from '../system/system.ts';
import { backOffMs } from './back-off.ts';
import type { Child } from './child.ts';
import { Intensity } from './intensity.ts';
import { pause } from './waiting.ts';

/** Running less long than this is dying young. The same span after which container engines call a start good. */
const YOUNG_MS = 10_000;
const YOUNG_DELAY_FIRST_MS = 1_000;
const YOUNG_DELAY_MAX_MS = 10_000;

export interface Restart {
  /** The child that crashed. */
  readonly child: string;
  readonly cause: Error;
  /** Restarts within the period, this one included. */
  readonly restarts: number;
  /** How long the restart waits, because the family died young. */
  readonly delayMs: number;
}

export interface SupervisorOptions {
  readonly id: string;
  readonly clock: Clock;
  /** Makes fresh children for each start, in start order: nothing of a crashed one is used again. */
  readonly children: () => readonly Child[];
  /** More restarts than this within `periodMs` → give up. */
  readonly restartsMax: number;
  readonly periodMs: number;
  /** How long one child may take to stop. */
  readonly stopTimeoutMs: number;
  readonly onRestart?: (restart: Restart) => void;
}

/** The supervisor crashed upward: its children fail faster than it may restart them. `cause` is the last crash. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** A child kept its resources when told to stop. Only the end of the process frees them now. */
export class StopTimeout extends Error {
  override readonly name = 'StopTimeout';
}

interface Crash {
  readonly child: string;
  readonly cause: Error;
}

interface Running {
  readonly child: Child;
  readonly stop: AbortController;
  readonly ended: Promise<Crash>;
}

export class Supervisor implements Child {
  readonly id: string;
  readonly #options: SupervisorOptions;
  readonly #intensity: Intensity;
  #diedYoung = 0;

  constructor(options: SupervisorOptions) {
    this.id = options.id;
    this.#options = options;
    this.#intensity = new Intensity(options.restartsMax, options.periodMs);
  }

  /** Rejects with {@link GaveUp} or {@link StopTimeout}. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#options.clock.now();
      const crash = await this.#runOnce(signal);
      if (crash === undefined || signal.aborted) return;
      await pause(this.#options.clock, this.#judge(crash, startedAt), signal);
    }
  }

  /** Starts the family, waits for the first crash or for the order to stop, and stops the family. */
  async #runOnce(signal: AbortSignal): Promise<Crash | undefined> {
    const family = this.#options.children().map(start);
    let stop = () => {};
    const ordered = new Promise<undefined>((resolve) => {
      stop = () => resolve(undefined);
      if (signal.aborted) stop();
      // Not with a signal of its own: V8 makes no start-up snapshot of a listener that another signal ends.
      signal.addEventListener('abort', stop);
    });
    const crash = await Promise.race([...family.map((each) => each.ended), ordered]);
    signal.removeEventListener('abort', stop);
    for (const each of family.reverse()) await this.#stop(each);
    return crash;
  }

  async #stop(each: Running): Promise<void> {
    const { clock, stopTimeoutMs } = this.#options;
    each.stop.abort();
    const waited = new AbortController();
    const stopped = await Promise.race([
      each.ended.then(({ cause }) => {
        if (cause instanceof StopTimeout) throw cause; // Of one below it: the resource is still held.
        return true;
      }),
      pause(clock, stopTimeoutMs, waited.signal).then(() => false),
    ]);
    waited.abort();
    if (!stopped) throw new StopTimeout(`${each.child.id} did not stop within ${stopTimeoutMs} ms`);
  }

  /** Whether and after how many milliseconds the family may start again. */
  #judge({ child, cause }: Crash, startedAt: number): number {
    const now = this.#options.clock.now();
    if (!this.#intensity.allows(now)) {
      const times = this.#intensity.recent === 1 ? '' : ` ${this.#intensity.recent} times`;
      throw new GaveUp(`the ${child} failed${times}: ${cause.message}`, { cause });
    }
    this.#diedYoung = now - startedAt < YOUNG_MS ? this.#diedYoung + 1 : 0;
    const delayMs =
      this.#diedYoung === 0 ? 0 : backOffMs(this.#diedYoung, YOUNG_DELAY_FIRST_MS, YOUNG_DELAY_MAX_MS);
    this.#options.onRestart?.({ child, cause, restarts: this.#intensity.recent, delayMs });
    return delayMs;
  }
}

function start(child: Child): Running {
  const stop = new AbortController();
  const crash = (cause: unknown): Crash => ({ child: child.id, cause: asError(cause) });
  const run = async () => child.run(stop.signal);
  const ended = run().then(() => crash(new Error(`${child.id} ended unasked`)), crash);
  return { child, stop, ended };
}
