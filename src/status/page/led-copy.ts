/**
 * A living copy of the device's LED: the firmware's own pattern, played by the device's clock, half a second late so that
 * all that the device did until then is known.
 */
import { LedPattern, type LedState } from '../led-pattern.ts';
import type { Summary } from '../status.ts';

/** The stream's quarter of a second, and the way here. */
const LATE_MS = 500;
/** The device was started anew, or our machine slept. */
const JUMP_MS = 2_000;
/** Timers are that coarse. */
const LEAST_MS = 8;

interface Cue {
  /** On the device's clock. */
  readonly at: number;
  /** Undefined: a flash. */
  readonly state: LedState | undefined;
}

export class LedCopy {
  readonly #show: (on: boolean | 'unknown') => void;
  #pattern: LedPattern | undefined;
  #state: LedState | undefined;
  /** What the device's clock is ahead of ours. */
  #aheadMs = Number.NEGATIVE_INFINITY;
  #cues: Cue[] = [];
  #timer = 0;
  #still = false;

  constructor(show: (on: boolean | 'unknown') => void) {
    this.#show = show;
  }

  /** `flashes`: in seconds of the device's clock. */
  follow({ uptimeSeconds, state }: Summary, flashes: readonly number[] = []): void {
    const since = (uptimeSeconds - state.ledSeconds) * 1000;
    this.#tune(uptimeSeconds * 1000 - performance.now());
    if (!this.#pattern) {
      this.#pattern = new LedPattern(since);
      this.#pattern.show(state.led, since);
    } else if (state.led !== this.#state) this.#cues.push({ at: since, state: state.led });
    this.#state = state.led;
    for (const flash of flashes) this.#cues.push({ at: flash * 1000, state: undefined });
    this.#cues.sort((one, other) => one.at - other.at);
    this.#play();
  }

  /** Nothing is known of the LED any more. */
  lose(): void {
    clearTimeout(this.#timer);
    this.#pattern = undefined;
    this.#cues = [];
    this.#aheadMs = Number.NEGATIVE_INFINITY;
    this.#show('unknown');
  }

  hold(still: boolean): void {
    this.#still = still;
    if (still) clearTimeout(this.#timer);
    if (still && this.#pattern) this.#show(true);
    else this.#play();
  }

  /** The message that came fastest tells best. */
  #tune(aheadMs: number): void {
    if (Math.abs(aheadMs - this.#aheadMs) > JUMP_MS) this.#aheadMs = aheadMs;
    else this.#aheadMs = Math.max(this.#aheadMs, aheadMs);
  }

  #play(): void {
    clearTimeout(this.#timer);
    if (!this.#pattern || this.#still) return;
    const now = performance.now() + this.#aheadMs - LATE_MS;
    while (this.#cues[0] && this.#cues[0].at <= now) this.#obey(this.#pattern, this.#cues.shift());
    const { on, nextEdgeAt } = this.#pattern.at(now);
    this.#show(on);
    const nextAt = Math.min(nextEdgeAt, this.#cues[0]?.at ?? nextEdgeAt);
    this.#timer = window.setTimeout(() => this.#play(), Math.max(LEAST_MS, nextAt - now));
  }

  #obey(pattern: LedPattern, cue: Cue | undefined): void {
    if (!cue) return;
    pattern.at(cue.at); // Flashes that are over by then.
    if (cue.state) pattern.show(cue.state, cue.at);
    else pattern.flash(cue.at);
  }
}
