/** The peers, found by all that an announcement tells of them: boot, device id, name, endpoint; and in the order of the lists. */
import type { HeardList } from '../datagram/heard-list.ts';
import type { Endpoint } from '../system/system.ts';
import { type Boot, Boots } from './boots.ts';
import { movedTo } from './classic-identity.ts';
import { HeardOrder } from './heard-order.ts';
import { Namesakes } from './namesakes.ts';
import type { Peer, RichPeer, SpeaksRich } from './peer.ts';
import { PeerTable } from './peer-table.ts';

export class PeerDirectory {
  readonly #steadyMs: number;
  readonly #table = new PeerTable();
  readonly #boots = new Boots();
  /** Classic peers. */
  readonly #byName = new Namesakes();
  /** Whoever is or was a friend: in a fleet with a key nobody else has a say in whose boot is whose. */
  readonly #byId = new Namesakes();
  readonly #order = new HeardOrder();

  /** A friend is steady when it has been here for `steadyMs`. */
  constructor(steadyMs: number) {
    this.#steadyMs = steadyMs;
  }

  get size(): number {
    return this.#table.size;
  }

  get friends(): number {
    return this.#table.friends;
  }

  get richPeers(): number {
    return this.#order.size;
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#table[Symbol.iterator]();
  }

  /** The peer of this boot. */
  rich(boot: Boot): SpeaksRich | undefined {
    return this.#boots.get(boot);
  }

  /** The classic peer that announces this name there. */
  classic(name: string, { address, port }: Endpoint): Peer | undefined {
    for (const peer of this.#table.at(address))
      if (!peer.rich && peer.endpoint.port === port && peer.name === name) return peer;
    return undefined;
  }

  /** Classic peers of the same name. */
  named(name: string): readonly Peer[] {
    return this.#byName.of(name);
  }

  /** Those of the same id that are, or were, friends. */
  withId(id: string): readonly SpeaksRich[] {
    return this.#byId.of(id) as readonly SpeaksRich[]; // No other has an id.
  }

  isRichAt({ address, port }: Endpoint): boolean {
    for (const peer of this.#table.at(address)) if (peer.rich && peer.endpoint.port === port) return true;
    return false;
  }

  heardList(room: number, doubted: ReadonlySet<RichPeer>): HeardList {
    return this.#order.next(room, doubted);
  }

  /** About how many of those who count a list says are missing; see {@link HeardOrder.missingFrom}. */
  missingFrom(list: HeardList, from: string, counts: (peer: RichPeer) => boolean): number {
    return this.#order.missingFrom(list, from, counts);
  }

  /** Whoever has to make room for somebody at this endpoint. */
  displacedBy({ address }: Endpoint): Peer | undefined {
    return this.#table.displacedBy(address);
  }

  /** There is room for it; see {@link displacedBy}. */
  add(peer: Peer, now: number): void {
    if (speaksRich(peer)) {
      this.#boots.add(peer);
      this.#order.add(peer.rich);
    } else this.#byName.add(peer.name, peer);
    this.heard(peer, now);
  }

  /** It was heard, and so is the last to be displaced of those like it. */
  heard(peer: Peer, now: number): void {
    this.#table.put(peer, now - peer.joinedAt >= this.#steadyMs);
  }

  setFriend(peer: Peer, friend: boolean, now: number): void {
    this.#table.remove(peer);
    peer.friend = friend;
    if (friend && peer.rich) this.#byId.add(peer.rich.id, peer);
    this.heard(peer, now);
  }

  /** Whoever has to make room for a peer that moves there: only an address can have too many then. */
  displacedByMove({ endpoint }: Peer, { address }: Endpoint): Peer | undefined {
    if (endpoint.address === address || !this.#table.isCrowded(address)) return undefined;
    return this.#table.displacedBy(address);
  }

  /** There is room for it there; see {@link displacedByMove}. */
  move(peer: Peer, to: Endpoint, now: number): void {
    this.#table.remove(peer);
    movedTo(peer, to, now);
    this.heard(peer, now);
  }

  /** Whoever is alone under its name or id again can move, or start anew, again. */
  remove(peer: Peer): void {
    this.#table.remove(peer);
    const { rich } = peer;
    const last = rich ? this.#byId.remove(rich.id, peer) : this.#byName.remove(peer.name, peer);
    if (last) last.shared = false;
    if (!rich) return;
    this.#order.remove(rich);
    this.#boots.remove(rich);
  }
}

function speaksRich(peer: Peer): peer is SpeaksRich {
  return peer.rich !== undefined;
}
