/** Somebody floods the group. The node keeps its memory, its friend, its voice and its log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Acquaintances } from '../support/acquaintances.ts';
import { askHttp } from '../support/http-client.ts';
import type { JsonLineProcess } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { longestPauseMs, noteSpeaking } from '../support/speaking.ts';

const session = useNetworkLab();

/** Where anna is. */
const A = { host: '10.77.0.11' };
const DATAGRAMS = 100_000;
/** What a flood may cost for good. */
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
/** A hold of 3 s, or two when all seem to leave at once, and the time after which memory is given back. */
const FORGOTTEN_MS = 16_000;
/** Of a few announcements, also when a thousand false names have made them rarer. */
const SPEAKS_AGAIN_MS = 5_000;
const SPARE_MS = 200;
/** A hold, and a look at it every 2 s. */
const OVERLOADED_S = 6;
/** Lines about peers. */
const LINES_PER_SECOND_MAX = 10;

/** A host with many addresses, since the node has a budget for each as well as a whole one. */
function startFlooder(
  kind: 'names' | 'junk',
  sources: number,
  pace: Readonly<Record<string, string | number>> = {},
): JsonLineProcess {
  const host = session.lab.addHost('f', '10.77.0.100');
  host.isolate(true);
  const addresses = Array.from({ length: sources }, (_, index) => `10.77.0.${101 + index}`);
  for (const address of addresses) host.addAddress(address);
  const options = { kind, addresses: addresses.join(','), 'ports-each': 4, datagrams: DATAGRAMS, ...pace };
  return session.startScript(host, 'flooder', options);
}

interface Flood {
  readonly anna: NodeProcess;
  /** When anna spoke while it lasted. */
  readonly spoken: readonly number[];
  readonly seconds: number;
  readonly growthBytes: number;
}

async function flood(kind: 'names' | 'junk', sources: number): Promise<Flood> {
  // Not debug: a line for each of 100,000 announcements would measure the log.
  const { anna } = await Acquaintances.meet(session, {
    LOG_LEVEL: 'info',
    HOLD_S: '3',
    RECEIVE_BUDGET: '300',
  });
  // What is loaded late, once, is no cost of the flood.
  await anna.until(() => anna.all('board.identified').length > 0, 15_000);
  await sleep(1_000);
  const before = anna.residentBytes;
  const began = performance.now();
  const spoken = noteSpeaking(anna);
  const { fields } = await startFlooder(kind, sources).waitFor('flooded', { timeoutMs: 40_000 });
  expect(fields.sent).toBe(DATAGRAMS);
  const ended = await anna.waitFor('flood.ended', { timeoutMs: 20_000 });
  const seconds = (ended.at - began) / 1_000;
  const result = { anna, spoken: spoken(), seconds };
  await sleep(FORGOTTEN_MS);
  const growthBytes = anna.residentBytes - before;
  // Having given back its memory, it goes on.
  const spokenAfterwards = noteSpeaking(anna);
  await sleep(SPEAKS_AGAIN_MS);
  expect(longestPauseMs(spokenAfterwards())).toBeLessThan(SPEAKS_AGAIN_MS - SPARE_MS);
  return { ...result, growthBytes };
}

/** What holds whatever the flood is made of. */
function expectUnharmed({ anna, spoken, growthBytes }: Flood): void {
  expect(anna.all('flood.began')).toHaveLength(1);
  expect(anna.all('flood.ended')).toHaveLength(1);
  // Before it began, as far as it was noticed, and while it lasted.
  const [began, ended] = ['flood.began', 'flood.ended'].map((event) => anna.all(event)[0]?.fields);
  expect(Number(began?.received) + Number(ended?.received)).toBeGreaterThan(0);
  expect(Number(began?.dropped) + Number(ended?.dropped)).toBeGreaterThan(0);
  if (Number(ended?.seconds) > OVERLOADED_S)
    expect(anna.all('reachability.changed', { fields: { to: 'overloaded' } })).toHaveLength(1);
  expect(anna.all('peer.left', { fields: { peer: 'berta' } })).toEqual([]);
  expect(anna.all('peer.joined', { fields: { peer: 'berta' } })).toHaveLength(1);
  expect(anna.all('tick.missed')).toEqual([]);
  expect(anna.all('child.restarted')).toEqual([]);
  // An interval of 1 s with its jitter, and what two busy cores excuse.
  expect(longestPauseMs(spoken)).toBeLessThan(1_800);
  expect(growthBytes).toBeLessThanOrEqual(GROWTH_BYTES_MAX);
}

test('100,000 false names from many sources cost neither memory nor the friend nor our voice', async () => {
  const result = await flood('names', 64);
  const { anna } = result;
  expectUnharmed(result);
  // One second more: the first may have begun before the flood.
  expect(anna.all('peer.joined').length).toBeLessThanOrEqual(LINES_PER_SECOND_MAX * (result.seconds + 1));
  expect(anna.all('peers.summarized').length).toBeGreaterThan(0);
});

test('100,000 datagrams of junk from one source make no peer and no harm', async () => {
  const result = await flood('junk', 1);
  expectUnharmed(result);
  expect(result.anna.all('peer.joined')).toHaveLength(1);
});

test('a friend is kept while the kernel loses most of what comes, though the budget would bear it', async () => {
  const { anna, hostOfBerta } = await Acquaintances.meet(session, {
    LOG_LEVEL: 'info',
    HOLD_S: '3',
    RECEIVE_BUDGET: '100000',
  });
  const metAt = performance.now();
  // Whoever heard the flood, too, would take the fleet for a large one, and speak and leave more rarely.
  hostOfBerta.isolate(true);
  await startFlooder('names', 64, { rate: 'Infinity', seconds: 12 }).waitFor('flooded', {
    timeoutMs: 40_000,
  });
  const floodedSeconds = (performance.now() - metAt) / 1000;
  expect(anna.datagramsLost).toBeGreaterThan(DATAGRAMS);
  expect(anna.all('flood.began')).toEqual([]);
  // Among a thousand names a line for each would be none.
  const [answer] = await askHttp(session.lab.addHost('w', '10.77.0.200'), A, { path: '/status.json' });
  const { peers }: { peers: readonly { name: string; hereSeconds: number }[] } = JSON.parse(
    answer?.body ?? '',
  );
  expect(peers.find(({ name }) => name === 'berta')?.hereSeconds).toBeGreaterThanOrEqual(floodedSeconds);
});
