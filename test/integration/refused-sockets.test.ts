/** The kernel refuses us a socket: for a while, which is a state, or for good, which the supervisor decides about. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { JsonLineProcess } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP, TEST_PORT } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('setpriv', 'nft');

/** Sits on the port and shares it with nobody. */
const OCCUPANT = `require('node:dgram').createSocket('udp4')
  .bind(${TEST_PORT}, '0.0.0.0', () => console.log('{"event":"occupied"}'))`;

test('a port that somebody else holds is waited for', async (context) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const command = ['ip', 'netns', 'exec', host.namespace, process.execPath, '-e', OCCUPANT];
  const occupant = new JsonLineProcess('occupant', command, {});
  context.onTestFinished(async () => void (await occupant.stop('SIGKILL')));
  await occupant.waitFor('occupied');
  const anna = session.startNode(host, 'anna');
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  await anna.waitFor('beacon.blocked', { fields: { code: 'EADDRINUSE' } });
  await sleep(4_000);
  expect(anna.all('beacon.blocked')).toHaveLength(1);
  expect(anna.all('child.restarted')).toEqual([]);

  await occupant.stop('SIGKILL');
  const freed = performance.now();
  await anna.waitFor('beacon.unblocked', { timeoutMs: 20_000 });
  await anna.waitFor('beacon.up');
  const joined = await berta.waitFor('peer.joined', { fields: { peer: 'anna' } });
  expect(host.membershipUsers(GROUP)).toBe(1);
  expectRecovery(context, { scenario: 'port freed', measuredMs: joined.at - freed, targetMs: 10_000 });
});

test('a port that we may not have is a crash with its cause, and the next try waits', async () => {
  const settings = { MULTICAST_PORT: '100' };
  const prefix = ['setpriv', '--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service'];
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings, prefix });
  const { fields } = await anna.waitFor('child.restarted', { fields: { restarts: 1 } });
  expect(fields.cause).toContain('EACCES');
  await sleep(1_500);
  // A failing bind that is tried again at once would be at its fifth restart by now.
  expect(anna.all('child.restarted').length).toBeLessThanOrEqual(2);
  expect(anna.running).toBe(true);
});

test('ICMP errors, which anybody can bring about or forge, change nothing', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const anna = session.startNode(host, 'anna');
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  const { fields } = await anna.waitFor('beacon.up');
  await anna.waitFor('peer.two-way');
  const stranger = session.lab.addHost('x', '10.77.0.100');
  stranger.refuse();
  const target = { group: '10.77.0.11', port: Number(fields.sourcePort) };
  const asker = { kind: 'question', addresses: '10.77.0.100', datagrams: 20, rate: 20, ...target };
  await session.startScript(stranger, 'flooder', asker).waitFor('flooded');
  await sleep(3_000);
  expect(host.icmpErrors()).toBeGreaterThanOrEqual(5);
  for (const node of [anna, berta])
    for (const event of ['child.restarted', 'send.failed', 'peer.left', 'beacon.reopened'])
      expect(node.all(event)).toEqual([]);
});

test('a node that is stopped leaves no socket and no membership behind', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const anna = session.startNode(host, 'anna');
  await anna.waitFor('beacon.up');
  expect(host.membershipUsers(GROUP)).toBe(1);
  expect(host.udpSockets()).toContain(`${GROUP}:${TEST_PORT}`);
  const { code, tookMs } = await anna.stop('SIGINT');
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(3_000);
  expect(anna.records.slice(-1).map(({ event }) => event)).toEqual(['node.stopped']);
  expect(anna.all('beacon.down')).toHaveLength(1);
  expect(host.udpSockets()).toEqual([]);
  expect(host.membershipUsers(GROUP)).toBe(0);
});
