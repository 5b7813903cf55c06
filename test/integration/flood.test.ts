/** Somebody floods the group. The node keeps its memory, its friend, its voice and its log. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Acquaintances } from '../support/acquaintances.ts';
import type { JsonLineProcess, LogRecord } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';

const session = useNetworkLab();

const DATAGRAMS = 100_000;
/** What a flood may cost for good. */
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
/** Lines a second about peers that came; one more for where our seconds and the node's differ. */
const LINES_PER_SECOND_MAX = 11;

/** A host with many addresses, since the node has a budget for each as well as a whole one. */
function startFlooder(kind: 'names' | 'junk', sources: number): JsonLineProcess {
  const host = session.lab.addHost('f', '10.77.0.100');
  const addresses = Array.from({ length: sources }, (_, index) => `10.77.0.${101 + index}`);
  for (const address of addresses) host.addAddress(address);
  const options = { kind, addresses: addresses.join(','), 'ports-each': 4, datagrams: DATAGRAMS };
  return session.startScript(host, 'flooder', options);
}

/** A third party that hears only anna, to tell when she spoke. */
async function startWitness(): Promise<JsonLineProcess> {
  const address = '10.77.0.50';
  const options = { address, only: 'multitastic:anna' };
  const witness = session.startScript(session.lab.addHost('w', address), 'origin-speaker', options);
  await witness.waitFor('listening');
  return witness;
}

/** Memory after the garbage of a flood had time to go. */
async function settledBytes(node: NodeProcess): Promise<number> {
  let least = node.residentBytes;
  for (let second = 0; second < 5; second++) {
    await sleep(1_000);
    least = Math.min(least, node.residentBytes);
  }
  return least;
}

function longestPauseMs(records: readonly LogRecord[]): number {
  const moments = records.map(({ at }) => at);
  return Math.max(...moments.slice(1).map((at, index) => at - (moments[index] ?? at)));
}

function busiestSecond(records: readonly LogRecord[]): number {
  const within = ({ at }: LogRecord) =>
    records.filter((other) => other.at >= at && other.at < at + 1_000).length;
  return Math.max(0, ...records.map(within));
}

interface Flood {
  readonly pair: Acquaintances;
  readonly heardOfAnna: readonly LogRecord[];
  readonly grownBytes: number;
}

async function flood(kind: 'names' | 'junk', sources: number): Promise<Flood> {
  // Not debug: a line for each of 100,000 announcements would measure the log.
  const pair = await Acquaintances.meet(session, { LOG_LEVEL: 'info' });
  const witness = await startWitness();
  // What is loaded late, once, is no cost of the flood.
  await pair.anna.waitFor('board.identified', { timeoutMs: 20_000 });
  const before = await settledBytes(pair.anna);
  const began = performance.now();
  const flooder = startFlooder(kind, sources);
  const { fields } = await flooder.waitFor('flooded', { timeoutMs: 40_000 });
  expect(fields.sent).toBe(DATAGRAMS);
  await pair.anna.waitFor('flood.ended', { timeoutMs: 20_000 });
  const ended = performance.now();
  const heardOfAnna = witness.all('heard', { after: began }).filter(({ at }) => at <= ended);
  return { pair, heardOfAnna, grownBytes: (await settledBytes(pair.anna)) - before };
}

/** What holds whatever the flood is made of. */
function expectUnharmed({ pair: { anna }, heardOfAnna, grownBytes }: Flood): void {
  expect(anna.all('flood.began')).toHaveLength(1);
  expect(anna.all('flood.ended')).toHaveLength(1);
  expect(Number(anna.all('flood.ended')[0]?.fields.received)).toBeGreaterThan(0);
  expect(Number(anna.all('flood.ended')[0]?.fields.dropped)).toBeGreaterThan(0);
  expect(anna.all('peer.left', { fields: { peer: 'berta' } })).toEqual([]);
  expect(anna.all('peer.joined', { fields: { peer: 'berta' } })).toHaveLength(1);
  expect(anna.all('tick.missed')).toEqual([]);
  expect(anna.all('child.restarted')).toEqual([]);
  // An interval of 1 s with its jitter, and what two busy cores excuse.
  expect(longestPauseMs(heardOfAnna)).toBeLessThan(1_800);
  expect(grownBytes).toBeLessThanOrEqual(GROWTH_BYTES_MAX);
}

test('100,000 false names from many sources cost neither memory nor the friend nor our voice', async () => {
  const result = await flood('names', 64);
  const { anna } = result.pair;
  expectUnharmed(result);
  expect(busiestSecond(anna.all('peer.joined'))).toBeLessThanOrEqual(LINES_PER_SECOND_MAX);
  expect(anna.all('peers.summarized').length).toBeGreaterThan(0);
});

test('100,000 datagrams of junk from one source make no peer and no harm', async () => {
  const result = await flood('junk', 1);
  expectUnharmed(result);
  expect(result.pair.anna.all('peer.joined')).toHaveLength(1);
});
