/** A fleet of fifty on the real kernel, and one more: a home's worth of devices must be known at once, not one by one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { company } from '../support/company.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

const FLEET = 50;
/** Processes that may start or end at the same time: that is heavy, and not what is measured. */
const AT_ONCE = 5;
const FLEET_STARTS_MS = 60_000;

/** The fleet's own settings, as on the boards; only what is written is kept small. */
const SETTINGS = { ANNOUNCE_INTERVAL_S: '15', LOG_LEVEL: 'info' };

function start(index: number, settings: Readonly<Record<string, string>>): NodeProcess {
  const host = session.lab.addHost(`h${index}`, `10.77.0.${100 + index}`);
  return session.startNode(host, `device-${index}`, { settings });
}

async function startFleet(): Promise<readonly NodeProcess[]> {
  const nodes: NodeProcess[] = [];
  for (let index = 0; index < FLEET; index++) {
    nodes.push(start(index, SETTINGS));
    if (nodes.length % AT_ONCE !== 0) continue;
    await Promise.all(nodes.slice(-AT_ONCE).map((node) => node.waitFor('beacon.up')));
  }
  return nodes;
}

/** In turns: fifty processes that end at once on two cores would measure the machine. */
async function stopFleet(nodes: readonly NodeProcess[]): Promise<void> {
  for (let index = 0; index < nodes.length; index += AT_ONCE)
    await Promise.all(nodes.slice(index, index + AT_ONCE).map((node) => node.stop()));
}

/** How many friends it has, by the last line that tells. */
function friends(node: NodeProcess): number {
  return Number(node.records.findLast(({ fields }) => 'peers' in fields)?.fields.peers ?? 0);
}

async function knowsMs(node: NodeProcess, peers: number, from: number): Promise<number> {
  await node.until(() => company(node, 0).length >= peers, 20_000);
  expect(company(node, 0)).toHaveLength(peers);
  return performance.now() - from;
}

test(`a newcomer knows a fleet of ${FLEET}, and is known to all of it, within a second`, async (context) => {
  const fleet = await startFleet();
  const settled = () => fleet.every((node) => friends(node) === FLEET - 1);
  for (const began = performance.now(); !settled() && performance.now() - began < FLEET_STARTS_MS; )
    await sleep(100);
  expect(fleet.map(friends)).toEqual(fleet.map(() => FLEET - 1));
  // Past the hellos of the last one.
  await sleep(2_500);

  const newcomer = start(FLEET, { ...SETTINGS, LOG_LEVEL: 'debug' });
  const up = await newcomer.waitFor('beacon.up');
  const [knowsAllMs, ...knownAt] = await Promise.all([
    knowsMs(newcomer, FLEET, up.at),
    ...fleet.map(async (node) => (await node.waitFor('peer.joined', { fields: { peer: newcomer.name } })).at),
  ]);
  expect(knownAt).toHaveLength(FLEET);
  for (const node of fleet) expect(node.all('peer.left')).toEqual([]);
  const stopping = performance.now();
  await stopFleet(fleet);
  await newcomer.until(() => friends(newcomer) === 0, 10_000);
  expect(friends(newcomer)).toBe(0);
  expect(newcomer.all('peer.left', { fields: { reason: 'silent' } })).toEqual([]);
  expect(newcomer.all('peer.joined', { after: stopping })).toEqual([]);
  expectRecovery(context, {
    scenario: `a newcomer knows ${FLEET} devices`,
    measuredMs: knowsAllMs,
    targetMs: 1_000,
    origin: 'up to 15 s',
  });
  expectRecovery(context, {
    scenario: `${FLEET} devices know a newcomer`,
    measuredMs: Math.max(...knownAt) - up.at,
    targetMs: 1_000,
  });
});
