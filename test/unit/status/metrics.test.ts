import { describe, expect, it } from 'vitest';
import { metricsText } from '../../../src/status/metrics.ts';
import { FIRST_SNAPSHOT } from '../../../src/status/snapshot.ts';
import { summaryOf } from '../../../src/status/status.ts';
import { Tally } from '../../../src/status/tally.ts';

const friends = { count: 2, twoWay: 1, heard: 1, classic: 0, unproven: 3, lossPercent: 12.5 };
const group = { address: '239.2.3.4', port: 49_001, ttl: 1 };

function text(over: Partial<typeof FIRST_SNAPSHOT> = {}, tally = new Tally()): string {
  const snapshot = { ...FIRST_SNAPSHOT, group, name: 'anna', id: '1', version: '2', ...over };
  const sources = {
    snapshot,
    friends,
    led: 'friends',
    ledSince: 0,
    well: true,
    startedAt: 0,
    residentBytes: 5e7,
  } as const;
  return metricsText({
    status: summaryOf(sources, 12_345),
    tally,
    announcements: 4,
    received: 10,
    refused: 2,
    readers: 1,
  });
}

describe('metricsText()', () => {
  it('has a help and a type for each metric, and each metric once', () => {
    const names = (kind: string) =>
      [...text().matchAll(new RegExp(`^# ${kind} (\\S+)`, 'gm'))].map(([, name]) => name);
    expect(names('HELP').length).toBeGreaterThan(25);
    expect(names('TYPE')).toEqual(names('HELP'));
    expect(new Set(names('TYPE')).size).toBe(names('TYPE').length);
  });

  it('tells figures in base units', () => {
    expect(text()).toContain('\nmultitastic_uptime_seconds 12.345\n');
    expect(text()).toContain('\nmultitastic_friends_loss_ratio 0.125\n');
    expect(text()).toContain('\nmultitastic_friends{state="unproven"} 3\n');
    expect(text()).toContain('\nprocess_resident_memory_bytes 50000000\n');
  });

  it('leaves out what is not known', () => {
    expect(text()).not.toContain('wifi_signal_dbm');
    expect(text({ wifi: { ssid: 'home', signalDbm: -61 } })).toContain('\nmultitastic_wifi_signal_dbm -61\n');
  });

  it("escapes other people's text", () => {
    expect(text({ wifi: { ssid: 'a"b\\c\nd', signalDbm: -61 } })).toContain('{ssid="a\\"b\\\\c\\nd"} 1\n');
  });

  it('counts what happened', () => {
    const tally = new Tally();
    const change = { peer: 'b', address: '10.0.0.2', port: 1, peers: 1 };
    tally.note({ event: 'peer.left', ...change, reason: 'silent', silentMs: 1 });
    tally.note({ event: 'healing.tried', step: 'reopen', state: 'deaf' });
    tally.note({ event: 'tick.missed', silentMs: 35_000 });
    const told = text({}, tally);
    expect(told).toContain('multitastic_friends_left_total{reason="silent"} 1\n');
    expect(told).toContain('multitastic_healing_steps_total{step="reopen"} 1\n');
    expect(told).toContain('multitastic_ticks_missed_total 1\n');
  });

  it('has exactly one state of each kind set', () => {
    for (const name of ['led', 'reachability'])
      expect(text().match(new RegExp(`^multitastic_${name}\\{.*\\} 1$`, 'gm'))).toHaveLength(1);
  });
});
