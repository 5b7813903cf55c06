/**
 * Looks now and then what the dashboard calls this device: who renames it there shall see it renamed within a minute, and
 * not at its next start. A look that fails is told once: the name that there is will do.
 */
import type { Child } from '../supervision/child.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import { asError } from '../system/errors.ts';
import type { Clock, Names } from '../system/system.ts';

/** A minute, less what a look may take. */
const EVERY_MS = 45_000;

export type NameEvent =
  /** The dashboard calls the device something else now. */
  | { readonly event: 'node.renamed'; readonly name: string; readonly previousName: string }
  /** What the dashboard calls it is not to be had; told once. */
  | { readonly event: 'name.unavailable'; readonly cause: Error };

export interface NameWatcherOptions {
  readonly clock: Clock;
  /** Undefined where nobody can rename the device. */
  readonly names: Names | undefined;
  /** What the device announces now. */
  readonly name: () => string;
  /** The nearest name that may be announced. */
  readonly allowed: (wish: string) => string;
  readonly onEvent: (event: NameEvent) => void;
}

export class NameWatcher implements Child {
  readonly id = 'name-watcher';
  readonly #options: NameWatcherOptions;
  #faultTold = false;

  constructor(options: NameWatcherOptions) {
    this.#options = options;
  }

  /** Never waits for an answer: stopping must not hang with whoever is asked. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, names } = this.#options;
    if (!names) return aborted(signal);
    while (!signal.aborted) {
      await pause(clock, EVERY_MS, signal);
      if (!signal.aborted) void this.#look(names, signal);
    }
  }

  async #look(names: Names, signal: AbortSignal): Promise<void> {
    try {
      const name = this.#options.allowed(await names.current(signal));
      const previousName = this.#options.name();
      if (!signal.aborted && name !== previousName)
        this.#options.onEvent({ event: 'node.renamed', name, previousName });
    } catch (error) {
      if (signal.aborted || this.#faultTold) return;
      this.#faultTold = true;
      this.#options.onEvent({ event: 'name.unavailable', cause: asError(error) });
    }
  }
}
