/** The roster on a clock: lets peers leave when their hold has passed, with one timer, and tells every change once. */
import type { Announcement } from '../datagram/announcement.ts';
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Endpoint, Timer } from '../system/system.ts';
import { Roster, type RosterEvent, type RosterOptions } from './roster.ts';

/** A timer this late: the process was stopped or starved, and did not listen either. */
const STALL_MS = 1_000;

/** Why silence proves nothing at the moment. */
export type FreezeReason = 'no beacon' | 'flood';

export interface KeeperOptions extends RosterOptions {
  readonly clock: Clock;
  readonly onEvent: (event: RosterEvent) => void;
}

export class RosterKeeper implements Child {
  readonly id = 'roster';
  readonly #options: KeeperOptions;
  readonly #roster: Roster;
  readonly #frozenBy = new Set<FreezeReason>();
  #timer: Timer | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#roster = new Roster(options);
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.freeze('no beacon');
  }

  heard(said: Announcement, from: Endpoint): void {
    const wasEmpty = this.#roster.size === 0;
    this.#tell(this.#roster.heard(said, from, this.#options.clock.now()));
    // Hearing only ever moves deadlines back, so a running timer is never too late.
    if (wasEmpty) this.#await();
  }

  /** Nobody leaves until {@link thaw} is called for every reason given. */
  freeze(reason: FreezeReason): void {
    this.#frozenBy.add(reason);
    this.#timer?.cancel();
  }

  thaw(reason: FreezeReason): void {
    if (!this.#frozenBy.delete(reason) || this.#frozenBy.size > 0) return;
    this.#roster.thaw(this.#options.clock.now());
    this.#await();
  }

  #await(): void {
    const { clock } = this.#options;
    this.#timer?.cancel();
    const deadline = this.#roster.nextDeadline();
    if (deadline === undefined || this.#frozenBy.size > 0) return;
    this.#timer = clock.after(Math.max(0, deadline - clock.now()), () => this.#expire(deadline));
  }

  #expire(dueAt: number): void {
    const now = this.#options.clock.now();
    if (now - dueAt > STALL_MS) this.#roster.thaw(now);
    this.#tell(this.#roster.expire(now));
    this.#await();
  }

  #tell(events: readonly RosterEvent[]): void {
    for (const event of events) this.#options.onEvent(event);
  }
}
