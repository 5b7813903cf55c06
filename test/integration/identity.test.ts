/** Which device is which: restarts, shared names, copied SD cards. Nobody is counted twice, and nobody is swallowed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { changes, company, endpointOf, personOf } from '../support/company.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

/** 12 hexadecimal digits. */
async function idOf(node: NodeProcess): Promise<unknown> {
  return (await node.waitFor('node.started')).fields.id;
}

async function expectMutualCompany(nodes: readonly NodeProcess[]): Promise<void> {
  const peers = nodes.length - 1;
  await Promise.all(nodes.map((node) => node.waitFor('peer.joined', { fields: { peers } })));
  const settled = performance.now();
  await sleep(2_500);
  const people = await Promise.all(nodes.map(personOf));
  for (const [index, node] of nodes.entries()) {
    const others = people.filter((_, other) => other !== index).sort();
    expect(company(node, settled), node.title).toEqual(others);
    expect(changes(node, settled), node.title).toEqual([]);
  }
}

test('a node that crashes and is started within its hold is the same friend, started anew', async (context) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  session.startNode(host, 'anna', { settings: { HOLD_S: '3' } });
  await berta.waitFor('peer.joined', { fields: { peer: 'anna' } });
  await sleep(1_500);
  host.losePower();
  const restarted = session.startNode(host, 'anna', { settings: { HOLD_S: '3' } });
  const up = await restarted.waitFor('beacon.up');
  const told = await berta.waitFor('peer.restarted', {
    fields: { peer: 'anna', peers: 1, ...(await endpointOf(restarted)) },
  });
  // Beyond the hold of the old boot.
  await sleep(4_500);
  expect(changes(berta).map(({ event }) => event)).toEqual(['peer.joined', 'peer.restarted']);
  expect(company(berta, performance.now() - 1_500)).toEqual([await personOf(restarted)]);
  expectRecovery(context, {
    scenario: 'killed and started again: known to be the same',
    measuredMs: told.at - up.at,
    targetMs: 500,
  });
});

test('two devices of one name are two, and two namespaces of one kernel are two devices', async (context) => {
  const hosts = [11, 12, 13].map((last) => session.lab.addHost(`h${last}`, `10.77.0.${last}`));
  const nodes = hosts.map((host, index) => session.startNode(host, index < 2 ? 'anna' : 'witness'));
  const [one, other, witness] = nodes as [NodeProcess, NodeProcess, NodeProcess];
  expect(new Set(await Promise.all(nodes.map(idOf))).size).toBe(3);
  const ups = await Promise.all(nodes.map((node) => node.waitFor('beacon.up')));
  await one.waitFor('peer.joined', { fields: { peer: 'anna', twin: true, ...(await endpointOf(other)) } });
  await other.waitFor('peer.joined', { fields: { peer: 'anna', twin: true, ...(await endpointOf(one)) } });
  const both = await witness.waitFor('peer.joined', { fields: { peer: 'anna', peers: 2 } });
  await expectMutualCompany(nodes);
  for (const node of nodes) {
    expect(changes(node)).toHaveLength(2);
    expect(node.all('peer.joined', { fields: { clone: true } })).toEqual([]);
  }
  expectRecovery(context, {
    scenario: 'two devices of one name: both listed',
    measuredMs: both.at - Math.max(...ups.map(({ at }) => at)),
    targetMs: 1_000,
  });
});

test('a copied card is two devices, and they are marked', async (context) => {
  const settings = { BALENA_DEVICE_UUID: 'c10e00c10e00c10e00c10e00c10e00c1' };
  const witness = session.startNode(session.lab.addHost('w', '10.77.0.13'), 'witness');
  const original = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  const copy = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'anna', { settings });
  expect(await Promise.all([original, copy].map(idOf))).toEqual(['c10e00c10e00', 'c10e00c10e00']);
  const ups = await Promise.all([original, copy].map((node) => node.waitFor('beacon.up')));
  await original.waitFor('peer.joined', { fields: { peer: 'anna', clone: true, twin: true } });
  await copy.waitFor('peer.joined', { fields: { peer: 'anna', clone: true, twin: true } });
  const marked = await witness.waitFor('peer.joined', { fields: { peer: 'anna', clone: true, peers: 2 } });
  await expectMutualCompany([witness, original, copy]);
  expect(witness.all('peer.left')).toEqual([]);
  expectRecovery(context, {
    scenario: 'a copied card: both listed and marked',
    measuredMs: marked.at - Math.max(...ups.map(({ at }) => at)),
    // A second for what may have been overtaken, and then an announcement of the original's.
    targetMs: 2_200,
  });
});
