/** Nodes that meet on a healthy network, and how one of them is missed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { changes, company, endpointOf, personOf } from '../support/company.ts';
import type { LogRecord } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

const latest = (records: readonly LogRecord[]) => Math.max(...records.map(({ at }) => at));

test('two nodes list each other within one second of the later beacon', async (context) => {
  const a = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  const up = await Promise.all([a.waitFor('beacon.up'), b.waitFor('beacon.up')]);
  const joined = await Promise.all([
    a.waitFor('peer.joined', { fields: { peer: 'berta', peers: 1, ...(await endpointOf(b)) } }),
    b.waitFor('peer.joined', { fields: { peer: 'anna', peers: 1, ...(await endpointOf(a)) } }),
  ]);
  const twoWay = await Promise.all([
    a.waitFor('peer.two-way', { fields: { peer: 'berta', peers: 1 } }),
    b.waitFor('peer.two-way', { fields: { peer: 'anna', peers: 1 } }),
  ]);
  expect(up.map(({ fields }) => [fields.address, fields.interface, fields.group, fields.port])).toEqual([
    ['10.77.0.11', 'eth0', '239.2.3.4', 49002],
    ['10.77.0.12', 'eth0', '239.2.3.4', 49002],
  ]);
  const upAt = latest(up);
  const measuredMs = latest(joined) - upAt;
  expectRecovery(context, { scenario: 'two nodes meet', measuredMs, targetMs: 1_000, origin: 'up to 15 s' });
  expectRecovery(context, {
    scenario: 'both know that the other hears them',
    measuredMs: latest(twoWay) - upAt,
    targetMs: 1_000,
  });
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
  // One machine and one network card are one id, as on copied SD cards.
  const clone = true;
  await one.waitFor('peer.joined', { fields: { peer: second, twin, clone, ...(await endpointOf(other)) } });
  await other.waitFor('peer.joined', { fields: { peer: first, twin, clone, ...(await endpointOf(one)) } });
  await witness.waitFor('peer.joined', { fields: { clone, peers: 2 } });
  // Several announcements of everybody: an echo taken for a peer would show by now.
  const settled = performance.now();
  await sleep(3_000);
  const [a, b, w] = await Promise.all([one, other, witness].map(personOf));
  expect(company(one, settled)).toEqual([b, w].sort());
  expect(company(other, settled)).toEqual([a, w].sort());
  expect(company(witness, settled)).toEqual([a, b].sort());
  for (const node of [one, other]) expect(node.all('peer.joined')).toHaveLength(2);
  expect(witness.all('peer.joined', { fields: { clone } })).toHaveLength(1);
  for (const node of [one, other, witness]) {
    expect(node.all('peer.left')).toEqual([]);
    expect(changes(node, settled)).toEqual([]);
  }
});

test('a node that falls silent is missed after the hold time, and not before', async (context) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  // How long a silence is to be borne is said by whoever falls silent.
  session.startNode(host, 'anna', { settings: { HOLD_S: '3' } });
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta', {
    settings: { HOLD_S: '20' },
  });
  await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  await sleep(2_000);
  host.losePower();
  const lastHeard = b.all('peer.heard', { fields: { peer: 'anna' } }).at(-1)?.at ?? 0;
  const left = await b.waitFor('peer.left', { fields: { peer: 'anna', reason: 'silent', peers: 0 } });
  // By its own clock: a busy machine may have read us the last announcement late.
  expect(left.fields.silentMs).toBeGreaterThanOrEqual(3_000);
  expectRecovery(context, {
    scenario: 'a silent peer is missed (hold 3 s)',
    measuredMs: left.at - lastHeard,
    targetMs: 4_000,
  });
});

test('a node that is told to end says goodbye, and is gone for the others at once', async (context) => {
  const names = ['anna', 'berta', 'carla'] as const;
  const [anna, ...others] = names.map((name, index) =>
    session.startNode(session.lab.addHost(name, `10.77.0.1${index + 1}`), name),
  );
  if (!anna) throw new Error('no node');
  for (const node of [anna, ...others]) await node.waitFor('peer.joined', { fields: { peers: 2 } });
  const ended = performance.now();
  await anna.stop('SIGTERM');
  const left = await Promise.all(
    others.map((node) => node.waitFor('peer.left', { after: ended, fields: { peer: 'anna', peers: 1 } })),
  );
  for (const { fields } of left) expect(fields.reason).toBe('leaving');
  await sleep(1_000);
  for (const node of others) expect(changes(node, ended)).toHaveLength(1);
  expectRecovery(context, {
    scenario: 'goodbye on SIGTERM',
    measuredMs: latest(left) - ended,
    targetMs: 200,
    excuseMs: 300,
  });
});
