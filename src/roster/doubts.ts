/**
 * Who is in doubt, and for whom enough others have asked. Pure. Nearly always a whole fleet misses the same peer, and the
 * first who ask, by an announcement that does not list it, have asked for all. If everybody did, a few false names that
 * fall silent would make a large fleet speak without end.
 */
import type { RichAnnouncement } from '../datagram/announcement.ts';
import { listingOf } from '../datagram/heard-list.ts';
import { ANSWERERS } from '../multicast/cadence.ts';
import type { Peer, SpeaksRich } from './peer.ts';
import { doubtAt, isInDoubt } from './silence.ts';

/** In each second of a doubt: where four of ten datagrams are lost, 1 in 10,000 hears none of so many. */
const ASKED_ENOUGH = 10;
const SECOND_MS = 1_000;
/** However many are in doubt, an announcement that asks is compared with no more. */
const NOTED_MAX = 32;

export class Doubts {
  /** How often others have asked for each. */
  #asked = new Map<SpeaksRich, number>();

  /** When more are in doubt than can be noted, the last of them are. */
  note(peers: Iterable<Peer>, now: number): void {
    const doubted: SpeaksRich[] = [];
    for (const peer of peers) if (!peer.stale && isInDoubt(peer, now)) doubted.push(peer);
    this.#asked = new Map(doubted.slice(-NOTED_MAX).map((peer) => [peer, this.#asked.get(peer) ?? 0]));
  }

  /** When the last of them fell into doubt; undefined when nobody is. */
  get latestAt(): number | undefined {
    return this.#asked.size > 0 ? Math.max(...[...this.#asked.keys()].map(doubtAt)) : undefined;
  }

  /** Since when somebody has been in doubt for whom too few have asked; undefined when there is nobody. */
  unaskedSince(now: number): number | undefined {
    let since: number | undefined;
    for (const [peer, asked] of this.#asked) {
      const doubtedAt = doubtAt(peer);
      const enough = ASKED_ENOUGH * (1 + Math.floor((now - doubtedAt) / SECOND_MS));
      if (isInDoubt(peer, now) && asked < enough) since = Math.min(since ?? now, doubtedAt);
    }
    return since;
  }

  /** Somebody asks for whomever it does not list, about so many. When it asks for many, few answer. */
  asked(said: RichAnnouncement, count: number): void {
    const answering = Math.min(1, ANSWERERS / count);
    for (const [peer, asked] of this.#asked)
      if (listingOf(peer.rich.boot, said) === 'missing') this.#asked.set(peer, asked + answering);
  }
}
