/**
 * The kill cord: it crashes when nobody pulls it for a given time, and its supervisor then restarts all of its siblings.
 * Pulled by every datagram received, our own echo included: with nobody else about it proves timer → send → kernel →
 * receive, and among others that we hear them. Whether they hear us is for the self-check to find out.
 */
import type { Clock, Timer } from '../system/system.ts';
import type { Child } from './child.ts';

/** A timer this late: the process was stopped or starved. What came meanwhile has yet to be read, so it proves nothing. */
const STALL_MS = 1_000;

export class TickMissed extends Error {
  override readonly name = 'TickMissed';
  readonly silentMs: number;
  constructor(silentMs: number) {
    super(`nothing was heard for ${Math.round(silentMs / 1000)} s, not even our own echo`);
    this.silentMs = silentMs;
  }
}

export class Tick implements Child {
  readonly id = 'tick';
  readonly #clock: Clock;
  readonly #timeoutMs: () => number;
  #pulledAt: number;
  #suspended = false;

  /** `timeoutMs` is asked whenever it matters: it may grow while the cord is being pulled. */
  constructor(clock: Clock, timeoutMs: () => number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#pulledAt = clock.now();
  }

  /** Runs for every datagram, so it only notes the time; the one timer looks at the note when it is due. */
  pull(now = this.#clock.now()): void {
    this.#pulledAt = now;
  }

  /** While we choose not to listen, silence proves nothing. */
  suspend(): void {
    this.#suspended = true;
  }

  /** Grants one whole timeout from now, if it was suspended. Nothing else is as good as having heard something. */
  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    this.pull();
  }

  run(signal: AbortSignal): Promise<void> {
    this.#pulledAt = this.#clock.now();
    return new Promise((resolve, reject) => {
      let timer: Timer;
      let dueAt = this.#pulledAt + this.#timeoutMs();
      const look = () => {
        const stalled = this.#clock.now() - dueAt > STALL_MS;
        if (this.#suspended || stalled) this.pull();
        const silentMs = this.#clock.now() - this.#pulledAt;
        const timeoutMs = this.#timeoutMs();
        if (silentMs >= timeoutMs) reject(new TickMissed(silentMs));
        else {
          dueAt = this.#pulledAt + timeoutMs;
          timer = this.#clock.after(timeoutMs - silentMs, look);
        }
      };
      timer = this.#clock.after(this.#timeoutMs(), look);
      signal.addEventListener('abort', () => {
        timer.cancel();
        resolve();
      });
    });
  }
}
