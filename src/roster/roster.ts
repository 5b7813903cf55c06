/**
 * Who is here. Pure: every method takes the time and returns what has changed.
 *
 * A classic announcement carries no identity but (name, address, port), so a known name from a new endpoint is either
 * the same device, restarted or with a new address, or another of the same name. It is taken for the same, which is
 * nearly always right; and when the old endpoint speaks again there are two, and they are told apart from then on.
 */
import type { Announcement } from '../datagram/announcement.ts';
import type { Endpoint } from '../system/system.ts';
import type { FormerEndpoint, Peer } from './peer.ts';

/** A LAN larger than this is several; one entry is below 500 bytes, so the whole roster stays below 0.5 MB. */
export const PEERS_MAX = 1_024;
/** How many moves within one hold are believed of one device before it is taken for several. */
const FORMER_MAX = 4;
/** A name that more devices bear says nothing about who has moved; so no more are noted, and nobody makes us search or copy. */
const NAMESAKES_MAX = 16;
/** A datagram of the old socket may still be under way this long after the first one of the new. */
const REORDERED_MS = 1_000;
/** How long after its appearance a peer still says hello and may not know us. */
const NEWCOMER_MS = 2_000;

/** Shared, because most names have one bearer and most bearers never move: a roster of strangers stays small. */
const NOBODY: readonly Peer[] = [];
const NOWHERE: readonly FormerEndpoint[] = [];

interface PeerChange {
  /** The peer's name. */
  readonly peer: string;
  readonly address: string;
  readonly port: number;
  /** How many peers there are after the change, without us. */
  readonly peers: number;
}

export type RosterEvent =
  /** `twin`: another device that bears our own name. */
  | (PeerChange & { readonly event: 'peer.joined'; readonly twin: boolean })
  | (PeerChange & {
      readonly event: 'peer.renewed';
      readonly previousAddress: string;
      readonly previousPort: number;
    })
  | (PeerChange & { readonly event: 'peer.left'; readonly reason: 'silent'; readonly silentMs: number })
  /** Every announcement. `newcomer`: it may not know us yet. */
  | (PeerChange & { readonly event: 'peer.heard'; readonly newcomer: boolean });

export interface RosterOptions {
  readonly ownName: string;
  readonly announceIntervalMs: number;
  /** How long silence is tolerated. */
  readonly holdMs: number;
}

