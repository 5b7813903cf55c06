/** Peers as they are when they are first heard. */
import type { RichAnnouncement } from '../datagram/announcement.ts';
import type { Endpoint } from '../system/system.ts';
import { Arrivals } from './arrivals.ts';
import type { Peer, SpeaksRich } from './peer.ts';
import { SequenceWindow } from './sequence-window.ts';

export function newClassicPeer(name: string, from: Endpoint, holdMs: number, now: number): Peer {
  return newPeer(name, from, holdMs, now);
}

export function newRichPeer(said: RichAnnouncement, from: Endpoint, now: number): SpeaksRich {
  const { id, boot, name, holdMs, sequence, peers, heard, facts } = said;
  return {
    ...newPeer(name, from, holdMs, now),
    rich: {
      id,
      boot,
      sequence: new SequenceWindow(sequence),
      hearsUs: false,
      hasHeardUs: false,
      misses: 0,
      peers,
      heard,
      facts,
      formerBoots: [],
    },
  };
}

function newPeer(name: string, from: Endpoint, holdMs: number, now: number): Peer {
  return {
    name,
    endpoint: { address: from.address, port: from.port },
    appearedAt: now,
    joinedAt: now,
    lastHeardAt: now,
    arrivals: new Arrivals(),
    holdMs,
    deadline: now + holdMs,
    stale: false,
    friend: false,
    shared: false,
    former: [],
    rich: undefined,
    tier: undefined,
  };
}
