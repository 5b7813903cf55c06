/**
 * Whom to list in the next announcement: everybody if there is room, else a run of the circle of boot tokens that begins
 * where the last one ended, and before that whoever was never listed, because it waits to know whether we hear it. Pure.
 */
import { entryOf, type HeardList, missingFrom } from '../datagram/heard-list.ts';
import type { RichPeer } from './peer.ts';

/** Of the room, what newcomers may take when not everybody fits. */
const NEWCOMERS_SHARE = 1 / 3;
/** Evenly spread, so many stand for all, and whoever asks a large fleet costs it no more than a small one. */
const TRIED_MAX = 64;

export class HeardOrder {
  /** By boot token. As long as the roster. */
  readonly #circle: RichPeer[] = [];
  /** In the order in which they came; those listed meanwhile are skipped. */
  readonly #newcomers = new Set<RichPeer>();
  #runFrom = '';

  get size(): number {
    return this.#circle.length;
  }

  add(peer: RichPeer): void {
    this.#circle.splice(this.#placeOf(peer.boot), 0, peer);
    this.#newcomers.add(peer);
  }

  remove(peer: RichPeer): void {
    let at = this.#placeOf(peer.boot);
    while (this.#circle[at] && this.#circle[at] !== peer) at++;
    if (this.#circle[at]) this.#circle.splice(at, 1);
    this.#newcomers.delete(peer);
  }

  /** At most `room` entries, without the `doubted`: a list that leaves somebody out asks after it. */
  next(room: number, doubted: ReadonlySet<RichPeer>): HeardList {
    const peers = this.#circle.length - doubted.size;
    if (peers <= room) {
      const everybody = this.#circle.filter((peer) => !doubted.has(peer));
      this.#newcomers.clear();
      return { heard: entries(everybody), fresh: '', peers };
    }
    const newcomers = [...this.#newcomers].filter((peer) => !doubted.has(peer));
    const fresh = newcomers.slice(0, Math.floor(room * NEWCOMERS_SHARE));
    const run = this.#run(room - fresh.length, doubted);
    for (const peer of [...fresh, ...run]) this.#newcomers.delete(peer);
    return { heard: entries(run), fresh: entries(fresh), peers };
  }

  /**
   * About how many of those who count a list says are missing. Trying begins at `from`, elsewhere for every device: nobody
   * can list those whom all of them try.
   */
  missingFrom(list: HeardList, from: string, counts: (peer: RichPeer) => boolean): number {
    const isMissing = missingFrom(list);
    const step = Math.max(1, this.#circle.length / TRIED_MAX);
    const first = this.#placeOf(from);
    let missing = 0;
    for (let at = first; at < first + this.#circle.length; at += step) {
      const peer = this.#circle[Math.floor(at) % this.#circle.length];
      if (peer && counts(peer) && isMissing(peer.boot)) missing++;
    }
    return missing * step;
  }

  /** Begins with whoever ended the last run, so that nobody lies between two runs. */
  #run(length: number, doubted: ReadonlySet<RichPeer>): RichPeer[] {
    const from = this.#placeOf(this.#runFrom);
    const run: RichPeer[] = [];
    for (let step = 0; step < this.#circle.length && run.length < length; step++) {
      const peer = this.#circle[(from + step) % this.#circle.length];
      if (peer && !doubted.has(peer)) run.push(peer);
    }
    this.#runFrom = run.at(-1)?.boot ?? '';
    return run;
  }

  #placeOf(boot: string): number {
    let low = 0;
    let high = this.#circle.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#circle[middle]?.boot ?? '') < boot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function entries(peers: readonly RichPeer[]): string {
  let text = '';
  for (const { boot, sequence } of peers) text += entryOf(boot, sequence.latest);
  return text;
}
