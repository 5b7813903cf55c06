/** Plays the LED's pattern, with one timer to the next edge. A LED that fails is told once, and life goes on without it. */
import type { Child } from '../supervision/child.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import { asError } from '../system/errors.ts';
import type { Clock, Led, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { LedPattern, ledState } from './led-pattern.ts';
import type { Snapshot } from './snapshot.ts';

/** The first announcement comes first: loading what drives a GPIO line costs the board a fifth of a second. */
const OPEN_AFTER_MS = 250;

export interface LedPlayerOptions {
  readonly clock: Clock;
  readonly led: Led;
  readonly onEvent: (event: NodeEvent) => void;
}

export class LedPlayer implements Child {
  readonly id = 'led';
  readonly #options: LedPlayerOptions;
  readonly #pattern: LedPattern;
  #playing = false;
  #isOn = false;
  #timer: Timer | undefined;

  constructor(options: LedPlayerOptions) {
    this.#options = options;
    this.#pattern = new LedPattern(options.clock.now());
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, led } = this.#options;
    await pause(clock, OPEN_AFTER_MS, signal);
    if (signal.aborted) return;
    try {
      await led.open();
      this.#playing = true;
      this.#play();
    } catch (error) {
      this.#unavailable(error);
    }
    await aborted(signal);
    this.#playing = false;
    this.#timer?.cancel();
    led.close();
  }

  show(snapshot: Snapshot): void {
    this.#pattern.show(ledState(snapshot), this.#options.clock.now());
    this.#play();
  }

  /** A friend has announced itself. */
  flash(): void {
    // In a flood most are not shown, and cost nothing.
    if (!this.#pattern.mayFlash) return;
    this.#pattern.flash(this.#options.clock.now());
    this.#play();
  }

  #play(): void {
    if (!this.#playing) return;
    const { clock, led } = this.#options;
    const { on, nextEdgeAt } = this.#pattern.at(clock.now());
    try {
      if (on !== this.#isOn) led.set(on);
      this.#isOn = on;
    } catch (error) {
      return this.#unavailable(error);
    }
    this.#timer?.cancel();
    this.#timer = clock.after(nextEdgeAt - clock.now(), () => this.#play());
  }

  #unavailable(error: unknown): void {
    const { led, onEvent } = this.#options;
    this.#playing = false;
    this.#timer?.cancel();
    onEvent({ event: 'led.unavailable', led: led.id, cause: asError(error) });
  }
}
