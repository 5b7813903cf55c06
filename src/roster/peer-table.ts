/**
 * The peers, bounded: when it is full, whoever is least likely to be a friend makes room, so that strangers with many
 * false identities displace each other and no friend.
 */
import type { Peer, Tier } from './peer.ts';

/** A LAN larger than this is several; one entry is below 1 KB in a small fleet, so the whole table stays below 1 MB. */
export const PEERS_MAX = 1_024;
/** From one address: more than a host has programs, and too few to fill the roster from there. */
const ADDRESS_PEERS_MAX = 64;

/** Who goes first comes first. */
const TIERS: readonly Tier[] = ['unproven', 'tentative', 'steady'];

const NOBODY: readonly Peer[] = [];

export class PeerTable {
  /** Each in the order in which they were last heard, so that the longest silent is always the first: no search. */
  readonly #tiers: Readonly<Record<Tier, Set<Peer>>> = {
    unproven: new Set(),
    tentative: new Set(),
    steady: new Set(),
  };
  /** As long as the table; a set has at most ADDRESS_PEERS_MAX. */
  readonly #byAddress = new Map<string, Set<Peer>>();
  #size = 0;
  #friends = 0;

  get size(): number {
    return this.#size;
  }

  /** How many of them are friends. */
  get friends(): number {
    return this.#friends;
  }

  /** Whoever speaks from this address; so few that they are searched, not looked up. */
  at(address: string): Iterable<Peer> {
    return this.#byAddress.get(address) ?? NOBODY;
  }

  /** Whoever is displaced first comes first. */
  *[Symbol.iterator](): Iterator<Peer> {
    for (const tier of TIERS) yield* this.#tiers[tier];
  }

  /** Whether there are as many from this address as may be. */
  isCrowded(address: string): boolean {
    return (this.#byAddress.get(address)?.size ?? 0) >= ADDRESS_PEERS_MAX;
  }

  /** Who has to go before a peer from this address can be added. */
  displacedBy(address: string): Peer | undefined {
    if (this.isCrowded(address)) return leastMissed(this.at(address));
    return this.size < PEERS_MAX ? undefined : first(this);
  }

  /** Adds the peer, or puts it where it belongs now that it was heard. */
  put(peer: Peer, isSteady: boolean): void {
    const tier = peer.friend ? (isSteady ? 'steady' : 'tentative') : 'unproven';
    if (peer.tier === undefined) this.#add(peer);
    else this.#tiers[peer.tier].delete(peer);
    peer.tier = tier;
    this.#tiers[tier].add(peer);
  }

  /** Call before its endpoint or its friendship change. */
  remove(peer: Peer): void {
    if (peer.tier === undefined) return;
    this.#tiers[peer.tier].delete(peer);
    peer.tier = undefined;
    this.#size--;
    if (peer.friend) this.#friends--;
    const { address } = peer.endpoint;
    const neighbours = this.#byAddress.get(address);
    neighbours?.delete(peer);
    if (neighbours?.size === 0) this.#byAddress.delete(address);
  }

  #add(peer: Peer): void {
    this.#size++;
    if (peer.friend) this.#friends++;
    const { address } = peer.endpoint;
    const neighbours = this.#byAddress.get(address);
    if (neighbours) neighbours.add(peer);
    else this.#byAddress.set(address, new Set([peer]));
  }
}

/** Of the lowest tier whoever is silent longest: the first of them in the order of the whole table. */
function leastMissed(peers: Iterable<Peer>): Peer | undefined {
  let least: Peer | undefined;
  for (const peer of peers) if (!least || isLessMissed(peer, least)) least = peer;
  return least;
}

function isLessMissed(peer: Peer, than: Peer): boolean {
  return peer.tier === than.tier ? peer.lastHeardAt < than.lastHeardAt : rank(peer) < rank(than);
}

function rank({ tier }: Peer): number {
  return tier === undefined ? TIERS.length : TIERS.indexOf(tier);
}

function first(peers: Iterable<Peer>): Peer | undefined {
  for (const peer of peers) return peer;
  return undefined;
}
