/** The peers as everybody may see them: without their boot tokens, and with who hears whom in a small fleet. Pure. */
import { asciiName } from '../datagram/classic.ts';
import { listedAs, listedIn } from '../datagram/heard-list.ts';
import type { Peer, RichPeer } from '../roster/peer.ts';

/** In a larger fleet nobody could see anything in the picture, and the lists would be its square. */
const MAP_PEERS_MAX = 48;
/** The number of this device in {@link Friend.hears}. */
const OWN_KEY = 0;

/** `two-way`: it hears us, too; `heard`: we hear it, and do not know more; `unproven`: not a friend until it proves to be. */
export type FriendState = 'two-way' | 'heard' | 'unproven';
/** `twin`: it bears our own name; `clone`: its id is another device's, too; `namesake`: so is its name, and it has no id. */
export type Likeness = 'twin' | 'clone' | 'namesake';

/** One peer, as `/status.json` has it. */
export interface Friend {
  /** A number that stays as long as the peer does, and is no other's meanwhile. */
  readonly key: number;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly frame: 'rich' | 'classic';
  readonly state: FriendState;
  readonly likeness: Likeness | null;
  /** Of its last 32 announcements; null for a classic one, which does not count them. */
  readonly lossPercent: number | null;
  readonly hereSeconds: number;
  readonly heardSecondsAgo: number;
  /** After so much silence it is gone. */
  readonly holdSeconds: number;
  /** Announcements in the last 20 × 15 s, the oldest first; the last one is still growing. */
  readonly arrivals: readonly number[];
  /** The keys of whom it hears, 0 being this device; null where it does not say, or the fleet is too large for a map. */
  readonly hears: readonly number[] | null;
  readonly firmware: string | null;
  readonly uptimeSeconds: number | null;
  readonly temperatureCelsius: number | null;
  readonly memoryPercent: number | null;
  readonly signalDbm: number | null;
}

export interface FriendCounts {
  /** Friends, in either state. */
  readonly count: number;
  readonly twoWay: number;
  /** Friends that hear us not, or not yet, or cannot tell. */
  readonly heard: number;
  /** Of these, how many cannot tell whom they hear. */
  readonly classic: number;
  /** Not friends until they prove to be. */
  readonly unproven: number;
  /** In the mean over the rich ones; null without any. */
  readonly lossPercent: number | null;
}

export interface Own {
  /** At the moment; it may be given another. */
  readonly name: () => string;
  readonly id: string;
  readonly boot: string;
}

/** Numbers peers, because neither their names nor their endpoints are theirs alone, and their boot tokens nobody's business. */
class FriendKeys {
  readonly #keys = new WeakMap<Peer, number>();
  #next = OWN_KEY + 1;

  of(peer: Peer): number {
    const known = this.#keys.get(peer);
    if (known !== undefined) return known;
    this.#keys.set(peer, this.#next);
    return this.#next++;
  }
}

export class FriendList {
  readonly #peers: Iterable<Peer>;
  readonly #own: Own;
  readonly #keys = new FriendKeys();

  constructor(peers: Iterable<Peer>, own: Own) {
    this.#peers = peers;
    this.#own = own;
  }

  /** Those for whom `isWanted` holds; all without it. */
  list(now: number, isWanted: (peer: Peer, key: number) => boolean = () => true): Friend[] {
    const peers = [...this.#peers];
    const map = peers.length <= MAP_PEERS_MAX ? this.#prefixes(peers) : undefined;
    return peers
      .filter((peer) => isWanted(peer, this.#keys.of(peer)))
      .map((peer) => this.#view(peer, map, now));
  }

  counts(): FriendCounts {
    const counts = { count: 0, twoWay: 0, heard: 0, classic: 0, unproven: 0 };
    let loss = 0;
    let judged = 0;
    for (const { friend, rich } of this.#peers) {
      if (!friend) {
        counts.unproven++;
        continue;
      }
      counts.count++;
      if (rich?.hearsUs) counts.twoWay++;
      else counts.heard++;
      if (!rich) {
        counts.classic++;
        continue;
      }
      loss += rich.sequence.lossPercent;
      judged++;
    }
    return { ...counts, lossPercent: judged > 0 ? Math.round((10 * loss) / judged) / 10 : null };
  }

  #view(peer: Peer, map: ReadonlyMap<string, number> | undefined, now: number): Friend {
    const { name, endpoint, rich, holdMs, joinedAt, lastHeardAt, arrivals } = peer;
    return {
      key: this.#keys.of(peer),
      name,
      address: endpoint.address,
      port: endpoint.port,
      frame: rich ? 'rich' : 'classic',
      state: stateOf(peer),
      likeness: this.#likeness(peer),
      lossPercent: rich ? rich.sequence.lossPercent : null,
      hereSeconds: seconds(now - joinedAt),
      heardSecondsAgo: seconds(now - lastHeardAt),
      holdSeconds: seconds(holdMs),
      arrivals: arrivals.at(now),
      hears: map && rich ? heardBy(rich, map) : null,
      ...factsOf(rich),
    };
  }

  #prefixes(peers: readonly Peer[]): Map<string, number> {
    const keys = new Map([[listedAs(this.#own.boot), OWN_KEY]]);
    for (const peer of peers) if (peer.rich) keys.set(listedAs(peer.rich.boot), this.#keys.of(peer));
    return keys;
  }

  #likeness({ name, rich, shared }: Peer): Likeness | null {
    if (rich && (shared || rich.id === this.#own.id)) return 'clone';
    const ownName = this.#own.name();
    if (name === (rich ? ownName : asciiName(ownName))) return 'twin';
    return shared ? 'namesake' : null;
  }
}

function stateOf({ friend, rich }: Peer): FriendState {
  if (!friend) return 'unproven';
  return rich?.hearsUs ? 'two-way' : 'heard';
}

function heardBy({ heard }: RichPeer, map: ReadonlyMap<string, number>): number[] {
  return listedIn(heard).flatMap((prefix) => map.get(prefix) ?? []);
}

function factsOf(rich: RichPeer | undefined) {
  const { firmware, uptimeSeconds, temperatureCelsius, memoryPercent, signalDbm } = rich?.facts ?? {};
  return {
    firmware: firmware ?? null,
    uptimeSeconds: uptimeSeconds ?? null,
    temperatureCelsius: temperatureCelsius ?? null,
    memoryPercent: memoryPercent ?? null,
    signalDbm: signalDbm ?? null,
  };
}

/** To a tenth. */
function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
