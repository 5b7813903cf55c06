/** The network stays, but our place in it changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Acquaintances } from '../support/acquaintances.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

test('a new address is announced at once, and the friend knows us by it', async (context) => {
  const { host, anna, berta } = await Acquaintances.meet(session);
  const changed = performance.now();
  host.changeAddress('10.77.0.11', '10.77.0.31');
  await anna.waitFor('address.changed', {
    after: changed,
    fields: { reason: 'address', address: '10.77.0.31', previousAddress: '10.77.0.11', interface: 'eth0' },
  });
  const { fields } = await anna.waitFor('beacon.up', { after: changed, fields: { address: '10.77.0.31' } });
  const renewed = await berta.waitFor('peer.renewed', {
    after: changed,
    fields: {
      peer: 'anna',
      address: '10.77.0.31',
      port: fields.sourcePort,
      previousAddress: '10.77.0.11',
      peers: 1,
    },
  });
  await anna.waitFor('peer.heard', { after: changed, fields: { peer: 'berta' } });
  expect(anna.all('address.lost')).toEqual([]);
  expectRecovery(context, {
    scenario: 'address change',
    measuredMs: renewed.at - changed,
    targetMs: 1_000,
    origin: 'the application exits for good',
  });
});

test('an interface made anew with the same name and address is opened anew', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna, berta } = pair;
  const changed = performance.now();
  host.detach();
  host.attach();
  host.addAddress('10.77.0.11');
  const recreated = performance.now();
  await anna.waitFor('address.changed', {
    after: changed,
    fields: { reason: 'recreated', address: '10.77.0.11' },
  });
  await anna.waitFor('beacon.up', { after: changed });
  const measuredMs = await pair.heardAgainMs(recreated);
  expect(host.membershipUsers(GROUP)).toBe(1);
  expect(berta.all('peer.joined')).toHaveLength(1);
  expectRecovery(context, { scenario: 'interface recreated', measuredMs, targetMs: 2_000 });
});

test('an interface that is gone for a while is waited for', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const gone = performance.now();
  host.detach();
  await anna.waitFor('address.lost', { after: gone, fields: { reason: 'interface', interface: 'eth0' } });
  host.attach();
  await sleep(1_000);
  const back = performance.now();
  host.addAddress('10.77.0.11');
  const measuredMs = await pair.heardAgainMs(back);
  expectRecovery(context, { scenario: 'interface pulled and plugged in', measuredMs, targetMs: 2_000 });
});

test('another usable interface is taken when the chosen one dies', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna, berta } = pair;
  host.attach('eth1');
  host.addAddress('10.77.0.41', 'eth1');
  await sleep(1_500);
  // The one in use stays in use while it works.
  expect(anna.all('address.changed')).toEqual([]);
  const died = performance.now();
  host.carrier(false, 'eth0');
  await anna.waitFor('address.changed', {
    after: died,
    fields: {
      reason: 'interface',
      interface: 'eth1',
      previousInterface: 'eth0',
      address: '10.77.0.41',
      previousAddress: '10.77.0.11',
    },
  });
  const renewed = await berta.waitFor('peer.renewed', {
    after: died,
    fields: { peer: 'anna', address: '10.77.0.41', previousAddress: '10.77.0.11', peers: 1 },
  });
  await anna.waitFor('peer.heard', { after: died, fields: { peer: 'berta' } });
  expect([host.membershipUsers(GROUP, 'eth0'), host.membershipUsers(GROUP, 'eth1')]).toEqual([0, 1]);
  expectRecovery(context, {
    scenario: 'another interface taken',
    measuredMs: renewed.at - died,
    targetMs: 2_000,
  });
});

test('NETWORK_INTERFACE is used although another has the default route', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  host.attach('eth1');
  host.addAddress('10.77.0.41', 'eth1');
  const settings = { NETWORK_INTERFACE: 'eth1' };
  const anna = session.startNode(host, 'anna', { settings });
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  await anna.waitFor('beacon.up', { fields: { interface: 'eth1', address: '10.77.0.41' } });
  await berta.waitFor('peer.joined', { fields: { peer: 'anna', address: '10.77.0.41' } });
});

test('without a default route nodes meet all the same', async (context) => {
  const hosts = (['a', 'b'] as const).map((label, index) => {
    const host = session.lab.addHostWithoutInterface(label);
    host.attach();
    host.addAddress(`10.77.0.1${index + 1}`);
    return host;
  });
  const [anna, berta] = hosts.map((host, index) => session.startNode(host, index === 0 ? 'anna' : 'berta'));
  const up = await Promise.all([anna!.waitFor('beacon.up'), berta!.waitFor('beacon.up')]);
  const joined = await Promise.all([anna!.waitFor('peer.joined'), berta!.waitFor('peer.joined')]);
  expectRecovery(context, {
    scenario: 'two nodes meet without a default route',
    measuredMs: Math.max(...joined.map(({ at }) => at)) - Math.max(...up.map(({ at }) => at)),
    targetMs: 1_000,
  });
});

test('the default route may go while we run', async () => {
  const pair = await Acquaintances.meet(session);
  pair.host.removeDefaultRoute();
  await sleep(500);
  const gone = performance.now();
  // Within one interval of 1 s and its jitter.
  expect(await pair.heardAgainMs(gone)).toBeLessThan(2_000);
  for (const node of pair.both) expect(node.all('beacon.down')).toEqual([]);
});

test('five rebinds leave one membership, two sockets and no further open file', async () => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const before = { files: anna.openFiles, sockets: host.udpSockets().length };
  const addresses = [11, 31, 32, 33, 34, 35].map((last) => `10.77.0.${last}`);
  for (const [index, address] of addresses.slice(1).entries()) {
    host.changeAddress(addresses[index] ?? '', address);
    await anna.waitFor('beacon.up', { fields: { address } });
    expect(host.membershipUsers(GROUP), `users of the membership after ${address}`).toBe(1);
    // Closer than this they would be one change.
    await sleep(1_100);
  }
  expect({ files: anna.openFiles, sockets: host.udpSockets().length }).toEqual(before);
  expect(before.sockets).toBe(2);
  expect(anna.all('child.restarted')).toEqual([]);
});
