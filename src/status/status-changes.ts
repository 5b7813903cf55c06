/**
 * What has changed since the last look, so that whoever watches a thousand peers is sent the few that spoke. Pure. By a
 * look at all of them a few times a second, and only while somebody watches: hearing a peer costs nothing for it.
 */
import type { Peer } from '../roster/peer.ts';
import type { Friend, FriendList } from './friend-list.ts';
import type { Happening, History } from './history.ts';
import { type Note, notesOf } from './status.ts';

export interface Changes {
  /** New ones, and those of which anything is different. */
  readonly changed: readonly Friend[];
  /** The keys of those who are no more. */
  readonly gone: readonly number[];
  /** Only when there are new ones. */
  readonly events?: readonly Note[];
  readonly healed?: readonly Note[];
}

export class StatusChanges {
  readonly #friends: FriendList;
  readonly #history: History;
  /** By key. */
  #seen = new Map<number, string>();
  #happenings: readonly Happening[] = [];
  #healed: readonly Happening[] = [];

  constructor(friends: FriendList, history: History) {
    this.#friends = friends;
    this.#history = history;
  }

  /** Everything at the first look. */
  next(now: number): Changes {
    const before = this.#seen;
    this.#seen = new Map();
    const changed = this.#friends.list(now, (peer, key) => {
      const print = fingerprint(peer);
      this.#seen.set(key, print);
      return before.get(key) !== print;
    });
    const gone = [...before.keys()].filter((key) => !this.#seen.has(key));
    return { changed, gone, ...this.#news(now) };
  }

  /** Nobody watches any more. */
  forget(): void {
    this.#seen.clear();
    this.#happenings = [];
    this.#healed = [];
  }

  #news(now: number): Pick<Changes, 'events' | 'healed'> {
    const { happenings, healed } = this.#history;
    const events = happenings === this.#happenings ? {} : { events: notesOf(happenings, now) };
    const mended = healed === this.#healed ? {} : { healed: notesOf(healed, now) };
    this.#happenings = happenings;
    this.#healed = healed;
    return { ...events, ...mended };
  }
}

function fingerprint({ name, endpoint, friend, shared, lastHeardAt, rich }: Peer): string {
  return `${lastHeardAt} ${friend} ${shared} ${rich?.hearsUs} ${endpoint.port} ${endpoint.address} ${name}`;
}
