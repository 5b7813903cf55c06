/** Our node among speakers of the original program's wire, which were written from the protocol and not from our codec. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

function speaker(label: string, address: string, options: Readonly<Record<string, string | number>>) {
  return session.startScript(session.lab.addHost(label, address), 'origin-speaker', { address, ...options });
}

test.for([
  { variant: 'with a colon', announcement: 'multitastic:elixir' },
  { variant: 'without a colon', announcement: 'multitasticelixir' },
])('a node of the origin, $variant, is listed, and hears us byte for byte', async ({ announcement }) => {
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const origin = speaker('o', '10.77.0.21', { announcement, 'interval-ms': 1_000 });
  await node.waitFor('peer.joined', { fields: { peer: 'elixir', address: '10.77.0.21', port: 49002 } });
  const heard = await origin.waitFor('heard', { fields: { address: '10.77.0.11' } });
  expect(heard.fields.bytes).toBe('multitastic:anna');
  // What we send is the same however often.
  await sleep(2_000);
  const all = origin.all('heard', { fields: { address: '10.77.0.11' } });
  expect(new Set(all.map(({ fields }) => fields.bytes))).toEqual(new Set(['multitastic:anna']));
  expect(node.all('peer.joined')).toHaveLength(1);
});

test('a name beyond ASCII is reduced to it in what the origin hears', async () => {
  const origin = speaker('o', '10.77.0.21', {});
  await origin.waitFor('listening');
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'Küche');
  const heard = await origin.waitFor('heard', { fields: { address: '10.77.0.11' } });
  expect(heard.fields.bytes).toMatch(/^multitastic:[\x21-\x7e]{1,63}$/);
});

test('an origin node that is new is answered, long before our next announcement', async (context) => {
  const settings = { ANNOUNCE_INTERVAL_S: '60' };
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  await node.waitFor('beacon.up');
  // Past the hellos.
  await sleep(2_500);
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir' });
  const listening = await origin.waitFor('listening');
  const heard = await origin.waitFor('heard', { fields: { bytes: 'multitastic:anna' } });
  expectRecovery(context, {
    scenario: 'a new origin node knows us',
    measuredMs: heard.at - listening.at,
    targetMs: 1_000,
    origin: 'up to 15 s',
  });
});

test('an origin node that falls silent is missed', async () => {
  const settings = { HOLD_S: '3' };
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  await node.waitFor('peer.joined', { fields: { peer: 'elixir' } });
  await origin.stop('SIGKILL');
  await node.waitFor('peer.left', { fields: { peer: 'elixir', reason: 'silent', peers: 0 } });
});

test('a frame of a later protocol is no peer', async () => {
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  await node.waitFor('beacon.up');
  speaker('o', '10.77.0.21', { announcement: 'multitastic/2 {"id":"0123456789ab"}', 'interval-ms': 100 });
  speaker('p', '10.77.0.22', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  await node.waitFor('peer.joined', { fields: { peer: 'elixir' } });
  await sleep(1_000);
  expect(node.all('peer.joined')).toHaveLength(1);
});
