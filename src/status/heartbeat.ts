/**
 * Leaves a sign of life for the container's health check, as long as the node is well; and tells when that changes. If
 * the event loop hangs no sign is left either, so one cheap look at a file's age covers both.
 */
import type { Child } from '../supervision/child.ts';
import { pause } from '../supervision/waiting.ts';
import type { Clock, Heartbeat } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { Health } from './health.ts';

/** The health check looks for a sign from the last two minutes. */
const EVERY_MS = 30_000;
/** A beat this late: the event loop stood still, and whoever asks just now is the first to learn of it. */
const STALLED_MS = 45_000;

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly heartbeat: Heartbeat;
  readonly onEvent: (event: NodeEvent) => void;
}

export class HeartbeatKeeper implements Child {
  readonly id = 'heartbeat';
  readonly #options: HeartbeatOptions;
  readonly #health = new Health();
  #wasWell = true;
  #beatAt: number | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#beat();
      await pause(this.#options.clock, EVERY_MS, signal);
    }
  }

  note(event: NodeEvent): void {
    this.#health.note(event, this.#options.clock.now());
  }

  /** Whether the node does its work; asked from outside, when the event loop may have stood still until a moment ago. */
  get isWell(): boolean {
    const now = this.#options.clock.now();
    return this.#health.isWell(now) && now - (this.#beatAt ?? now) < STALLED_MS;
  }

  #beat(): void {
    const { clock, heartbeat, onEvent } = this.#options;
    this.#beatAt = clock.now();
    const isWell = this.#health.isWell(clock.now());
    if (isWell) heartbeat.beat();
    if (isWell !== this.#wasWell) onEvent({ event: isWell ? 'node.well' : 'node.unwell' });
    this.#wasWell = isWell;
  }
}
