import { describe, expect, it } from 'vitest';
import { Health } from '../../../src/status/health.ts';

const now = { address: '10.0.0.2', interface: 'wlan0', index: 2, carrierChanges: 1, wireless: true };
const group = { address: '239.2.3.4', port: 49_001, ttl: 1 };
const AVAILABLE = { event: 'address.available', now } as const;
const LOST = { event: 'address.lost', before: now, reason: 'carrier' } as const;
const UP = { event: 'beacon.up', address: now, group, sourcePort: 50_000 } as const;
const DOWN = { event: 'beacon.down', received: 0, dropped: 0 } as const;

describe('Health', () => {
  it('is well while it waits for a network, however long', () => {
    expect(new Health().isWell(1e9)).toBe(true);
  });

  it('is well with a beacon, and through a short re-bind', () => {
    const health = new Health();
    health.note(AVAILABLE, 0);
    health.note(UP, 100);
    expect(health.isWell(1e9)).toBe(true);
    health.note(DOWN, 200_000);
    expect(health.isWell(259_999)).toBe(true);
    health.note(UP, 259_999);
    expect(health.isWell(1e9)).toBe(true);
  });

  it('is not well when there is an address but no beacon for a minute', () => {
    const health = new Health();
    health.note(AVAILABLE, 0);
    health.note({ event: 'beacon.blocked', code: 'EADDRINUSE' }, 30_000);
    expect(health.isWell(59_999)).toBe(true);
    expect(health.isWell(60_000)).toBe(false);
  });

  it('is well again when the address is gone too', () => {
    const health = new Health();
    health.note(AVAILABLE, 0);
    health.note(LOST, 70_000);
    expect(health.isWell(80_000)).toBe(true);
  });
});
