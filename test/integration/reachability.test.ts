/**
 * Are we isolated? What a node finds out when its network does to it what switches, access points and guest networks do,
 * how it heals, and how little it says meanwhile. "I hear myself" is true in every one of these cases.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { changes } from '../support/company.ts';
import type { LogRecord } from '../support/json-line-process.ts';
import type { LabHost } from '../support/lab-host.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP, type NodeProcess } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('nft', 'bridge');

const HOLD_MS = 3_000;
const SETTINGS = { HOLD_S: '3' };
/** Silence of 1.5 intervals of 1 s, looked for every 2 s. */
const DEAF_WITHIN_MS = 3_600;

interface Fleet {
  /** To whom it happens. */
  readonly host: LabHost;
  readonly anna: NodeProcess;
  readonly others: readonly NodeProcess[];
  readonly nodes: readonly NodeProcess[];
  readonly hosts: readonly LabHost[];
}

function filterNothingAfter(context: TestContext): void {
  context.onTestFinished(() => session.lab.filterNothing());
}

/** Four nodes that all hear each other and know it. */
async function meet(settings = SETTINGS): Promise<Fleet> {
  const names = ['anna', 'berta', 'carla', 'dora'];
  const hosts = names.map((name, index) => session.lab.addHost(name, `10.77.0.1${index + 1}`));
  const nodes = hosts.map((host) => session.startNode(host, host.label, { settings }));
  const [host, anna, ...others] = [hosts[0], ...nodes];
  if (!host || !anna) throw new Error('nobody is there');
  const isKnown = (node: NodeProcess) =>
    node.all('peer.two-way').length >= names.length - 1 && state(node) === 'ok';
  for (const node of nodes) await node.until(() => isKnown(node), 10_000);
  expect(nodes.map(state)).toEqual(nodes.map(() => 'ok'));
  // Past the hellos.
  await sleep(1_600);
  return { host, anna, others, nodes, hosts };
}

function state(node: NodeProcess): unknown {
  return node.all('reachability.changed').at(-1)?.fields.to;
}

function becomes(node: NodeProcess, to: string, after: number, timeoutMs = 15_000): Promise<LogRecord> {
  return node.waitFor('reachability.changed', { after, fields: { to }, timeoutMs });
}

/** What was found out since a moment, in order; a node that was just reopened may not know for a moment. */
function course(node: NodeProcess, after: number): readonly unknown[] {
  return node.all('reachability.changed', { after }).map(({ fields }) => fields.to);
}

/** Whoever opens its sockets anew speaks from another port, and is renewed. */
function comingsAndGoings(node: NodeProcess, after: number): readonly LogRecord[] {
  return changes(node, after).filter(({ event }) => event !== 'peer.renewed');
}

function steps(node: NodeProcess, after: number): readonly unknown[] {
  return node.all('healing.tried', { after }).map(({ fields }) => fields.step);
}

test('a link that is down is told as such; nobody is said to have left, and all is well when it is back', async (context) => {
  const { host, anna, others } = await meet();
  const down = performance.now();
  host.carrier(false);
  await becomes(anna, 'link-down', down);
  await Promise.all(
    others.map((node) => node.waitFor('peer.left', { after: down, fields: { peer: 'anna' } })),
  );
  // Beyond the second hold.
  await sleep(Math.max(0, 2.3 * HOLD_MS - (performance.now() - down)));
  expect(course(anna, down)).toEqual(['link-down']);
  expect(steps(anna, down)).toEqual([]);
  const back = performance.now();
  host.carrier(true);
  const ok = await becomes(anna, 'ok', back);
  expect(anna.all('peer.left')).toEqual([]);
  for (const node of others) expect(course(node, down)).toEqual([]);
  expectRecovery(context, {
    scenario: 'link down for two holds: reachable again after the link',
    measuredMs: ok.at - back,
    targetMs: 1_500,
  });
});

test('a snooping switch that forgot us is told of our membership again', async (context) => {
  session.lab.bridge({ snooping: true });
  context.onTestFinished(() => session.lab.bridge({}));
  const { anna, others } = await meet();
  expect(session.lab.portsWithMembers(GROUP)).toContain('anna-eth0');
  const forgotten = performance.now();
  session.lab.forgetMember(GROUP, 'anna-eth0');
  const deaf = await becomes(anna, 'deaf', forgotten);
  const ok = await becomes(anna, 'ok', deaf.at);
  expect(steps(anna, forgotten)).toEqual(['reopen']);
  expect(session.lab.portsWithMembers(GROUP)).toContain('anna-eth0');
  for (const node of [anna, ...others]) expect(node.all('peer.left')).toEqual([]);
  for (const node of others) expect(course(node, forgotten)).toEqual([]);
  expectRecovery(context, {
    scenario: 'forgotten by a snooping switch: found out',
    measuredMs: deaf.at - forgotten,
    targetMs: DEAF_WITHIN_MS,
  });
  expectRecovery(context, {
    scenario: 'forgotten by a snooping switch: healed',
    measuredMs: ok.at - forgotten,
    targetMs: DEAF_WITHIN_MS + 1_000,
  });
});

