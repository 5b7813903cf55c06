/** Where all that there is to show is kept together, and put into each view only when somebody asks for it. */
import type { Peer } from '../roster/peer.ts';
import type { Clock, LogLine } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { FriendList, type Own } from './friend-list.ts';
import { History } from './history.ts';
import { type LedState, ledState } from './led-pattern.ts';
import { metricsText } from './metrics.ts';
import { FIRST_SNAPSHOT, type Snapshot } from './snapshot.ts';
import { notesOf, type Status, type Summary, summaryOf } from './status.ts';
import { StatusChanges } from './status-changes.ts';
import { Tally } from './tally.ts';

export interface StatusBoardOptions {
  readonly clock: Clock;
  readonly own: Own;
  readonly peers: Iterable<Peer>;
  readonly isWell: () => boolean;
  readonly residentBytes: () => number;
  /** How many announcements we have made. */
  readonly announcements: () => number;
  /** Counts of the beacon that is running. */
  readonly datagrams: () => { readonly received: number; readonly dropped: number };
}

export class StatusBoard {
  readonly #options: StatusBoardOptions;
  readonly #friends: FriendList;
  readonly #history = new History();
  readonly #tally = new Tally();
  readonly #changes: StatusChanges;
  readonly #startedAt: number;
  #snapshot: Snapshot = FIRST_SNAPSHOT;
  #led: LedState = 'waiting';
  #ledSince: number;

  constructor(options: StatusBoardOptions) {
    this.#options = options;
    this.#friends = new FriendList(options.peers, options.own);
    this.#changes = new StatusChanges(this.#friends, this.#history);
    this.#startedAt = options.clock.now();
    this.#ledSince = this.#startedAt;
  }

  /** The description of the node after an event. */
  note(event: NodeEvent, snapshot: Snapshot): void {
    this.#tally.note(event);
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    const led = ledState(snapshot);
    if (led !== this.#led) this.#ledSince = this.#options.clock.now();
    this.#led = led;
  }

  /** A friend was heard; the most frequent event by far. */
  noteHeard(): void {
    this.#tally.counts.heard++;
  }

  /** A line of the log. */
  noteLine(line: LogLine): void {
    this.#history.note(line, this.#options.clock.now());
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  summary(): Summary {
    const { clock, isWell, residentBytes } = this.#options;
    return summaryOf(
      {
        snapshot: this.#snapshot,
        friends: this.#friends.counts(),
        led: this.#led,
        ledSince: this.#ledSince,
        well: isWell(),
        startedAt: this.#startedAt,
        residentBytes: residentBytes(),
      },
      clock.now(),
    );
  }

  status(): Status {
    const now = this.#options.clock.now();
    return {
      ...this.summary(),
      peers: this.#friends.list(now),
      healed: notesOf(this.#history.healed, now),
      events: notesOf(this.#history.happenings, now),
    };
  }

  /** What is different since the last time. `flashes`: by the monotonic clock. */
  changes(flashes: readonly number[]) {
    const now = this.#options.clock.now();
    return {
      ...this.summary(),
      ...this.#changes.next(now),
      flashes: flashes.map((at) => Math.round(at - this.#startedAt) / 1000),
    };
  }

  /** Nobody asks for changes any more. */
  forgetChanges(): void {
    this.#changes.forget();
  }

  metrics(readers: number): string {
    const { announcements, datagrams } = this.#options;
    const { received, dropped } = datagrams();
    return metricsText({
      status: this.summary(),
      tally: this.#tally,
      announcements: announcements(),
      received: this.#tally.counts.received + received,
      refused: this.#tally.counts.dropped + dropped,
      readers,
    });
  }
}
