/**
 * The peers, bounded: when it is full, whoever is least likely to be a friend makes room, so that strangers with many
 * false identities displace each other and no friend.
 */
import type { Peer } from './peer.ts';

/** A LAN larger than this is several; one entry is below 1 KB in a small fleet, so the whole table stays below 1 MB. */
export const PEERS_MAX = 1_024;
/** From one address: more than a host has programs, and too few to fill the roster from there. */
const ADDRESS_PEERS_MAX = 64;

/** `unproven`: a fleet with a key waits for its proof; `tentative`: not here for a whole interval yet. */
const TIERS = ['unproven', 'tentative', 'steady'] as const;
type Tier = (typeof TIERS)[number];

export class PeerTable {
  /** Each in the order in which they were last heard, so that the longest silent is always the first: no search. */
  readonly #tiers: Readonly<Record<Tier, Map<string, Peer>>> = {
    unproven: new Map(),
    tentative: new Map(),
    steady: new Map(),
  };
  readonly #perAddress = new Map<string, number>();
  #friends = 0;

  get size(): number {
    return TIERS.reduce((total, tier) => total + this.#tiers[tier].size, 0);
  }

  /** How many of them are friends. */
  get friends(): number {
    return this.#friends;
  }

  get(key: string): Peer | undefined {
    return this.#tiers.steady.get(key) ?? this.#tiers.tentative.get(key) ?? this.#tiers.unproven.get(key);
  }

  *[Symbol.iterator](): Iterator<Peer> {
    for (const tier of TIERS) yield* this.#tiers[tier].values();
  }

  /** Who has to go before a peer from this address can be added. */
  displacedBy(address: string): Peer | undefined {
    if ((this.#perAddress.get(address) ?? 0) >= ADDRESS_PEERS_MAX)
      for (const peer of this) if (peer.endpoint.address === address) return peer;
    if (this.size < PEERS_MAX) return undefined;
    for (const peer of this) return peer;
    return undefined;
  }

  /** Adds the peer, or puts it where it belongs now that it was heard. */
  put(peer: Peer, isSteady: boolean): void {
    this.remove(peer);
    const tier = peer.friend ? (isSteady ? 'steady' : 'tentative') : 'unproven';
    this.#tiers[tier].set(peer.key, peer);
    if (peer.friend) this.#friends++;
    const { address } = peer.endpoint;
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
  }

  /** Call before its key, its endpoint or its friendship change. */
  remove(peer: Peer): void {
    if (!TIERS.some((tier) => this.#tiers[tier].delete(peer.key))) return;
    if (peer.friend) this.#friends--;
    const { address } = peer.endpoint;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}
