import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/status/events.ts';
import { WifiSampler } from '../../../src/status/wifi-sampler.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

const WLAN0 = { address: '10.0.0.2', interface: 'wlan0', index: 3, carrierChanges: 1, wireless: true };
const ETH0 = { address: '10.0.0.3', interface: 'eth0', index: 2, carrierChanges: 1, wireless: false };

describe('WifiSampler', () => {
  /** NetworkManager takes four seconds to answer. */
  function sampler() {
    const world = new VirtualClock();
    const events: NodeEvent['event'][] = [];
    const wifi = new WifiSampler({
      clock: new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 }),
      wifi: {
        connection: async () => {
          await world.pause(4_000);
          return { ssid: 'home', signalDbm: -50 };
        },
        reconnect: async () => {},
      },
      onEvent: ({ event }) => events.push(event),
    });
    return { world, wifi, events };
  }

  it('tells the network two seconds after an address came, and its signal every five minutes', async () => {
    const { world, wifi, events } = sampler();
    wifi.onAddress(WLAN0);
    await world.run(5_900);
    expect(events).toEqual([]);
    await world.run(620_000);
    expect(events).toEqual(['wifi.connected', 'wifi.sampled', 'wifi.sampled']);
  });

  it('does not believe an answer of a network that is no longer in use', async () => {
    for (const next of [undefined, ETH0]) {
      const { world, wifi, events } = sampler();
      wifi.onAddress(WLAN0);
      await world.run(3_000);
      wifi.onAddress(next);
      await world.run(60_000);
      expect(events).toEqual([]);
    }
  });
});
