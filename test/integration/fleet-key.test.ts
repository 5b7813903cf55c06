/** Fleets with a key on the real kernel: who is a friend, who is a stranger, and who had better be silent. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

function keygen(): string {
  const printed = execFileSync(process.execPath, ['dist/multitastic.cjs', 'keygen'], { encoding: 'utf8' });
  expect(printed).toMatch(/^[\w+/]{43}=\n$/);
  return printed.trim();
}

function start(name: string, host: number, settings: Readonly<Record<string, string>>): NodeProcess {
  return session.startNode(session.lab.addHost(name, `10.77.0.${host}`), name, { settings });
}

const friends = (node: NodeProcess) => node.all('peer.joined').map(({ fields }) => fields.peer);
const refusals = (node: NodeProcess) => node.all('datagram.refused').map(({ fields }) => fields.reason);

test('devices with one key are friends; without it, or with another, they are strangers', async () => {
  const key = keygen();
  const a = start('anna', 11, { FLEET_KEY: key });
  const b = start('berta', 12, { FLEET_KEY: key });
  const open = start('open', 13, {});
  const other = start('other', 14, { FLEET_KEY: keygen() });
  await Promise.all([
    a.waitFor('peer.joined', { fields: { peer: 'berta' } }),
    b.waitFor('peer.joined', { fields: { peer: 'anna' } }),
    a.waitFor('datagram.refused', { fields: { reason: 'unsealed' } }),
    a.waitFor('datagram.refused', { fields: { reason: 'other-fleet' } }),
    open.waitFor('datagram.refused', { fields: { reason: 'sealed' } }),
  ]);
  await sleep(2_500);
  expect([a, b, open, other].map(friends)).toEqual([['berta'], ['anna'], [], []]);
  expect(refusals(other).sort()).toEqual(['other-fleet', 'unsealed']);
  for (const node of [a, b]) expect(JSON.stringify(node.records)).not.toContain(key.slice(0, 8));
});

test('a device that changes its key is a friend of those who open both', async () => {
  const [before, after] = [keygen(), keygen()];
  const changing = start('anna', 11, { FLEET_KEY: before, FLEET_KEY_ALSO: after });
  const changed = start('berta', 12, { FLEET_KEY: after, FLEET_KEY_ALSO: before });
  await changing.waitFor('peer.joined', { fields: { peer: 'berta' } });
  await changed.waitFor('peer.joined', { fields: { peer: 'anna' } });
});

test('in a container a wrong fleet key is an error line, and not a word in the clear', async () => {
  const wrong = 'correct-horse-battery-staple';
  const witness = start('witness', 11, {});
  const silent = start('silent', 12, { FLEET_KEY: wrong, BALENA: '1' });
  await witness.waitFor('beacon.up');
  const { fields } = await silent.waitFor('config.refused', { fields: { variables: 'FLEET_KEY' } });
  expect(fields.msg).toContain('npx . keygen');
  await sleep(2_500);
  expect(silent.running).toBe(true);
  expect(silent.datagramsSent).toBe(0);
  expect(friends(witness)).toEqual([]);
  expect(JSON.stringify(silent.records) + silent.stderr).not.toContain('horse');
});

test('a fleet with a key neither believes nor says anything in the clear', async () => {
  const key = keygen();
  const [a, b] = [start('anna', 11, { FLEET_KEY: key }), start('berta', 12, { FLEET_KEY: key })];
  const classic = { address: '10.77.0.21', announcement: 'multitastic:elixir', 'interval-ms': 500 };
  const listener = session.startScript(session.lab.addHost('o', '10.77.0.21'), 'origin-speaker', classic);
  const plain = { addresses: '10.77.0.22', interval: 0.5 };
  session.startScript(session.lab.addHost('p', '10.77.0.22'), 'fleet-speaker', plain);
  await a.waitFor('peer.joined', { fields: { peer: 'berta' } });
  await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  for (const node of [a, b]) {
    await node.waitFor('datagram.refused', { fields: { reason: 'unsealed' } });
    await node.waitFor('peer.two-way');
  }
  await sleep(2_500);
  await a.stop();
  expect([a, b].map(friends)).toEqual([['berta'], ['anna']]);
  const said = listener
    .all('heard')
    .filter(({ fields }) => fields.address === '10.77.0.11' || fields.address === '10.77.0.12');
  expect(said.length).toBeGreaterThan(10);
  for (const { fields } of said) {
    expect(fields.bytes).toMatch(/^multitastic\/2s /);
    expect(fields.bytes).not.toMatch(/anna|berta|"id"/);
  }
});

const FLEET = ['anna', 'berta', 'carla', 'dora', 'emma'];

test('a running fleet changes its key in three roll-outs, and nobody is lost', async (context) => {
  const [before, after] = [keygen(), keygen()];
  const hosts = FLEET.map((name, index) => session.lab.addHost(name, `10.77.0.${11 + index}`));
  const all: NodeProcess[] = [];
  const startOn = (index: number, settings: Readonly<Record<string, string>>): NodeProcess => {
    const [host, name] = [hosts[index], FLEET[index]];
    if (!host || !name) throw new Error('no such device');
    const node = session.startNode(host, name, { settings });
    all.push(node);
    return node;
  };
  const knowsAll = (node: NodeProcess) =>
    node.waitFor('peer.joined', { fields: { peers: FLEET.length - 1 } });
  let fleet = FLEET.map((_, index) => startOn(index, { FLEET_KEY: before }));
  await Promise.all(fleet.map(knowsAll));
  const began = performance.now();
  for (const settings of [
    { FLEET_KEY: before, FLEET_KEY_ALSO: after },
    { FLEET_KEY: after, FLEET_KEY_ALSO: before },
    { FLEET_KEY: after },
  ]) {
    for (const [index, node] of fleet.entries()) {
      await node.stop();
      const renewed = startOn(index, settings);
      const up = await renewed.waitFor('beacon.up');
      fleet = fleet.with(index, renewed);
      const others = fleet.filter((each) => each !== renewed);
      await Promise.all([
        knowsAll(renewed),
        ...others.map((other) =>
          other.waitFor('peer.joined', { after: up.at - 1_000, fields: { peer: node.name } }),
        ),
      ]);
    }
  }
  const tookMs = performance.now() - began;
  await sleep(1_500);
  const left = all.flatMap((node) => node.all('peer.left').map(({ fields }) => fields.reason));
  expect(new Set(left)).toEqual(new Set(['leaving']));
  for (const node of all) expect(refusals(node)).toEqual([]);
  for (const node of fleet)
    expect(node.records.findLast(({ fields }) => 'peers' in fields)?.fields.peers).toBe(4);

  const stolen = start('stolen', 99, { FLEET_KEY: before });
  await stolen.waitFor('datagram.refused', { fields: { reason: 'other-fleet' } });
  await sleep(1_500);
  expect(friends(stolen)).toEqual([]);
  for (const node of fleet) expect(refusals(node)).toEqual(['other-fleet']);
  expectRecovery(context, {
    scenario: 'a key changed on five devices, one restart at a time (15 restarts)',
    measuredMs: tookMs,
    targetMs: 30_000,
  });
});
