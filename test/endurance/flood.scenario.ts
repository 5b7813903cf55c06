/**
 * A million datagrams at the rate of one sending process, for a minute at least, at a device with ten friends: what it
 * costs, and whom. The flood reaches this one device alone, because on a LAN each has a processor of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { fleetKey, newFleetKey } from '../../src/datagram/fleet-key.ts';
import { SEALED_PREFIX } from '../../src/datagram/frames.ts';
import { askHttp } from '../support/http-client.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { longestPauseMs, noteSpeaking } from '../support/speaking.ts';

const session = useNetworkLab();

const A = { host: '10.77.0.11' };
const FRIENDS = 10;
const DATAGRAMS = 1_000_000;
const SECONDS = 60;
const INTERVAL_MS = 5_000;
const HOLD_MS = 15_000;
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
const LATE_MS_MAX = 100;
const RECOVERED_MS_MAX = 2_000;
const MIB = 1024 * 1024;

interface Attack {
  readonly kind: 'names' | 'one' | 'junk' | 'oversize' | 'sealed';
  readonly sources: number;
  readonly key?: string;
  /** To this device alone instead of the group: shutting the receiver does not stop it. */
  readonly unicast?: boolean;
}

const rows: Record<string, string | number>[] = [];
afterAll(() => console.table(rows));

/** A device with ten friends who know nobody else, so that a flood on the same LAN reaches the device and not them. */
async function meet(settings: Readonly<Record<string, string>>) {
  const anna = session.startNode(session.lab.addHost('a', A.host), 'anna', { settings });
  for (let each = 1; each <= FRIENDS; each++) {
    const host = session.lab.addHost(`f${each}`, `10.77.0.${20 + each}`);
    host.isolate(true);
    session.startNode(host, `friend ${each}`, { settings });
  }
  await anna.until(() => anna.all('peer.two-way').length === FRIENDS, 30_000);
  // What is loaded late, once, is no cost of a flood.
  await anna.waitFor('board.identified', { timeoutMs: 15_000 });
  await sleep(2 * INTERVAL_MS);
  return anna;
}

function flood(kind: string, sources: number, options: Readonly<Record<string, string | number>>) {
  const host = session.lab.addHost('x', '10.77.0.100');
  host.isolate(true);
  const addresses = Array.from({ length: sources }, (_, index) => `10.77.0.${101 + index}`);
  for (const address of addresses) host.addAddress(address);
  return session.startScript(host, 'flooder', { kind, addresses: addresses.join(','), ...options });
}

/** How much more memory is used than before, once it has been given back, or two holds and a look later. */
async function growth(node: NodeProcess, beforeBytes: number): Promise<number> {
  const deadline = performance.now() + 2 * HOLD_MS + 15_000;
  while (node.residentBytes - beforeBytes > GROWTH_BYTES_MAX && performance.now() < deadline)
    await sleep(500);
  return node.residentBytes - beforeBytes;
}

/** Of the friends, whoever has not been here for so long: said to have left, or displaced without a word. */
async function lost(seconds: number): Promise<number> {
  const [answer] = await askHttp(session.lab.addHost('w', '10.77.0.200'), A, { path: '/status.json' });
  const peers: { name: string; hereSeconds: number }[] = JSON.parse(answer?.body ?? '{}').peers;
  const kept = peers.filter(({ name, hereSeconds }) => name.startsWith('friend') && hereSeconds >= seconds);
  return FRIENDS - kept.length;
}

const key = newFleetKey();
const attacks: readonly Attack[] = [
  { kind: 'names', sources: 64 },
  { kind: 'one', sources: 1 },
  { kind: 'junk', sources: 64 },
  { kind: 'oversize', sources: 64 },
  { kind: 'sealed', sources: 64, key },
  { kind: 'one', sources: 64, unicast: true },
  { kind: 'oversize', sources: 64, unicast: true },
];
const titled = attacks.map(
  (attack) => [attack.unicast ? `${attack.kind} by unicast` : attack.kind, attack] as const,
);

