/** The roster on a clock: asks for whoever falls silent, lets it leave when its hold has passed, and tells every change once. */
import type { Announcement } from '../datagram/announcement.ts';
import type { HeardList } from '../datagram/heard-list.ts';
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Endpoint, Timer } from '../system/system.ts';
import type { Peer } from './peer.ts';
import { Roster, type RosterOptions } from './roster.ts';
import type { RosterEvent } from './roster-events.ts';
import { doubtMs } from './silence.ts';

/** A timer this late: the process was stopped or starved, and did not listen either. */
const STALL_MS = 1_000;
/** How often whoever is in doubt may be asked for: when somebody falls into doubt, and then once in this. */
const DOUBT_EVERY_MS = 1_000;

/** A look goes through the whole roster, and whoever sends false names with short holds could demand one of each. */
const LOOK_AGAIN_MS = 25;

/** Why silence proves nothing at the moment. */
export type FreezeReason = 'no beacon' | 'flood';

export interface KeeperOptions extends RosterOptions {
  readonly clock: Clock;
  readonly onEvent: (event: RosterEvent) => void;
  /** Somebody will be gone soon unless it is asked for, by an announcement that does not list it. */
  readonly onDoubt: () => void;
}

export class RosterKeeper implements Child {
  readonly id = 'roster';
  readonly #options: KeeperOptions;
  readonly #roster: Roster;
  readonly #frozenBy = new Set<FreezeReason>();
  #timer: Timer | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When the timer is due; never while there is none. */
  #lookAt = Number.POSITIVE_INFINITY;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#roster = new Roster(options);
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.freeze('no beacon');
  }

  /** All peers, friends or not. */
  get peers(): Iterable<Peer> {
    return this.#roster;
  }

  get size(): number {
    return this.#roster.size;
  }

  /** How many speak only the classic frame. */
  get classicPeers(): number {
    return this.#roster.classicPeers;
  }

  /** How many peers there are, as others have it. */
  get claimedPeers(): number {
    return this.#roster.claimedPeers;
  }

  /** Whether it has prolonged somebody's presence: no recording does. */
  heard(said: Announcement, from: Endpoint, now: number): boolean {
    const before = this.#roster.signsOfLife;
    this.#tell(this.#roster.heard(said, from, now));
    // Hearing only ever moves the deadline of whoever is known back, so all that can be too late is a shorter hold.
    const holdMs = said.frame === 'rich' ? said.holdMs : this.#options.holdMs;
    const lookAt = now + holdMs - doubtMs(holdMs);
    if (lookAt < this.#lookAt && this.#frozenBy.size === 0) this.#awaitUntil(lookAt, now);
    return this.#roster.signsOfLife > before;
  }

  /** Since when somebody has been in doubt for whom too few others have asked. */
  get unaskedSince(): number | undefined {
    return this.#roster.unaskedSince(this.#options.clock.now());
  }

  heardList(room: number): HeardList {
    return this.#roster.heardList(room, this.#options.clock.now());
  }

  /** Nobody leaves until {@link thaw} is called for every reason given. */
  freeze(reason: FreezeReason): void {
    this.#frozenBy.add(reason);
    this.#timer?.cancel();
    this.#lookAt = Number.POSITIVE_INFINITY;
  }

  thaw(reason: FreezeReason): void {
    if (!this.#frozenBy.delete(reason) || this.#frozenBy.size > 0) return;
    this.#roster.thaw(this.#options.clock.now());
    this.#await();
  }

  #await(askAt = Number.POSITIVE_INFINITY): void {
    const now = this.#options.clock.now();
    const lookAt = this.#roster.nextLook(now);
    this.#timer?.cancel();
    this.#lookAt = Number.POSITIVE_INFINITY;
    if (lookAt === undefined || this.#frozenBy.size > 0) return;
    this.#awaitUntil(Math.min(lookAt, askAt), now);
  }

  #awaitUntil(wantedAt: number, now: number): void {
    const lookAt = Math.max(wantedAt, this.#lookedAt + LOOK_AGAIN_MS);
    this.#timer?.cancel();
    this.#lookAt = lookAt;
    this.#timer = this.#options.clock.after(Math.max(0, lookAt - now), () => this.#look(lookAt));
  }

  #look(dueAt: number): void {
    const now = this.#options.clock.now();
    this.#lookedAt = now;
    if (now - dueAt > STALL_MS) this.#roster.thaw(now);
    this.#tell(this.#roster.expire(now));
    this.#await(this.#ask(now));
  }

  /** Has whoever is in doubt asked for, if it is time; returns when it will be next. */
  #ask(now: number): number {
    const doubtedAt = this.#roster.doubtedAt(now);
    if (doubtedAt === undefined) return Number.POSITIVE_INFINITY;
    if (doubtedAt > this.#askedAt || now >= this.#askedAt + DOUBT_EVERY_MS) {
      this.#askedAt = now;
      this.#options.onDoubt();
    }
    return this.#askedAt + DOUBT_EVERY_MS;
  }

  #tell(events: readonly RosterEvent[]): void {
    for (const event of events) this.#options.onEvent(event);
  }
}
