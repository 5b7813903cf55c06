import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { metricsText } from '../../src/status/metrics.ts';
import { FIRST_SNAPSHOT } from '../../src/status/snapshot.ts';
import { summaryOf } from '../../src/status/status.ts';
import { Tally } from '../../src/status/tally.ts';

/** All that can be told, of a device that knows everything. */
function everyMetric(): ReadonlySet<string> {
  const snapshot = {
    ...FIRST_SNAPSHOT,
    wifi: { ssid: 'home', signalDbm: -60 },
    vitals: { memoryTotalBytes: 2, memoryAvailableBytes: 1, temperatureCelsius: 40, loopDelayMs: 1 },
  };
  const friends = { count: 1, twoWay: 1, heard: 0, classic: 0, unproven: 0, lossPercent: 1 };
  const sources = {
    snapshot,
    friends,
    led: 'friends',
    ledSince: 0,
    well: true,
    startedAt: 0,
    residentBytes: 1,
  } as const;
  const text = metricsText({
    status: summaryOf(sources, 1),
    tally: new Tally(),
    announcements: 1,
    received: 1,
    refused: 0,
    readers: 0,
  });
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
}

it('deploy/grafana.json asks only for metrics that there are', () => {
  const { panels } = JSON.parse(readFileSync('deploy/grafana.json', 'utf8'));
  const asked = panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:multitastic|process)_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(12);
  const known = everyMetric();
  expect(asked.filter((name: string) => !known.has(name))).toEqual([]);
});