export class Roster {
  readonly #options: RosterOptions;
  /** Both in the order in which they were last heard, so that the longest silent is always the first: no search. */
  readonly #tentative = new Map<string, Peer>();
  readonly #steady = new Map<string, Peer>();
  /** At most NAMESAKES_MAX + 1 of each name; a name without a peer is removed. */
  readonly #byName = new Map<string, readonly Peer[]>();

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tentative.size + this.#steady.size;
  }

  /** An announcement of a peer was heard. At most two events: a change, then `peer.heard`. */
  heard({ name }: Announcement, from: Endpoint, now: number): RosterEvent[] {
    const key = keyOf(name, from);
    const known = this.#steady.get(key) ?? this.#tentative.get(key);
    if (known) return [this.#renew(known, key, now)];
    const named = this.#byName.get(name) ?? NOBODY;
    const namesakes = named.length <= NAMESAKES_MAX ? named : NOBODY;
    const owner = namesakes.find((peer) => this.#wasAt(peer, from, now));
    if (owner) {
      if (this.#hasJustLeft(owner, from, now)) return [];
      owner.shared = true;
      return this.#join(name, from, true, now);
    }
    const moved = this.#movable(namesakes, from, now);
    return moved
      ? this.#move(moved, from, now)
      : this.#join(
          name,
          from,
          namesakes.some(({ shared }) => shared),
          now,
        );
  }

  /** Lets go of everybody whose hold has passed. */
  expire(now: number): RosterEvent[] {
    const gone = [...this.#peers()].filter((peer) => peer.deadline <= now);
    return gone.map((peer) => {
      this.#remove(peer);
      return {
        event: 'peer.left',
        ...this.#change(peer),
        reason: 'silent',
        silentMs: now - peer.lastHeardAt,
      };
    });
  }

  /** The next time {@link expire} has something to do; undefined when nobody is here. */
  nextDeadline(): number | undefined {
    let earliest: number | undefined;
    for (const { deadline } of this.#peers())
      if (earliest === undefined || deadline < earliest) earliest = deadline;
    return earliest;
  }

  /** We can listen again: what we missed is nobody's fault, so each peer gets one whole hold from now. */
  thaw(now: number): void {
    for (const peer of this.#peers()) peer.deadline = now + this.#options.holdMs;
  }

  *#peers(): Iterable<Peer> {
    yield* this.#tentative.values();
    yield* this.#steady.values();
  }

  #renew(peer: Peer, key: string, now: number): RosterEvent {
    this.#tentative.delete(key);
    this.#steady.delete(key);
    this.#heardNow(peer, now);
    return this.#heardEvent(peer, now);
  }

  #join(name: string, from: Endpoint, shared: boolean, now: number): RosterEvent[] {
    if (this.size >= PEERS_MAX) this.#evict();
    const deadline = now + this.#options.holdMs;
    const peer: Peer = {
      name,
      endpoint: { address: from.address, port: from.port },
      appearedAt: now,
      joinedAt: now,
      lastHeardAt: now,
      deadline,
      former: NOWHERE,
      shared,
    };
    this.#heardNow(peer, now);
    const named = this.#byName.get(name) ?? NOBODY;
    if (named.length <= NAMESAKES_MAX) this.#byName.set(name, [...named, peer]);
    const twin = name === this.#options.ownName;
    return [{ event: 'peer.joined', ...this.#change(peer), twin }, this.#heardEvent(peer, now)];
  }

  #move(peer: Peer, to: Endpoint, now: number): RosterEvent[] {
    const { endpoint: previous, lastHeardAt } = peer;
    this.#tentative.delete(keyOf(peer.name, previous));
    this.#steady.delete(keyOf(peer.name, previous));
    peer.former = [...this.#recent(peer, now), { ...previous, lastHeardAt, leftAt: now }];
    peer.endpoint = { address: to.address, port: to.port };
    peer.appearedAt = now;
    this.#heardNow(peer, now);
    return [
      {
        event: 'peer.renewed',
        ...this.#change(peer),
        previousAddress: previous.address,
        previousPort: previous.port,
      },
      this.#heardEvent(peer, now),
    ];
  }

  /** The namesake that has most likely moved: from the same address if there is one, else the one silent longest. */
  #movable(namesakes: readonly Peer[], from: Endpoint, now: number): Peer | undefined {
    const movable = namesakes
      .filter((peer) => !peer.shared && this.#recent(peer, now).length < FORMER_MAX)
      .sort((a, b) => a.lastHeardAt - b.lastHeardAt);
    return movable.find(({ endpoint }) => endpoint.address === from.address) ?? movable[0];
  }

  #wasAt(peer: Peer, from: Endpoint, now: number): boolean {
    return this.#recent(peer, now).some(
      ({ address, port }) => address === from.address && port === from.port,
    );
  }

  /** Not every endpoint it gave up within the hold: only what may have been overtaken by the first word of the next. */
  #hasJustLeft(peer: Peer, from: Endpoint, now: number): boolean {
    const former = peer.former.findLast(
      ({ address, port }) => address === from.address && port === from.port,
    );
    return former !== undefined && now - former.leftAt < REORDERED_MS;
  }

  #recent(peer: Peer, now: number): FormerEndpoint[] {
    return peer.former.filter(({ lastHeardAt }) => now - lastHeardAt < this.#options.holdMs);
  }

  #heardNow(peer: Peer, now: number): void {
    peer.lastHeardAt = now;
    peer.deadline = now + this.#options.holdMs;
    const isSteady = now - peer.joinedAt >= this.#options.announceIntervalMs;
    (isSteady ? this.#steady : this.#tentative).set(keyOf(peer.name, peer.endpoint), peer);
  }

  /** Makes room: whoever was not yet heard in two intervals goes first, then the one silent longest. Not a departure. */
  #evict(): void {
    const [peer] = this.#peers();
    if (peer) this.#remove(peer);
  }

  #remove(peer: Peer): void {
    const key = keyOf(peer.name, peer.endpoint);
    this.#tentative.delete(key);
    this.#steady.delete(key);
    const namesakes = (this.#byName.get(peer.name) ?? NOBODY).filter((each) => each !== peer);
    if (namesakes.length > 0) this.#byName.set(peer.name, namesakes);
    else this.#byName.delete(peer.name);
    // Who is alone under its name again can move again.
    const [last] = namesakes;
    if (last && namesakes.length === 1) last.shared = false;
  }

  #heardEvent(peer: Peer, now: number): RosterEvent {
    return { event: 'peer.heard', ...this.#change(peer), newcomer: now - peer.appearedAt < NEWCOMER_MS };
  }

  #change({ name, endpoint }: Peer): PeerChange {
    return { peer: name, address: endpoint.address, port: endpoint.port, peers: this.size };
  }
}

/** The port comes first: it has no space, so no two triples make the same key. */
function keyOf(name: string, { address, port }: Endpoint): string {
  return `${port} ${address} ${name}`;
}
