/** The one description of this node from which every view is made, so that no two views can disagree. Pure. */
import type { UsableAddress } from '../address/addresses.ts';
import type { Reachability } from '../self-check/reachability.ts';
import type { MulticastGroup, VitalSigns, WifiConnection } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

export interface Snapshot {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  /** Whether the fleet has a key. */
  readonly sealed: boolean;
  readonly group: MulticastGroup;
  /** In a small fleet. */
  readonly announceIntervalMs: number;
  /** `waiting`: there is no network, or the sockets are about to be opened. */
  readonly beacon: 'waiting' | 'up';
  /** Undefined while there is none. */
  readonly address: UsableAddress | undefined;
  /** Something is wrong that a person might have to mend: the sockets are refused, or the tree gave up. */
  readonly fault: boolean;
  /** A person asked which device this is, and looks for it now. */
  readonly identifying: boolean;
  /** How many friends there are. */
  readonly peers: number;
  readonly reachability: Reachability;
  /** Why so, in words. */
  readonly evidence: string;
  readonly flooded: boolean;
  /** How often the beacon was started afresh after a crash. */
  readonly restarts: number;
  readonly wifi: WifiConnection | undefined;
  readonly vitals: (VitalSigns & { readonly loopDelayMs: number }) | undefined;
  /** Of the board, in the maker's words. */
  readonly model: string | undefined;
}

export const FIRST_SNAPSHOT: Snapshot = {
  name: '',
  id: '',
  version: '',
  sealed: false,
  group: { address: '', port: 0, ttl: 0 },
  announceIntervalMs: 0,
  beacon: 'waiting',
  address: undefined,
  fault: false,
  identifying: false,
  peers: 0,
  reachability: 'link-down',
  evidence: '',
  flooded: false,
  restarts: 0,
  wifi: undefined,
  vitals: undefined,
  model: undefined,
};

/** The description after an event; the same object when nothing of it has changed. */
export function advance(snapshot: Snapshot, event: NodeEvent): Snapshot {
  const changes = changesBy(event, snapshot);
  return changes ? { ...snapshot, ...changes } : snapshot;
}

function changesBy(event: NodeEvent, { restarts }: Snapshot): Partial<Snapshot> | undefined {
  switch (event.event) {
    case 'node.started': {
      const { name, id, version, sealed, group, announceIntervalMs } = event;
      return { name, id, version, sealed, group, announceIntervalMs };
    }
    case 'address.available':
      return { address: event.now };
    case 'address.changed':
      return { address: event.now, fault: false, ...(!event.now.wireless && { wifi: undefined }) };
    case 'address.lost':
      return { address: undefined, fault: false, wifi: undefined };
    case 'beacon.up':
    case 'beacon.reopened':
      return { beacon: 'up', fault: false };
    case 'beacon.down':
      return { beacon: 'waiting' };
    case 'beacon.blocked':
    case 'tree.gave-up':
      return { beacon: 'waiting', fault: true };
    case 'child.restarted':
      return { restarts: restarts + 1 };
    case 'peer.joined':
    case 'peer.left':
    // What was taken for two devices may be found to be one.
    case 'peer.renewed':
    case 'peer.restarted':
      return { peers: event.peers };
    case 'reachability.changed':
      return { reachability: event.to, evidence: event.evidence };
    case 'flood.began':
      return { flooded: true };
    case 'flood.ended':
      return { flooded: false };
    case 'wifi.connected':
    case 'wifi.sampled':
      return { wifi: { ssid: event.ssid, signalDbm: event.signalDbm } };
    case 'vitals.sampled':
      return { vitals: event };
    case 'node.identified':
      return { identifying: true };
    case 'node.blinked':
      return { identifying: false };
    case 'node.renamed':
      return { name: event.name };
    case 'board.identified':
      return { model: event.model };
    default:
      return undefined;
  }
}