test.each(titled)('a million datagrams, %s', async (title, { kind, sources, key, unicast }) => {
  const anna = await meet({
    LOG_LEVEL: unicast ? 'debug' : 'info',
    ANNOUNCE_INTERVAL_S: String(INTERVAL_MS / 1000),
    ...(key && { FLEET_KEY: key }),
  });
  const header = key ? Buffer.concat([Buffer.from(SEALED_PREFIX), fleetKey(key).id]).toString('hex') : '';
  const startedAt = performance.now();
  const before = anna.residentBytes;
  const processorBefore = anna.processorSeconds;
  const spoken = noteSpeaking(anna);
  const port = Number((await anna.waitFor('beacon.up')).fields.sourcePort);
  const target = unicast && { group: A.host, port };
  const options = { datagrams: DATAGRAMS, seconds: SECONDS, rate: 'Infinity', header, ...target };
  const flooder = flood(kind, sources, options);
  const { fields, at: endedAt } = await flooder.waitFor('flooded', { timeoutMs: 10 * 60_000 });
  const processor = (anna.processorSeconds - processorBefore) / Number(fields.seconds);
  const isOver = () => anna.all('flood.ended').length === anna.all('flood.began').length;
  await anna.until(isOver, 30_000);
  const recoveredMs = (anna.all('flood.ended').at(-1)?.at ?? 0) - endedAt;
  const lateMs = longestPauseMs(spoken()) - 1.1 * INTERVAL_MS;
  // Whoever was lost would be missed within two holds.
  await sleep(2 * HOLD_MS);
  const grown = await growth(anna, before);
  // Last of all: answering costs memory, too.
  const missing = await lost((performance.now() - startedAt) / 1000);
  rows.push({
    flood: title,
    datagrams: Number(fields.sent),
    'a second': Math.round(Number(fields.sent) / Number(fields.seconds)),
    'of a core': `${Math.round(100 * processor)} %`,
    'own voice late by': `${Math.max(0, Math.round(lateMs))} ms`,
    'friends lost': missing,
    'over after': `${Math.max(0, Math.round(recoveredMs))} ms`,
    'memory for good': `${(grown / MIB).toFixed(1)} MiB`,
  });
  expect(fields.sent).toBeGreaterThanOrEqual(DATAGRAMS);
  expect(lateMs).toBeLessThan(LATE_MS_MAX);
  expect(isOver()).toBe(true);
  expect(missing).toBe(0);
  const overloaded = anna.all('reachability.changed', { fields: { to: 'overloaded' } });
  expect(overloaded.length > 0).toBe(!unicast);
  if (unicast) expect(anna.all('datagram.refused')).not.toEqual([]); // It arrived.
  expect(anna.all('tick.missed')).toEqual([]);
  expect(anna.all('child.restarted')).toEqual([]);
  expect(recoveredMs).toBeLessThan(RECOVERED_MS_MAX);
  expect(grown).toBeLessThanOrEqual(GROWTH_BYTES_MAX);
});

test('one loud device below the whole budget costs the others nothing', async () => {
  const anna = await meet({ LOG_LEVEL: 'debug', ANNOUNCE_INTERVAL_S: '1' });
  const began = performance.now();
  const options = { datagrams: 10_000, rate: 500 };
  const loud = flood('one', 1, options);
  await loud.waitFor('flooded', { timeoutMs: 120_000 });
  const seconds = (performance.now() - began) / 1000;
  const heard = Array.from(
    { length: FRIENDS },
    (_, index) => anna.all('peer.heard', { after: began, fields: { peer: `friend ${index + 1}` } }).length,
  );
  const ofLoud = anna.all('peer.heard', { after: began, fields: { peer: 'loud' } }).length;
  console.log(
    `In ${seconds.toFixed(0)} s 10,000 of one device, ${ofLoud} of them heard; of the others ${heard.join(', ')}`,
  );
  expect(anna.all('flood.began')).toEqual([]);
  expect(ofLoud).toBeLessThan(5_000);
  // Each second, a tenth sooner or later.
  for (const count of heard) expect(count).toBeGreaterThanOrEqual(Math.floor(seconds / 1.1) - 1);
});
