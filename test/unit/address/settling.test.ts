import { describe, expect, it } from 'vitest';
import { AddressSettling, SETTLE_MS } from '../../../src/address/settling.ts';
import type { NetworkInterface } from '../../../src/system/system.ts';

const eth0 = (rest: Partial<NetworkInterface> = {}): NetworkInterface[] => [
  {
    name: 'eth0',
    index: 2,
    addresses: ['10.0.0.2'],
    running: true,
    carrierChanges: 1,
    wireless: false,
    defaultRoute: false,
    ...rest,
  },
];
const NO_LINK = eth0({ running: false, addresses: [] });

describe('AddressSettling.look()', () => {
  it('uses the first usable address at once', () => {
    const settling = new AddressSettling(undefined);
    expect(settling.look([], 0)).toEqual({ event: 'address.awaited', reason: 'interface' });
    expect(settling.look([], 5)).toBeUndefined();
    expect(settling.look(eth0(), 10)).toMatchObject({
      event: 'address.available',
      now: { address: '10.0.0.2' },
    });
    expect(settling.lookAgainAt).toBeUndefined();
  });

  it('uses the chosen interface and no other', () => {
    const settling = new AddressSettling('wlan0');
    expect(settling.look(eth0(), 0)).toEqual({ event: 'address.awaited', reason: 'interface' });
    expect(settling.look([...eth0(), ...eth0({ name: 'wlan0', addresses: ['10.0.0.9'] })], 10)).toMatchObject(
      {
        event: 'address.available',
        now: { interface: 'wlan0', address: '10.0.0.9' },
      },
    );
  });

  it('tells a loss only when it has lasted a settling time', () => {
    const settling = new AddressSettling(undefined);
    settling.look(eth0(), 0);
    expect(settling.look(NO_LINK, 10_000)).toBeUndefined();
    expect(settling.lookAgainAt).toBe(10_000 + SETTLE_MS);
    expect(settling.look(NO_LINK, 10_000 + SETTLE_MS - 1)).toBeUndefined();
    expect(settling.look(NO_LINK, 10_000 + SETTLE_MS)).toMatchObject({
      event: 'address.lost',
      reason: 'carrier',
    });
    expect(settling.lookAgainAt).toBeUndefined();
  });

  it('forgets a loss that healed, when nothing else changed', () => {
    const settling = new AddressSettling(undefined);
    settling.look(eth0(), 0);
    settling.look(NO_LINK, 10_000);
    expect(settling.look(eth0(), 10_400)).toBeUndefined();
    expect(settling.lookAgainAt).toBeUndefined();
    expect(settling.look(NO_LINK, 10_900)).toBeUndefined();
    expect(settling.lookAgainAt).toBe(10_900 + SETTLE_MS);
  });

  it('tells a flap shorter than the settling time as one change, at once', () => {
    const settling = new AddressSettling(undefined);
    settling.look(eth0(), 0);
    settling.look(NO_LINK, 10_000);
    expect(settling.look(eth0({ carrierChanges: 3 }), 10_300)).toMatchObject({
      event: 'address.changed',
      reason: 'carrier',
    });
  });

  it('gathers changes on the heels of one another into one more', () => {
    const settling = new AddressSettling(undefined);
    settling.look(eth0(), 0);
    expect(settling.look(eth0({ addresses: ['10.0.0.3'] }), 10_000)).toMatchObject({
      event: 'address.changed',
    });
    expect(settling.look(eth0({ addresses: ['10.0.0.4'] }), 10_100)).toBeUndefined();
    expect(settling.look(eth0({ addresses: ['10.0.0.5'] }), 10_200)).toBeUndefined();
    expect(settling.lookAgainAt).toBe(10_000 + SETTLE_MS);
    expect(settling.look(eth0({ addresses: ['10.0.0.5'] }), 10_000 + SETTLE_MS)).toMatchObject({
      event: 'address.changed',
      before: { address: '10.0.0.3' },
      now: { address: '10.0.0.5' },
    });
  });
});
