/** What a peer's silence means, and when: doubt, then its departure, or rather that it is us who are cut off. Pure. */
import type { Peer, SpeaksRich } from './peer.ts';

/** Time for a few questions, and of a short hold not much. */
const DOUBT_MS = 4_000;
const DOUBT_SHARE = 0.25;
/** Fewer than these may well go together. */
const MASS_LEAST = 3;

/** How long before a hold ends its silent peer is asked for. */
export function doubtMs(holdMs: number): number {
  return Math.min(DOUBT_MS, holdMs * DOUBT_SHARE);
}

/** Whether it will be gone soon, and could answer if it were asked. */
export function isInDoubt(peer: Peer, now: number): peer is SpeaksRich {
  return canBeDoubted(peer) && now >= doubtAt(peer);
}

/** When it falls into doubt, unless it is heard before. */
export function doubtAt({ deadline, holdMs }: Peer): number {
  return deadline - doubtMs(holdMs);
}

/** When somebody next falls into doubt, or is gone; undefined when there is nobody. */
export function nextLookAt(peers: Iterable<Peer>, now: number): number | undefined {
  let earliest: number | undefined;
  for (const peer of peers) {
    const doubtedAt = doubtAt(peer);
    const at = canBeDoubted(peer) && doubtedAt > now ? doubtedAt : peer.deadline;
    if (earliest === undefined || at < earliest) earliest = at;
  }
  return earliest;
}

/**
 * Whose hold has passed. When most of all friends are gone at once, and nobody who was heard since says that we can hear,
 * it is us: they are given a second hold.
 */
export function whoIsGone(peers: Iterable<Peer>, now: number): readonly Peer[] {
  const due = [...peers].filter(({ deadline }) => deadline <= now);
  if (due.length === 0 || !isMassLoss(peers, due, now)) return due;
  for (const peer of due) if (!peer.stale) hesitate(peer);
  return due.filter(({ deadline }) => deadline <= now);
}

/** Whether so long a silence of all friends was ours, once it is over: it is noticed before the first of them is gone. */
export function wasCutOff(friends: number, silentMs: number, holdMs: number): boolean {
  return friends >= MASS_LEAST && silentMs >= holdMs / 2;
}

/** One whole hold from now on, but no more than two in all: where little gets through, this may happen again and again. */
export function excuse(peer: Peer, now: number): void {
  const { lastHeardAt, holdMs } = peer;
  peer.deadline = Math.max(peer.deadline, Math.min(now, lastHeardAt + holdMs) + holdMs);
}

function isMassLoss(peers: Iterable<Peer>, due: readonly Peer[], now: number): boolean {
  const withinMs = Math.max(...due.map(({ holdMs }) => holdMs)) / 2;
  let friends = 0;
  let going = 0;
  for (const { friend, stale, deadline, lastHeardAt, holdMs } of peers) {
    if (!friend) continue;
    // A short hold may end soon and yet have been renewed just now.
    if (now - lastHeardAt < Math.min(withinMs, holdMs / 2)) return false;
    friends++;
    if (stale || deadline <= now + withinMs) going++;
  }
  return friends >= MASS_LEAST && going > friends / 2;
}

/** Who has proven nothing is not missed either: a thousand recordings shall not make a fleet ask without end. */
function canBeDoubted(peer: Peer): peer is SpeaksRich {
  return peer.friend && peer.rich !== undefined;
}

function hesitate(peer: Peer): void {
  peer.stale = true;
  peer.deadline += peer.holdMs;
}
