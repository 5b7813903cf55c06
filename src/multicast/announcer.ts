/** Says our announcement when it is due: the cadence on a clock, with one timer to the next announcement. */
import { errorCode } from '../system/errors.ts';
import type { Clock, Random, Timer } from '../system/system.ts';
import { Cadence } from './cadence.ts';

export type SendEvent =
  | { readonly event: 'send.failed'; readonly code: string }
  | { readonly event: 'send.recovered'; readonly failures: number };

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly announceIntervalMs: number;
  /** Sends one announcement; rejects with the system's error code. */
  readonly send: () => Promise<void>;
  readonly onEvent: (event: SendEvent) => void;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #cadence: Cadence;
  /** By error code: the kernel has a few dozen. */
  readonly #failures = new Map<string, number>();
  #timer: Timer | undefined;
  #stopped = false;

  /** Says hello at once. */
  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#cadence = new Cadence(options.announceIntervalMs, options.random, options.clock.now());
    this.#await();
  }

  /** An announcement of a peer was heard. */
  heard(now: number): void {
    this.#cadence.heard(now);
  }

  /** Somebody who may not know us yet was heard. `peers`: how many there are. */
  answer(peers: number): void {
    this.#cadence.newcomer(peers, this.#options.clock.now());
    this.#await();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #await(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    if (this.#stopped) return;
    this.#timer = clock.after(Math.max(0, this.#cadence.dueAt - clock.now()), () => this.#announce());
  }

  #announce(): void {
    const now = this.#options.clock.now();
    // The event loop counts in whole milliseconds, so its timers may fire a fraction early.
    if (now < this.#cadence.dueAt) return this.#await();
    this.#options.send().then(
      () => this.#sent(),
      (error) => this.#refused(errorCode(error) ?? 'unknown'),
    );
    this.#cadence.announced(now);
    this.#await();
  }

  #sent(): void {
    if (this.#failures.size === 0 || this.#stopped) return;
    const failures = [...this.#failures.values()].reduce((total, each) => total + each, 0);
    this.#failures.clear();
    this.#options.onEvent({ event: 'send.recovered', failures });
  }

  /** Every refusal to send is a state of the network: told once a kind, counted, and left to the tick if it lasts. */
  #refused(code: string): void {
    if (this.#stopped) return;
    const failures = (this.#failures.get(code) ?? 0) + 1;
    this.#failures.set(code, failures);
    if (failures === 1) this.#options.onEvent({ event: 'send.failed', code });
  }
}