test('multicast that no longer reaches one of us: it alone is deaf, asks by unicast, and concludes', async (context) => {
  filterNothingAfter(context);
  const { host, anna, others } = await meet();
  const cut = performance.now();
  host.loseMulticast('to us', GROUP);
  const deaf = await becomes(anna, 'deaf', cut);
  const alone = await becomes(anna, 'alone', deaf.at, 30_000);
  expect(alone.fields.evidence).toBe('3 of 3 answer by unicast, so multicast is filtered on this network');
  expect(steps(anna, cut)).toEqual(['reopen', 'reopen', 'reopen', 'ask']);
  for (const { fields } of anna.all('peer.left', { after: cut }))
    expect(fields.silentMs).toBeGreaterThanOrEqual(2 * HOLD_MS);
  // They hear it all the time.
  for (const node of others) expect(comingsAndGoings(node, cut)).toEqual([]);
  const healed = performance.now();
  session.lab.filterNothing();
  const ok = await becomes(anna, 'ok', healed);
  for (const node of others) expect(course(node, cut)).toEqual([]);
  expectRecovery(context, {
    scenario: 'deaf: found out',
    measuredMs: deaf.at - cut,
    targetMs: DEAF_WITHIN_MS,
  });
  expectRecovery(context, {
    scenario: 'deaf: the ladder ends with "multicast is filtered"',
    measuredMs: alone.at - cut,
    // Three reopenings and a question, a hold apart, and 3 s for the answers.
    targetMs: DEAF_WITHIN_MS + 3 * HOLD_MS + 3_000 + 4_000,
  });
  expectRecovery(context, {
    scenario: 'multicast passes again: reachable',
    measuredMs: ok.at - healed,
    targetMs: 1_500,
  });
});

test('multicast that no longer comes from one of us: it alone is mute', async (context) => {
  filterNothingAfter(context);
  const { host, anna, others } = await meet();
  const cut = performance.now();
  host.loseMulticast('from us', GROUP);
  const mute = await becomes(anna, 'mute', cut);
  expect(mute.fields.evidence).toBe('we hear 3, and 3 of them list others but not us');
  await anna.waitFor('healing.tried', { after: cut, fields: { step: 'reopen', state: 'mute' } });
  for (const node of others) await node.waitFor('peer.left', { after: cut, fields: { peer: 'anna' } });
  expect(comingsAndGoings(anna, cut)).toEqual([]);
  const healed = performance.now();
  session.lab.filterNothing();
  const ok = await becomes(anna, 'ok', healed);
  for (const node of others) {
    await node.waitFor('peer.joined', { after: healed, fields: { peer: 'anna' } });
    expect(course(node, cut)).toEqual([]);
    expect(comingsAndGoings(node, cut)).toHaveLength(2);
  }
  expectRecovery(context, {
    scenario: 'mute: found out',
    measuredMs: mute.at - cut,
    // They forget us after a hold; then three announcements without us, of which some ask, and a look.
    targetMs: HOLD_MS + 3 * 1_100 + 2_000,
  });
  expectRecovery(context, {
    scenario: 'no longer mute: reachable',
    measuredMs: ok.at - healed,
    targetMs: 2_500,
  });
});

test('an access point that keeps all apart for less than two holds costs no friendship', async (context) => {
  // Whoever was heard up to an interval before is heard again up to an interval after: 9.2 s of silence at most.
  const holdMs = 5_000;
  const { nodes, hosts } = await meet({ HOLD_S: '5' });
  const apart = performance.now();
  for (const host of hosts) host.isolate(true);
  await Promise.all(nodes.map((node) => becomes(node, 'deaf', apart)));
  await sleep(Math.max(0, 1.4 * holdMs - (performance.now() - apart)));
  const together = performance.now();
  for (const host of hosts) host.isolate(false);
  const ok = await Promise.all(nodes.map((node) => becomes(node, 'ok', together)));
  await sleep(holdMs);
  for (const node of nodes) expect(comingsAndGoings(node, apart)).toEqual([]);
  expect(nodes.map(state)).toEqual(nodes.map(() => 'ok'));
  expectRecovery(context, {
    scenario: 'kept apart for 1.4 holds: all reachable again',
    measuredMs: Math.max(...ok.map(({ at }) => at)) - together,
    targetMs: 2_500,
  });
});

test('an access point that keeps all apart for good: departures are told after the second hold', async () => {
  const { nodes, hosts } = await meet();
  const apart = performance.now();
  for (const host of hosts) host.isolate(true);
  for (const node of nodes) {
    await node.waitFor('peer.left', { after: apart, fields: { peers: 0, reason: 'silent' } });
    for (const { fields } of node.all('peer.left'))
      expect(fields.silentMs).toBeGreaterThanOrEqual(2 * HOLD_MS);
  }
});

test('among devices that cannot tell whom they hear all is taken to be well', async () => {
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings: SETTINGS });
  const options = { address: '10.77.0.21', announcement: 'multitastic:elixir', 'interval-ms': 1_000 };
  session.startScript(session.lab.addHost('o', '10.77.0.21'), 'origin-speaker', options);
  const began = performance.now();
  const { fields } = await becomes(anna, 'ok', 0);
  expect(fields.evidence).toBe('we hear devices that cannot tell whom they hear');
  await sleep(2 * HOLD_MS);
  expect(course(anna, began).filter((to) => to !== 'unknown')).toEqual(['ok']);
  expect(steps(anna, 0)).toEqual([]);
});

test('a node that is alone says so once, and is quiet', async () => {
  const settings = { LOG_LEVEL: 'info' };
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  const alone = await becomes(anna, 'alone', 0);
  await sleep(8_000);
  const said = anna.records.filter(({ at }) => at > alone.at).map(({ event }) => event);
  // What the board is, and that there is no Wi-Fi to ask about, are found out late.
  expect(said.filter((event) => event !== 'board.identified' && event !== 'wifi.unavailable')).toEqual([]);
  expect(anna.records.length).toBeLessThanOrEqual(6);
});
