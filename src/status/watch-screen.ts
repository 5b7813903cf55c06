/**
 * Shows the devices of the LAN as a table: on a screen drawn anew every second; elsewhere written again, without any
 * control characters, when somebody came, went or changed.
 */
import type { Child } from '../supervision/child.ts';
import { pause } from '../supervision/waiting.ts';
import type { Clock, Terminal } from '../system/system.ts';
import type { Sighting } from './sightings.ts';
import { essence, fitted, tableLines, UNPROVEN_NOTE } from './watch-table.ts';

const EVERY_MS = 1_000;
/** A newcomer is answered within a second; whoever does not look at a screen wants no table of the first one heard. */
const FIRST_AFTER_MS = 2_000;

export interface WatchScreenOptions {
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly sealed: boolean;
  readonly sightings: () => readonly Sighting[];
  /** What we are doing, in a line. */
  readonly headline: () => string;
  /** What a person should know besides. */
  readonly notes: () => readonly string[];
}

export class WatchScreen implements Child {
  readonly id = 'screen';
  readonly #options: WatchScreenOptions;
  #told = '';

  constructor(options: WatchScreenOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, terminal } = this.#options;
    if (!terminal.size()) await pause(clock, FIRST_AFTER_MS, signal);
    while (!signal.aborted) {
      this.#draw();
      await pause(clock, EVERY_MS, signal);
    }
    if (!terminal.size()) return;
    terminal.close();
    this.#print(); // So that it can still be read.
  }

  #draw(): void {
    const { terminal, sightings, headline } = this.#options;
    const size = terminal.size();
    if (size) return terminal.show(fitted(this.#body(), this.#foot(), size));
    const worth = headline() + essence(sightings()) + this.#foot().join();
    if (worth === this.#told) return;
    if (this.#told !== '') terminal.print('');
    this.#told = worth;
    this.#print();
  }

  #print(): void {
    for (const line of [...this.#body(), ...this.#foot()]) this.#options.terminal.print(line);
  }

  #body(): readonly string[] {
    const { sightings, sealed, headline } = this.#options;
    const seen = sightings();
    return [headline(), ...(seen.length > 0 ? tableLines(seen, { sealed }) : [])];
  }

  #foot(): readonly string[] {
    const { sightings, sealed, notes } = this.#options;
    return [...(sealed && sightings().length > 0 ? [UNPROVEN_NOTE] : []), ...notes()];
  }
}
