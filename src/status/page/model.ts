/** What the page knows of the device: everything it was told last, put together from the whole and the changes. Pure. */
import type { Friend } from '../friend-list.ts';
import type { Note, Status, Summary } from '../status.ts';

/** What a message of the stream can bring. */
export type Told = Summary & {
  readonly changed?: readonly Friend[];
  readonly gone?: readonly number[];
  readonly events?: readonly Note[];
  readonly healed?: readonly Note[];
  /** When friends were heard, in seconds since the device's start. */
  readonly flashes?: readonly number[];
};

/** A friend, and when we were told of it, in the page's own milliseconds. */
export interface Known {
  readonly friend: Friend;
  readonly toldAt: number;
}

export interface Dated {
  readonly note: Note;
  readonly at: number;
}

export class Model {
  summary: Summary | undefined;
  /** When it came. */
  toldAt = 0;
  readonly friends = new Map<number, Known>();
  events: readonly Dated[] = [];
  healed: readonly Dated[] = [];
  /** Counts every change of who is there, or of who hears whom. */
  version = 0;

  /** Everything anew. */
  replace(status: Status, now: number): void {
    const { peers, events, healed, ...summary } = status;
    this.friends.clear();
    this.version++;
    this.change({ ...summary, changed: peers, events, healed }, now);
  }

  /** Returns those who have just spoken. */
  change(told: Told, now: number): Friend[] {
    const { changed = [], gone = [], events, healed, flashes: _, ...summary } = told;
    this.summary = summary;
    this.toldAt = now;
    const spoke = changed.filter((friend) => this.#learn(friend, now));
    for (const key of gone) if (this.friends.delete(key)) this.version++;
    if (events) this.events = dated(events, now);
    if (healed) this.healed = dated(healed, now);
    return spoke;
  }

  /** Since the device's start, in milliseconds. */
  get uptimeMs(): number {
    return (this.summary?.uptimeSeconds ?? 0) * 1000;
  }

  /** Returns whether it has just spoken. */
  #learn(friend: Friend, toldAt: number): boolean {
    const before = this.friends.get(friend.key)?.friend;
    this.friends.set(friend.key, { friend, toldAt });
    if (!before || !looksAlike(before, friend)) this.version++;
    return friend.heardSecondsAgo < 1;
  }
}

/** The latest first. */
function dated(notes: readonly Note[], now: number): Dated[] {
  return notes.map((note) => ({ note, at: now - note.secondsAgo * 1000 })).reverse();
}

/** In the picture. */
function looksAlike(one: Friend, other: Friend): boolean {
  return one.state === other.state && one.name === other.name && String(one.hears) === String(other.hears);
}
