/**
 * What somebody who only listens can tell of each device. Pure. It is heard by nobody, so nobody can prove anything to it;
 * but the devices list whom they hear, and so tell on each other.
 */
import type { Facts } from '../datagram/announcement.ts';
import { ENTRY_CHARACTERS, listedAs, listedIn } from '../datagram/heard-list.ts';
import { intervalOf } from '../datagram/hold.ts';
import type { Peer, RichPeer } from '../roster/peer.ts';
import type { Departure } from './departures.ts';

/**
 * `here`: it cannot be told yet who hears it; `heard`: others do; `unheard`: none of the others does; `hears-nobody`;
 * `alone`: there is nobody else who could hear it; `late`: an announcement is overdue; `classic`: it tells nothing but its
 * name; `gone`.
 */
export type SightingState =
  | 'here'
  | 'heard'
  | 'unheard'
  | 'hears-nobody'
  | 'alone'
  | 'late'
  | 'classic'
  | 'gone';

export interface Sighting {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly state: SightingState;
  readonly silentMs: number;
  /** What only a device tells that speaks the rich frame. */
  readonly id?: string;
  /** How many of the others list it; undefined where their lists are too long to tell. */
  readonly heardBy?: number;
  readonly lossPercent?: number;
  readonly facts?: Facts;
}

/** Above the jitter of an interval. */
const LATE_INTERVALS = 1.25;

/** Who lists whom, as far as their latest lists go. */
interface Listings {
  readonly rich: number;
  readonly heardBy: ReadonlyMap<string, number>;
  /** Every list holds everybody whom its device hears. */
  readonly isWhole: boolean;
  /** The longest time between two announcements of one device. */
  readonly intervalMs: number;
}

/** `now`: of the clock that the peers' times are of. */
export function sightingsOf(
  peers: Iterable<Peer>,
  departures: readonly Departure[],
  now: number,
): readonly Sighting[] {
  const all = [...peers];
  const listings = listingsOf(all);
  const present = all.map((peer) => sightingOf(peer, listings, now));
  return [...present, ...departures.map((each) => goneOf(each, now))];
}

function sightingOf(peer: Peer, listings: Listings, now: number): Sighting {
  const { name, endpoint, rich, lastHeardAt } = peer;
  const { address, port } = endpoint;
  const seen = { name, address, port, silentMs: now - lastHeardAt };
  if (!rich) return { ...seen, state: isLate(peer, now) ? 'late' : 'classic' };
  return {
    ...seen,
    state: stateOf(peer, rich, listings, now),
    id: rich.id,
    ...(listings.isWhole && { heardBy: hearersOf(rich, listings) }),
    lossPercent: rich.sequence.lossPercent,
    facts: rich.facts,
  };
}

function goneOf({ name, address, port, lastHeardAt }: Departure, now: number): Sighting {
  return { name, address, port, silentMs: now - lastHeardAt, state: 'gone' };
}

function stateOf(peer: Peer, rich: RichPeer, listings: Listings, now: number): SightingState {
  if (isLate(peer, now)) return 'late';
  if (listings.rich === 1) return 'alone';
  const mayBeNew = now - peer.appearedAt < LATE_INTERVALS * listings.intervalMs;
  if (rich.peers === 0) return mayBeNew ? 'here' : 'hears-nobody';
  if (hearersOf(rich, listings) > 0) return 'heard';
  return mayBeNew || !listings.isWhole ? 'here' : 'unheard';
}

function isLate({ stale, lastHeardAt, holdMs }: Peer, now: number): boolean {
  return stale || now - lastHeardAt > LATE_INTERVALS * intervalOf(holdMs);
}

function listingsOf(peers: readonly Peer[]): Listings {
  const heardBy = new Map<string, number>();
  const rich = peers.flatMap((peer) => peer.rich ?? []);
  for (const { heard } of rich)
    for (const boot of listedIn(heard)) heardBy.set(boot, (heardBy.get(boot) ?? 0) + 1);
  return {
    rich: rich.length,
    heardBy,
    isWhole: rich.every(({ heard, peers: told }) => heard.length >= told * ENTRY_CHARACTERS),
    intervalMs: Math.max(0, ...peers.map(({ holdMs }) => intervalOf(holdMs))),
  };
}

function hearersOf({ boot }: RichPeer, { heardBy }: Listings): number {
  return heardBy.get(listedAs(boot)) ?? 0;
}
