/** Peers by what they share, a name or an id, so that whoever appears can be told from who has only moved. */
import type { Peer } from './peer.ts';

/** A name that more devices bear says nothing about who has moved; so no more are noted, and nobody makes us search or copy. */
const NAMESAKES_MAX = 16;

/** Shared, because most names have one bearer: a roster of strangers stays small. */
const NOBODY: readonly Peer[] = [];

export class Namesakes {
  /** At most NAMESAKES_MAX + 1 of each; a name without a peer is removed. */
  readonly #bearers = new Map<string, readonly Peer[]>();

  /** Of this name; nobody when there are too many to say anything. */
  of(name: string): readonly Peer[] {
    const bearers = this.#bearers.get(name) ?? NOBODY;
    return bearers.length <= NAMESAKES_MAX ? bearers : NOBODY;
  }

  add(name: string, peer: Peer): void {
    const bearers = this.#bearers.get(name) ?? NOBODY;
    if (bearers.length <= NAMESAKES_MAX && !bearers.includes(peer))
      this.#bearers.set(name, [...bearers, peer]);
  }

  /** Returns the one peer that is left under this name, if it is exactly one. */
  remove(name: string, peer: Peer): Peer | undefined {
    const left = (this.#bearers.get(name) ?? NOBODY).filter((each) => each !== peer);
    if (left.length > 0) this.#bearers.set(name, left);
    else this.#bearers.delete(name);
    return left.length === 1 ? left[0] : undefined;
  }
}
