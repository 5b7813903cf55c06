/**
 * What happened lately, in the words of the log. Pure. It remembers the lines that the journal writes, so that a flood of
 * changes is summed up here as well; and apart from them what was healed, which would else be pushed out by comings and
 * goings just when somebody comes to look.
 */
import type { LogLevel, LogLine } from '../system/system.ts';

const LINES_MAX = 50;
const HEALED_MAX = 20;

/** Lines that tell of something that was mended, or tried to be. */
const HEALING: ReadonlySet<string> = new Set([
  'healing.tried',
  'tick.missed',
  'child.restarted',
  'tree.gave-up',
  'beacon.unblocked',
  'send.recovered',
  'flood.ended',
  'wifi.reconnected',
  'wifi.not-reconnected',
  'node.well',
]);

export interface Happening {
  /** Monotonic. */
  readonly at: number;
  readonly level: LogLevel;
  readonly event: string;
  /** One sentence, for people. */
  readonly message: string;
}

export class History {
  #happenings: readonly Happening[] = [];
  #healed: readonly Happening[] = [];

  note({ level, event, message }: LogLine, now: number): void {
    if (level === 'debug') return;
    const happening = { at: now, level, event, message };
    this.#happenings = [...this.#happenings, happening].slice(-LINES_MAX);
    if (HEALING.has(event)) this.#healed = [...this.#healed, happening].slice(-HEALED_MAX);
  }

  /** The latest last. A new array whenever there is something new. */
  get happenings(): readonly Happening[] {
    return this.#happenings;
  }

  get healed(): readonly Happening[] {
    return this.#healed;
  }
}
