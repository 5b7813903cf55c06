/** Counts what happens, for machines that draw curves of it. Pure; one addition an event. */
import type { LeaveReason } from '../roster/roster-events.ts';
import type { Remedy } from '../self-check/ladder.ts';
import type { NodeEvent } from './events.ts';

type Counter =
  | 'heard'
  | 'joined'
  | 'restarted'
  | 'renewed'
  | 'replayed'
  | 'beaconRestarts'
  | 'ticksMissed'
  | 'floods'
  | 'addressesLost'
  | 'sendFailures'
  | 'received'
  | 'dropped';

export class Tally {
  readonly counts: Record<Counter, number> = {
    heard: 0,
    joined: 0,
    restarted: 0,
    renewed: 0,
    replayed: 0,
    beaconRestarts: 0,
    ticksMissed: 0,
    floods: 0,
    addressesLost: 0,
    sendFailures: 0,
    received: 0,
    dropped: 0,
  };
  readonly left: Record<LeaveReason, number> = { leaving: 0, silent: 0, unproven: 0 };
  readonly healing: Record<Remedy, number> = { reopen: 0, ask: 0, reconnect: 0 };

  note(event: NodeEvent): void {
    const counter = COUNTER_OF[event.event];
    if (counter) this.counts[counter]++;
    if (event.event === 'peer.left') this.left[event.reason]++;
    if (event.event === 'healing.tried') this.healing[event.step]++;
    if (event.event === 'peer.replayed') this.counts.replayed = event.replays;
    // Of one beacon, which is no more.
    if (event.event !== 'beacon.down') return;
    this.counts.received += event.received;
    this.counts.dropped += event.dropped;
  }
}

const COUNTER_OF: { readonly [E in NodeEvent['event']]?: Counter } = {
  'peer.joined': 'joined',
  'peer.restarted': 'restarted',
  'peer.renewed': 'renewed',
  'child.restarted': 'beaconRestarts',
  'tick.missed': 'ticksMissed',
  'flood.began': 'floods',
  'address.lost': 'addressesLost',
  'send.failed': 'sendFailures',
};
