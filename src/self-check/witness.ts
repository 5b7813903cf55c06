/** Collects what speaks for and against our being reachable: from the node's events, and from a look at the roster. Pure. */
import type { AddressEvent } from '../address/addresses.ts';
import { intervalOf } from '../datagram/hold.ts';
import type { BeaconEvent } from '../multicast/beacon.ts';
import type { Peer } from '../roster/peer.ts';
import { MISSES_MAX } from '../roster/proof.ts';
import type { RosterEvent } from '../roster/roster-events.ts';
import type { Endpoint } from '../system/system.ts';
import type { Evidence } from './reachability.ts';

export type Witnessed = AddressEvent | BeaconEvent | RosterEvent;

export function isWitnessed(event: { readonly event: string }): event is Witnessed {
  return /^(address|beacon|flood|peer)\./.test(event.event);
}

/** Whom to ask by unicast; a few are enough to tell. */
const ASKED_MAX = 8;

const LINK_DOWN: ReadonlySet<string> = new Set(['address.lost', 'beacon.blocked', 'beacon.down']);

export class Witness {
  readonly #peers: Iterable<Peer>;
  readonly #holdMs: () => number;
  readonly #leastHoldMs: number;
  #linkUp = false;
  #helloAt = 0;
  #listeningSince = 0;
  #floodedSince: number | undefined;
  #heardAt: number | undefined;
  #intervalMs = intervalOf(0);
  #forgottenAt = Number.NEGATIVE_INFINITY;
  /** Those who were here when somebody was heard last, and have not said goodbye. */
  #expected: readonly Peer[] = [];

  constructor(peers: Iterable<Peer>, holdMs: () => number, leastHoldMs: number) {
    this.#peers = peers;
    this.#holdMs = holdMs;
    this.#leastHoldMs = leastHoldMs;
  }

  note(event: Witnessed, now: number): void {
    if (LINK_DOWN.has(event.event)) this.#linkUp = false;
    if (event.event === 'beacon.up' || event.event === 'beacon.reopened') this.#hello(now);
    if (event.event === 'flood.began') this.#floodedSince = now;
    if (event.event === 'flood.ended') this.#floodEnded(now);
    if (event.event === 'peer.left' && event.reason === 'leaving') this.#saidGoodbye(event, now);
  }

  /** The present evidence. */
  testify(): Evidence {
    const count = { rich: 0, classic: 0, hearUs: 0, passUsOver: 0 };
    const expected: Peer[] = [];
    for (const peer of this.#peers) {
      if (peer.lastHeardAt > this.#forgottenAt) expected.push(peer);
      if (peer.rich) count.rich++;
      else count.classic++;
      if (peer.rich?.hearsUs) count.hearUs++;
      else if (peer.rich && peer.rich.misses >= MISSES_MAX) count.passUsOver++;
    }
    this.#remember(expected);
    return {
      ...count,
      linkUp: this.#linkUp,
      helloAt: this.#helloAt,
      listeningSince: this.#listeningSince,
      floodedSince: this.#floodedSince,
      holdMs: this.#holdMs(),
      leastHoldMs: this.#leastHoldMs,
      heardAt: this.#heardAt,
      intervalMs: this.#intervalMs,
    };
  }

  /** Whom to ask by unicast whether they are there. */
  get expected(): readonly Endpoint[] {
    const latest = [...this.#expected].sort((a, b) => b.lastHeardAt - a.lastHeardAt);
    return latest.slice(0, ASKED_MAX).map(({ endpoint }) => endpoint);
  }

  /** Nobody is expected any more, until somebody is heard again. */
  forget(now: number): void {
    this.#forgottenAt = now;
    this.#heardAt = undefined;
    this.#expected = [];
  }

  #hello(now: number): void {
    this.#helloAt = now;
    if (!this.#linkUp) this.#listeningSince = now;
    this.#linkUp = true;
  }

  #floodEnded(now: number): void {
    this.#floodedSince = undefined;
    this.#listeningSince = now;
  }

  /** Whoever leaves while nobody else is heard either has left in silence, one after the other, and is still missed. */
  #remember(peers: readonly Peer[]): void {
    let heardAt = this.#heardAt ?? Number.NEGATIVE_INFINITY;
    for (const { lastHeardAt } of peers) heardAt = Math.max(heardAt, lastHeardAt);
    if (heardAt <= (this.#heardAt ?? Number.NEGATIVE_INFINITY)) return;
    this.#heardAt = heardAt;
    this.#expected = peers;
    // The middle one: in the clear anybody can promise to be silent for hours, and shall not make us bear it of all.
    const holds = Float64Array.from(peers, ({ holdMs }) => holdMs).sort();
    const holdMs = holds[holds.length >> 1] ?? 0;
    this.#intervalMs = intervalOf(holdMs);
  }

  #saidGoodbye({ address, port }: Endpoint, now: number): void {
    this.#expected = this.#expected.filter(
      ({ endpoint }) => endpoint.address !== address || endpoint.port !== port,
    );
    // Somebody may have come since: the next look finds whoever is left.
    if (this.#expected.length === 0) this.#heardAt = undefined;
    // Whoever is heard to go away is heard.
    this.#listeningSince = now;
  }
}
