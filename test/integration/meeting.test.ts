/** Nodes that meet on a healthy network, and how one of them is missed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

/** Where a node's announcements come from. */
async function source(node: NodeProcess) {
  const { fields } = await node.waitFor('beacon.up');
  return { address: fields.address, port: fields.sourcePort };
}

test('two nodes list each other within one second of the later beacon', async (context) => {
  const a = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  const up = await Promise.all([a.waitFor('beacon.up'), b.waitFor('beacon.up')]);
  const joined = await Promise.all([
    a.waitFor('peer.joined', { fields: { peer: 'berta', peers: 1, ...(await source(b)) } }),
    b.waitFor('peer.joined', { fields: { peer: 'anna', peers: 1, ...(await source(a)) } }),
  ]);
  expect(up.map(({ fields }) => [fields.address, fields.interface, fields.group, fields.port])).toEqual([
    ['10.77.0.11', 'eth0', '239.2.3.4', 49002],
    ['10.77.0.12', 'eth0', '239.2.3.4', 49002],
  ]);
  const measuredMs = Math.max(...joined.map(({ at }) => at)) - Math.max(...up.map(({ at }) => at));
  expectRecovery(context, { scenario: 'two nodes meet', measuredMs, targetMs: 1_000, origin: 'up to 15 s' });
});

test('a node that starts much later than the other is answered, not left waiting for an interval', async (context) => {
  const settings = { ANNOUNCE_INTERVAL_S: '60' };
  const a = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  const late = session.lab.addHost('b', '10.77.0.12');
  await a.waitFor('beacon.up');
  // Past the hellos of the first.
  await sleep(2_500);
  const b = session.startNode(late, 'berta', { settings });
  const up = await b.waitFor('beacon.up');
  const joined = await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  expectRecovery(context, {
    scenario: 'a newcomer knows who was there before',
    measuredMs: joined.at - up.at,
    targetMs: 1_000,
    origin: 'up to 15 s',
  });
});

test.for([
  { first: 'anna', second: 'berta', twin: undefined },
  { first: 'anna', second: 'anna', twin: true },
])('$first and $second on one host see each other, and never themselves', async ({ first, second, twin }) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const witness = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'witness');
  const one = session.startNode(host, first);
  const other = session.startNode(host, second);
  await one.waitFor('peer.joined', { fields: { peer: second, twin, ...(await source(other)) } });
  await other.waitFor('peer.joined', { fields: { peer: first, twin, ...(await source(one)) } });
  await witness.waitFor('peer.joined', { fields: { peers: 2 } });
  // Several announcements of everybody: an echo taken for a peer would show by now.
  await sleep(3_000);
  const joined = (node: NodeProcess) => node.all('peer.joined').map(({ fields }) => fields.peer);
  expect(joined(one).sort()).toEqual([second, 'witness'].sort());
  expect(joined(other).sort()).toEqual([first, 'witness'].sort());
  expect(joined(witness).sort()).toEqual([first, second].sort());
  for (const node of [one, other, witness]) expect(node.all('peer.left')).toEqual([]);
});

test('a node that falls silent is missed after the hold time, and not before', async (context) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  session.startNode(host, 'anna');
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta', { settings: { HOLD_S: '3' } });
  await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  await sleep(2_000);
  host.losePower();
  const lastHeard = b.all('peer.heard', { fields: { peer: 'anna' } }).at(-1)?.at ?? 0;
  const left = await b.waitFor('peer.left', { fields: { peer: 'anna', reason: 'silent', peers: 0 } });
  // Both moments are those of our reading, and a line may reach us late: hence a little less than the hold.
  expect(left.at - lastHeard).toBeGreaterThan(2_900);
  expectRecovery(context, {
    scenario: 'a silent peer is missed (hold 3 s)',
    measuredMs: left.at - lastHeard,
    targetMs: 4_000,
  });
});

test('a node that is started again soon is the same friend, not a second one', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta', { settings: { HOLD_S: '3' } });
  session.startNode(host, 'anna');
  await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  host.losePower();
  const after = session.startNode(host, 'anna');
  await b.waitFor('peer.heard', { fields: { peer: 'anna', ...(await source(after)) } });
  // Beyond the hold of the old port.
  await sleep(4_500);
  expect(b.records.filter(({ event }) => event.startsWith('peer.')).at(-1)?.fields).toMatchObject({
    peers: 1,
  });
});
