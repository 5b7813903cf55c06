/**
 * Shuts and opens the receiver as the flood breaker says. Meanwhile silence proves nothing, because we chose not to
 * listen: the tick is suspended, and whoever hears of the flood must let nobody leave.
 */
import type { Tick } from '../supervision/tick.ts';
import type { Clock, Timer } from '../system/system.ts';
import { FloodBreaker } from './flood-breaker.ts';
import type { Hearing } from './hearing.ts';
import type { ReceiveBudget } from './receive-budget.ts';

export type FloodEvent =
  /** With what was received and dropped since the beacon came up. */
  | { readonly event: 'flood.began'; readonly received: number; readonly dropped: number }
  /** With what was received and dropped during the flood. */
  | {
      readonly event: 'flood.ended';
      readonly received: number;
      readonly dropped: number;
      readonly seconds: number;
    };

export interface FloodGuardOptions {
  readonly clock: Clock;
  readonly budget: ReceiveBudget;
  readonly hearing: Hearing;
  readonly tick: Pick<Tick, 'suspend' | 'resume'>;
  readonly listen: (on: boolean) => void;
  readonly onEvent: (event: FloodEvent) => void;
}

export class FloodGuard {
  readonly #options: FloodGuardOptions;
  readonly #breaker = new FloodBreaker();
  #began = { at: 0, received: 0, dropped: 0 };
  #timer: Timer | undefined;

  constructor(options: FloodGuardOptions) {
    this.#options = options;
  }

  /** A datagram was dropped because the whole budget is spent. */
  exhausted(now: number): void {
    const wasFlooded = this.#breaker.flooded;
    if (!this.#breaker.exhausted(now)) return;
    if (!wasFlooded) this.#begin(now);
    this.#options.listen(false);
    this.#await(now);
  }

  stop(): void {
    this.#timer?.cancel();
    if (this.#breaker.flooded) this.#end(this.#options.clock.now());
  }

  #begin(now: number): void {
    const counts = this.#options.hearing.counts();
    this.#began = { at: now, ...counts };
    this.#options.tick.suspend();
    this.#options.onEvent({ event: 'flood.began', ...counts });
  }

  #end(now: number): void {
    const counts = this.#options.hearing.counts();
    this.#options.tick.resume();
    this.#options.onEvent({
      event: 'flood.ended',
      received: counts.received - this.#began.received,
      dropped: counts.dropped - this.#began.dropped,
      seconds: Math.round((now - this.#began.at) / 1000),
    });
  }

  #await(now: number): void {
    const { dueAt } = this.#breaker;
    this.#timer?.cancel();
    if (dueAt === undefined) return;
    this.#timer = this.#options.clock.after(Math.max(0, dueAt - now), () => this.#look());
  }

  #look(): void {
    const now = this.#options.clock.now();
    const step = this.#breaker.look(this.#options.budget.recovered(now), now);
    if (step === 'reopen') this.#options.listen(true);
    if (step === 'ended') this.#end(now);
    this.#await(now);
  }
}
