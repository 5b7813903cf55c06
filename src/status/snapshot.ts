/** The one description of this node from which every view is made, so that no two views can disagree. Pure. */
import type { NodeEvent } from './events.ts';

export interface Snapshot {
  /** `waiting`: there is no network, or the sockets are about to be opened. */
  readonly beacon: 'waiting' | 'up';
  /** Something is wrong that a person might have to mend: the sockets are refused, or the tree gave up. */
  readonly fault: boolean;
  readonly peers: number;
}

export const FIRST_SNAPSHOT: Snapshot = { beacon: 'waiting', fault: false, peers: 0 };

/** The description after an event. */
export function advance(snapshot: Snapshot, event: NodeEvent): Snapshot {
  switch (event.event) {
    case 'beacon.up':
      return { ...snapshot, beacon: 'up', fault: false };
    case 'beacon.down':
      return { ...snapshot, beacon: 'waiting' };
    case 'beacon.blocked':
    case 'tree.gave-up':
      return { ...snapshot, fault: true };
    case 'address.lost':
    case 'address.changed':
      return { ...snapshot, fault: false };
    case 'peer.joined':
    case 'peer.left':
      return { ...snapshot, peers: event.peers };
    default:
      return snapshot;
  }
}
