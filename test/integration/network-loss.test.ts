/** The network is not there yet, or goes and comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Acquaintances } from '../support/acquaintances.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('bridge');

test('a node that is started before its interface exists waits, and is there when the address is', async (context) => {
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  const host = session.lab.addHostWithoutInterface('a');
  const a = session.startNode(host, 'anna');
  await a.waitFor('address.awaited', { fields: { reason: 'interface' } });
  await b.waitFor('beacon.up');
  await sleep(1_000);
  expect(host.udpSockets()).toEqual([]);

  host.attach();
  await sleep(500);
  const addressed = performance.now();
  host.addAddress('10.77.0.11');
  const up = await a.waitFor('beacon.up', { fields: { address: '10.77.0.11', interface: 'eth0' } });
  const joined = await b.waitFor('peer.joined', { fields: { peer: 'anna' } });
  await a.waitFor('peer.joined', { fields: { peer: 'berta' } });
  expect(a.all('address.awaited')).toHaveLength(1);
  expect(a.all('child.restarted')).toEqual([]);
  expectRecovery(context, {
    scenario: 'boot before network: beacon up',
    measuredMs: up.at - addressed,
    targetMs: 1_000,
  });
  expectRecovery(context, {
    scenario: 'boot before network: heard by a friend',
    measuredMs: joined.at - addressed,
    targetMs: 2_000,
    origin: 'crashes',
  });
});

test('a link that is gone for three seconds costs no friendship, and we are heard as soon as it is back', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const down = performance.now();
  host.carrier(false);
  await anna.waitFor('address.lost', { after: down, fields: { address: '10.77.0.11', reason: 'carrier' } });
  await anna.waitFor('beacon.down', { after: down });
  await sleep(3_000 - (performance.now() - down));
  expect(host.udpSockets()).toEqual([]);

  const back = performance.now();
  host.carrier(true);
  await anna.waitFor('address.available', {
    after: back,
    fields: { address: '10.77.0.11', interface: 'eth0' },
  });
  const measuredMs = await pair.heardAgainMs(back);
  for (const node of pair.both) expect(node.all('peer.left')).toEqual([]);
  for (const node of pair.both) expect(node.all('peer.joined')).toHaveLength(1);
  expect(host.membershipUsers(GROUP)).toBe(1);
  expectRecovery(context, {
    scenario: 'link flap of 3 s',
    measuredMs,
    targetMs: 1_000,
    origin: 'the application exits for good',
  });
});

test('a link that flaps faster than a look settles is opened anew all the same', async (context) => {
  const pair = await Acquaintances.meet(session);
  const down = performance.now();
  pair.host.carrier(false);
  await sleep(300);
  const back = performance.now();
  pair.host.carrier(true);
  await pair.anna.waitFor('address.changed', {
    after: down,
    fields: { reason: 'carrier', address: '10.77.0.11' },
  });
  await pair.anna.waitFor('beacon.up', { after: back });
  const measuredMs = await pair.heardAgainMs(back);
  expect(pair.anna.all('address.lost')).toEqual([]);
  expectRecovery(context, { scenario: 'link flap of 0.3 s', measuredMs, targetMs: 1_000 });
});

/** Until the bridge believes a member to be behind the port. */
async function reportedMs(port: string): Promise<number> {
  const from = performance.now();
  const elapsed = () => performance.now() - from;
  while (!session.lab.portsWithMembers(GROUP).includes(port) && elapsed() < 10_000) await sleep(20);
  return elapsed();
}

test('after a flap a switch that snoops memberships is told ours again', async (context) => {
  session.lab.bridge({ snooping: true });
  context.onTestFinished(() => session.lab.bridge({}));
  const { host } = await Acquaintances.meet(session);
  await reportedMs('a-eth0');
  host.carrier(false);
  await sleep(2_000);
  expect(session.lab.portsWithMembers(GROUP)).not.toContain('a-eth0');
  host.carrier(true);
  const measuredMs = await reportedMs('a-eth0');
  expectRecovery(context, { scenario: 'membership reported after a flap', measuredMs, targetMs: 1_000 });
});

test('while our link is down nobody is said to have left, and everybody gets a whole hold after it', async (context) => {
  const pair = await Acquaintances.meet(session, { HOLD_S: '3' });
  const { host, anna, berta } = pair;
  const down = performance.now();
  host.carrier(false);
  await berta.waitFor('peer.left', { after: down, fields: { peer: 'anna', reason: 'silent' } });
  await sleep(5_000 - (performance.now() - down));

  const back = performance.now();
  host.carrier(true);
  const joined = await berta.waitFor('peer.joined', { after: back, fields: { peer: 'anna' } });
  await pair.heardAgainMs(back);
  expect(anna.all('peer.left')).toEqual([]);
  expect(anna.all('peer.joined')).toHaveLength(1);
  // And not for ever: who falls silent now is missed.
  pair.hostOfBerta.losePower();
  await anna.waitFor('peer.left', { after: back, fields: { peer: 'berta', reason: 'silent' } });
  expectRecovery(context, {
    scenario: 'carrier lost for longer than the hold, address kept',
    measuredMs: joined.at - back,
    targetMs: 1_000,
  });
});

test('an interface set down and up again is used again, without its routes', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const down = performance.now();
  host.administrative(false);
  await anna.waitFor('address.lost', { after: down });
  const back = performance.now();
  host.administrative(true);
  await anna.waitFor('address.available', { after: back });
  const measuredMs = await pair.heardAgainMs(back);
  expect(host.membershipUsers(GROUP)).toBe(1);
  expectRecovery(context, { scenario: 'interface set down and up', measuredMs, targetMs: 1_000 });
});

test('an address that is taken away is waited for, and used when it comes again', async (context) => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const gone = performance.now();
  host.removeAddress('10.77.0.11');
  await anna.waitFor('address.lost', { after: gone, fields: { reason: 'address', interface: 'eth0' } });
  await anna.waitFor('beacon.down', { after: gone });
  expect(host.udpSockets()).toEqual([]);
  expect(host.membershipUsers(GROUP)).toBe(0);

  const back = performance.now();
  host.addAddress('10.77.0.11');
  const measuredMs = await pair.heardAgainMs(back);
  expect(host.membershipUsers(GROUP)).toBe(1);
  expectRecovery(context, { scenario: 'address taken away and given back', measuredMs, targetMs: 1_000 });
});
