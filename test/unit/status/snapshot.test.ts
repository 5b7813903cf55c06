import { describe, expect, it } from 'vitest';
import { advance, FIRST_SNAPSHOT, type Snapshot } from '../../../src/status/snapshot.ts';
import { ETH0, EVERY_EVENT } from './every-event.ts';

const having = (...names: (keyof typeof EVERY_EVENT)[]): Snapshot =>
  names.reduce((snapshot, name) => advance(snapshot, EVERY_EVENT[name]), FIRST_SNAPSHOT);

describe('advance()', () => {
  it.each<[(keyof typeof EVERY_EVENT)[], Partial<Snapshot>]>([
    [['node.started'], { name: 'me', id: '00000000000a', version: '1.2.3', sealed: true }],
    [['node.started', 'node.renamed'], { name: 'kitchen', id: '00000000000a' }],
    [['address.available'], { address: ETH0, beacon: 'waiting' }],
    [['address.available', 'beacon.up'], { address: ETH0, beacon: 'up' }],
    [['address.available', 'address.lost'], { address: undefined }],
    [['beacon.up', 'beacon.down'], { beacon: 'waiting' }],
    [['beacon.up', 'beacon.blocked'], { beacon: 'waiting', fault: true }],
    [['beacon.blocked', 'beacon.up'], { beacon: 'up', fault: false }],
    [['beacon.blocked', 'beacon.reopened'], { beacon: 'up', fault: false }],
    [['tree.gave-up'], { beacon: 'waiting', fault: true }],
    [['tree.gave-up', 'address.lost'], { fault: false }],
    [['tree.gave-up', 'address.changed'], { fault: false, address: ETH0 }],
    [['child.restarted', 'child.restarted'], { restarts: 2 }],
    [['peer.joined'], { peers: 2 }],
    [['peer.left'], { peers: 2 }],
    [['peer.renewed'], { peers: 2 }],
    [['peer.restarted'], { peers: 2 }],
    [['reachability.changed'], { reachability: 'deaf', evidence: expect.stringMatching(/silent/) as never }],
    [['flood.began'], { flooded: true }],
    [['flood.began', 'flood.ended'], { flooded: false }],
    [['wifi.connected'], { wifi: { ssid: 'home', signalDbm: -60 } }],
    [['wifi.connected', 'wifi.sampled'], { wifi: { ssid: 'home', signalDbm: -61 } }],
    [['wifi.connected', 'address.lost'], { wifi: undefined }],
    [['node.identified'], { identifying: true }],
    [['node.identified', 'node.blinked'], { identifying: false }],
  ])('of %j makes %j', (names, change) => {
    expect(having(...names)).toMatchObject(change);
  });

  it('knows no Wi-Fi network any more once another interface took over', () => {
    const wired = { ...EVERY_EVENT['address.changed'], reason: 'interface' } as const;
    expect(advance(having('wifi.connected'), wired).wifi).toBeUndefined();
    const wireless = { ...wired, now: { ...ETH0, interface: 'wlan0', wireless: true } };
    expect(advance(having('wifi.connected'), wireless).wifi).toMatchObject({ ssid: 'home' });
  });

  it('keeps the vital signs, and the board’s model', () => {
    const { vitals, model } = having('vitals.sampled', 'board.identified');
    expect(vitals).toMatchObject({ memoryTotalBytes: 512e6, temperatureCelsius: 41, loopDelayMs: 2 });
    expect(model).toMatch(/^Raspberry Pi Zero W/);
  });

  it('is the same object when nothing has changed, as by most announcements', () => {
    const snapshot = having('node.started', 'beacon.up', 'peer.joined');
    expect(advance(snapshot, EVERY_EVENT['peer.heard'])).toBe(snapshot);
    expect(advance(snapshot, EVERY_EVENT['peer.asked'])).toBe(snapshot);
  });
});
