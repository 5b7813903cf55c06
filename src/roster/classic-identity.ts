/**
 * Which device a classic announcement is from. Pure. It carries no identity but (name, address, port), so a known name
 * from a new endpoint is either the same device, restarted or with a new address, or another of the same name. It is
 * taken for the same, which is nearly always right; and when the old endpoint speaks again there are two, and they are
 * told apart from then on.
 */
import type { Endpoint } from '../system/system.ts';
import type { FormerEndpoint, Peer } from './peer.ts';

/** How many moves of one device are remembered; a classic one that moves as often within a hold is several. */
export const FORMER_MAX = 4;
/** A datagram of the old socket may still be under way this long after the first one of the new. */
export const REORDERED_MS = 1_000;

/** `another`: nobody we know; `shared`: several bear the name. `overtaken`: of a socket it has just given up. */
export type ClassicIdentity =
  | { readonly is: 'moved'; readonly peer: Peer }
  | { readonly is: 'another'; readonly shared: boolean }
  | { readonly is: 'overtaken' };

/** `namesakes`: the classic peers of the announced name, none of them at `from`. */
export function identify(namesakes: readonly Peer[], from: Endpoint, now: number): ClassicIdentity {
  const owner = namesakes.find((peer) => recentEndpoints(peer, now).some(isAt(from)));
  if (owner) {
    if (hasJustLeft(owner, from, now)) return { is: 'overtaken' };
    owner.shared = true;
    return { is: 'another', shared: true };
  }
  const peer = likelyMover(namesakes, from, now);
  return peer ? { is: 'moved', peer } : { is: 'another', shared: namesakes.some(({ shared }) => shared) };
}

/** The endpoints it gave up within the last hold. */
function recentEndpoints({ former, holdMs }: Peer, now: number): readonly FormerEndpoint[] {
  return former.filter(({ lastHeardAt }) => now - lastHeardAt < holdMs);
}

/** The namesake that has most likely moved: from the same address if there is one, else the one silent longest. */
function likelyMover(namesakes: readonly Peer[], from: Endpoint, now: number): Peer | undefined {
  const movable = namesakes
    .filter((peer) => !peer.shared && recentEndpoints(peer, now).length < FORMER_MAX)
    .sort((a, b) => a.lastHeardAt - b.lastHeardAt);
  return movable.find(({ endpoint }) => endpoint.address === from.address) ?? movable[0];
}

/** Not every endpoint it gave up within the hold: only what may have been overtaken by the first word of the next. */
function hasJustLeft(owner: Peer, from: Endpoint, now: number): boolean {
  const former = owner.former.findLast(isAt(from));
  return former !== undefined && now - former.leftAt < REORDERED_MS;
}

/** It speaks from there now; where it was is remembered. */
export function movedTo(peer: Peer, { address, port }: Endpoint, now: number): void {
  const left = { ...peer.endpoint, lastHeardAt: peer.lastHeardAt, leftAt: now };
  peer.former = [...recentEndpoints(peer, now), left].slice(-FORMER_MAX);
  peer.endpoint = { address, port };
}

function isAt(endpoint: Endpoint): (other: Endpoint) => boolean {
  return (other) => isSameEndpoint(other, endpoint);
}

export function isSameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.port === other.port && one.address === other.address;
}
