/**
 * Memory, temperature and, once, the board's model. Rarely, because reading the temperature starts a process and blocks
 * the event loop meanwhile; for how long is measured with every sample.
 */
import type { Child } from '../supervision/child.ts';
import { pause } from '../supervision/waiting.ts';
import { asError } from '../system/errors.ts';
import type { Clock, Vitals } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

/** Not before the first announcements are out: they matter, this does not. */
const FIRST_MS = 10_000;
const EVERY_MS = 300_000;

export interface VitalsSamplerOptions {
  readonly clock: Clock;
  readonly vitals: Vitals;
  readonly onEvent: (event: NodeEvent) => void;
}

export class VitalsSampler implements Child {
  readonly id = 'vitals-sampler';
  readonly #options: VitalsSamplerOptions;
  #faultTold = false;

  constructor(options: VitalsSamplerOptions) {
    this.#options = options;
  }

  /** Never waits for an answer: what asks the system may hang, and stopping must not. */
  async run(signal: AbortSignal): Promise<void> {
    await pause(this.#options.clock, FIRST_MS, signal);
    if (!signal.aborted) void this.#identify(signal);
    while (!signal.aborted) {
      void this.#sample(signal);
      await pause(this.#options.clock, EVERY_MS, signal);
    }
  }

  async #identify(signal: AbortSignal): Promise<void> {
    try {
      const model = await this.#options.vitals.model();
      if (!signal.aborted) this.#options.onEvent({ event: 'board.identified', model });
    } catch (error) {
      this.#unavailable(error, signal);
    }
  }

  async #sample(signal: AbortSignal): Promise<void> {
    const { clock, vitals, onEvent } = this.#options;
    const askedAt = clock.now();
    let loopDelayMs = 0;
    void pause(clock, 0, signal).then(() => {
      loopDelayMs = Math.round(clock.now() - askedAt);
    });
    try {
      const signs = await vitals.sample();
      if (!signal.aborted) onEvent({ event: 'vitals.sampled', ...signs, loopDelayMs });
    } catch (error) {
      this.#unavailable(error, signal);
    }
  }

  #unavailable(error: unknown, signal: AbortSignal): void {
    const cause = asError(error);
    if (signal.aborted || this.#faultTold) return;
    this.#faultTold = true;
    this.#options.onEvent({ event: 'vitals.unavailable', cause });
  }
}
