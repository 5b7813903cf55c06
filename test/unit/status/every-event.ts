/** One of each event that a node can tell; the type makes sure that none is missing. */
import type { NodeEvent } from '../../../src/status/events.ts';

export type EventName = NodeEvent['event'];
export type EventNamed<Name extends EventName> = Extract<NodeEvent, { event: Name }>;

export const PEER = { peer: 'anna', address: '10.0.0.7', port: 40_000, peers: 2 };
export const ETH0 = {
  address: '10.0.0.2',
  interface: 'eth0',
  index: 2,
  carrierChanges: 1,
  wireless: false,
};
const group = { address: '239.2.3.4', port: 49_001, ttl: 1 };

/** What another program, or whoever runs the access point, might have to say. */
const cause = Object.assign(new Error('no\r\n\tGPIO\u001b[31m\u202e\u2028\u0000 here\n'), { code: 'EBUSY' });

export const EVERY_EVENT: { readonly [Name in EventName]: EventNamed<Name> } = {
  'node.started': {
    event: 'node.started',
    name: 'me',
    id: '00000000000a',
    version: '1.2.3',
    sealed: true,
    group,
    announceIntervalMs: 15_000,
    holdMs: 35_000,
  },
  'node.stopping': { event: 'node.stopping', signal: 'SIGTERM' },
  'node.stopped': { event: 'node.stopped' },
  'node.gave-up': { event: 'node.gave-up', cause },
  'node.well': { event: 'node.well' },
  'node.unwell': { event: 'node.unwell' },
  'node.identified': { event: 'node.identified', address: '10.0.0.9', blinkMs: 15_000 },
  'node.blinked': { event: 'node.blinked' },
  'node.renamed': { event: 'node.renamed', name: 'kitchen', previousName: 'me' },
  'name.unavailable': { event: 'name.unavailable', cause },
  'address.awaited': { event: 'address.awaited', reason: 'carrier' },
  'address.available': { event: 'address.available', now: ETH0 },
  'address.lost': { event: 'address.lost', before: ETH0, reason: 'interface' },
  'address.changed': { event: 'address.changed', before: ETH0, now: ETH0, reason: 'recreated' },
  'tree.gave-up': { event: 'tree.gave-up', cause, giveUps: 1, rebuildInMs: 10_000 },
  'child.restarted': { event: 'child.restarted', child: 'beacon', cause, restarts: 1, delayMs: 0 },
  'tick.missed': { event: 'tick.missed', silentMs: 35_000 },
  'beacon.up': { event: 'beacon.up', address: ETH0, group, sourcePort: 40_000 },
  'beacon.down': { event: 'beacon.down', received: 5, dropped: 1 },
  'beacon.reopened': { event: 'beacon.reopened', sourcePort: 40_001 },
  'beacon.blocked': { event: 'beacon.blocked', code: 'EADDRINUSE' },
  'beacon.unblocked': { event: 'beacon.unblocked' },
  'send.failed': { event: 'send.failed', code: 'ENETUNREACH' },
  'send.recovered': { event: 'send.recovered', failures: 3 },
  'datagram.refused': {
    event: 'datagram.refused',
    reason: 'foreign',
    from: { address: '10.0.0.9', port: 5_353 },
  },
  'flood.began': { event: 'flood.began', received: 9_000, dropped: 3_000 },
  'flood.ended': { event: 'flood.ended', received: 9_000, dropped: 3_000, seconds: 12 },
  'peer.joined': { event: 'peer.joined', ...PEER, twin: false, clone: false },
  'peer.restarted': { event: 'peer.restarted', ...PEER },
  'peer.renewed': {
    event: 'peer.renewed',
    ...PEER,
    previousName: 'anna',
    previousAddress: '10.0.0.6',
    previousPort: 39_999,
  },
  'peer.left': { event: 'peer.left', ...PEER, reason: 'silent', silentMs: 35_000 },
  'peer.two-way': { event: 'peer.two-way', ...PEER, again: false },
  'peer.one-way': { event: 'peer.one-way', ...PEER },
  'peer.heard': { event: 'peer.heard', ...PEER, newcomer: false },
  'peer.asked': { event: 'peer.asked', asked: 3 },
  'peer.replayed': { event: 'peer.replayed', address: '10.0.0.9', replays: 1 },
  'peers.summarized': {
    event: 'peers.summarized',
    joined: 4,
    renewed: 3,
    restarted: 2,
    left: 1,
    peers: 9,
  },
  'reachability.changed': {
    event: 'reachability.changed',
    from: 'ok',
    to: 'deaf',
    evidence: 'all who were here have been silent for 23 s',
  },
  'healing.tried': { event: 'healing.tried', step: 'reopen', state: 'deaf' },
  'healing.looked': { event: 'healing.looked' },
  'http.up': { event: 'http.up', port: 8_080, address: '10.0.0.2' },
  'http.unavailable': { event: 'http.unavailable', port: 8_080, cause },
  'led.unavailable': { event: 'led.unavailable', led: 'gpio17', cause },
  'wifi.connected': { event: 'wifi.connected', ssid: 'home', signalDbm: -60 },
  'wifi.sampled': { event: 'wifi.sampled', ssid: 'home', signalDbm: -61 },
  'wifi.unavailable': { event: 'wifi.unavailable', cause },
  'wifi.reconnected': { event: 'wifi.reconnected' },
  'wifi.not-reconnected': { event: 'wifi.not-reconnected', cause },
  'board.identified': { event: 'board.identified', model: 'Raspberry Pi Zero W Rev 1.1\u0000\n' },
  'vitals.sampled': {
    event: 'vitals.sampled',
    memoryTotalBytes: 512e6,
    memoryAvailableBytes: 300e6,
    temperatureCelsius: 41,
    loopDelayMs: 2,
  },
  'vitals.unavailable': { event: 'vitals.unavailable', cause },
};
