/** Peers as the roster would have them, for tests of the views. */
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { Arrivals } from '../../../src/roster/arrivals.ts';
import type { Peer } from '../../../src/roster/peer.ts';
import { SequenceWindow } from '../../../src/roster/sequence-window.ts';

export const OWN = { name: () => 'anna', id: '00000000000a', boot: 'AAAAAAAAAAA' };

export function somePeer(name: string, over: Partial<Peer> = {}): Peer {
  return {
    name,
    endpoint: { address: '10.0.0.2', port: 50_000 },
    appearedAt: 0,
    joinedAt: 0,
    lastHeardAt: 0,
    arrivals: new Arrivals(),
    holdMs: 35_000,
    deadline: 35_000,
    stale: false,
    friend: true,
    shared: false,
    former: [],
    rich: undefined,
    tier: undefined,
    ...over,
  };
}

/** `hears`: the boot tokens of whom it lists. */
export function richPeer(
  name: string,
  boot: string,
  hears: readonly string[] = [],
  over: Partial<Peer> = {},
): Peer {
  return somePeer(name, {
    rich: {
      id: `0000000000${boot.slice(0, 2)}`,
      boot,
      sequence: new SequenceWindow(1),
      hearsUs: hears.includes(OWN.boot),
      hasHeardUs: hears.includes(OWN.boot),
      misses: 0,
      peers: hears.length,
      heard: hears.map((each) => entryOf(each, 7)).join(''),
      facts: {},
      formerBoots: [],
    },
    ...over,
  });
}
