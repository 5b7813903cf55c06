import { describe, expect, it } from 'vitest';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { factsOf } from '../../../src/status/facts.ts';
import { FIRST_SNAPSHOT } from '../../../src/status/snapshot.ts';
import { rich } from '../announcements.ts';

const vitals = { memoryTotalBytes: 500e6, memoryAvailableBytes: 150e6, loopDelayMs: 0 };
const started = { ...FIRST_SNAPSHOT, version: '1.2.3' };

describe('factsOf()', () => {
  it('tells the version and for how long we have been up, before anything was measured', () => {
    expect(factsOf(started, 61_499)).toEqual({ firmware: '1.2.3', uptimeSeconds: 61 });
  });

  it('tells how much memory is in use, how warm it is, and how well we hear the access point', () => {
    const measured = {
      ...started,
      vitals: { ...vitals, temperatureCelsius: 41.6 },
      wifi: { ssid: 'home', signalDbm: -60 },
    };
    expect(factsOf(measured, 0)).toMatchObject({
      memoryPercent: 70,
      temperatureCelsius: 42,
      signalDbm: -60,
    });
  });

  it('tells no temperature where the machine has none', () => {
    expect(factsOf({ ...started, vitals }, 0)).not.toHaveProperty('temperatureCelsius');
  });

  it('tells only what others believe', () => {
    const measured = {
      ...started,
      vitals: { ...vitals, temperatureCelsius: 41.6 },
      wifi: { ssid: 'home', signalDbm: -60 },
    };
    const facts = factsOf(measured, 1e12);
    expect(plainFrames.decode(plainFrames.encode(rich(1, { facts })))).toMatchObject({ facts });
  });
});
