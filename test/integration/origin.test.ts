/**
 * Our node among speakers of the original program's wire, which were written from the protocol and not from our codec.
 * They understand one frame, so that is what they must hear from us as long as they are there, and nobody else needs it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Awaited, JsonLineProcess, LogRecord } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

function speaker(label: string, address: string, options: Readonly<Record<string, string | number>>) {
  return session.startScript(session.lab.addHost(label, address), 'origin-speaker', { address, ...options });
}

const isClassic = ({ fields }: LogRecord) => !String(fields.bytes).startsWith('multitastic/');
const isRich = ({ fields }: LogRecord) => String(fields.bytes).startsWith('multitastic/2 {');

/** The classic frames that a speaker heard from our node, whose address is 10.77.0.11. */
function classicHeard(origin: JsonLineProcess, { after = 0 }: Awaited = {}): readonly LogRecord[] {
  return origin.all('heard', { after, fields: { address: '10.77.0.11' } }).filter(isClassic);
}

async function firstClassic(origin: JsonLineProcess, after = 0): Promise<LogRecord> {
  await origin.until(() => classicHeard(origin, { after }).length > 0, 10_000);
  const [first] = classicHeard(origin, { after });
  if (!first) throw new Error(`no classic frame was ever heard. ${origin.story(12)}`);
  return first;
}

const VARIANTS = [
  { variant: 'with a colon', announcement: 'multitastic:elixir' },
  { variant: 'without a colon', announcement: 'multitasticelixir' },
];

test.for(VARIANTS)(
  'a node of the origin, $variant, is listed, and hears us byte for byte',
  async ({ variant, announcement }, context) => {
    const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
    await node.waitFor('beacon.up');
    const origin = speaker('o', '10.77.0.21', { announcement, 'interval-ms': 1_000 });
    const listening = await origin.waitFor('listening');
    await node.waitFor('peer.joined', { fields: { peer: 'elixir', address: '10.77.0.21', port: 49002 } });
    const first = await firstClassic(origin);
    expect(first.fields.bytes).toBe('multitastic:anna');
    // What we send is the same however often, and all else is rich.
    await sleep(2_500);
    const bytes = classicHeard(origin).map(({ fields }) => fields.bytes);
    expect(bytes.length).toBeGreaterThanOrEqual(2);
    expect(new Set(bytes)).toEqual(new Set(['multitastic:anna']));
    const others = origin
      .all('heard', { fields: { address: '10.77.0.11' } })
      .filter((each) => !isClassic(each));
    expect(others.filter((each) => !isRich(each))).toEqual([]);
    expect(node.all('peer.joined')).toHaveLength(1);
    expect(node.all('peer.renewed')).toEqual([]);
    expectRecovery(context, {
      scenario: `an origin node, ${variant}, hears its first classic frame`,
      measuredMs: first.at - listening.at,
      targetMs: 1_000,
      origin: 'up to 15 s',
    });
  },
);

test('a LAN without a node of the origin carries no classic frame', async () => {
  const listener = speaker('o', '10.77.0.21', {});
  await listener.waitFor('listening');
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  await anna.waitFor('peer.two-way');
  await berta.waitFor('peer.two-way');
  await sleep(3_000);
  const goodbyes = performance.now();
  await anna.stop();
  await listener.waitFor('heard', { after: goodbyes, fields: { address: '10.77.0.11' } });
  const heard = listener.all('heard');
  expect(heard.length).toBeGreaterThan(10);
  expect(heard.filter((each) => !isRich(each))).toEqual([]);
});

test('classic frames end with the hold of the last node that needed them', async () => {
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', {
    settings: { HOLD_S: '3' },
  });
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  const listener = speaker('p', '10.77.0.22', {});
  await firstClassic(listener);
  await origin.stop('SIGKILL');
  const left = await node.waitFor('peer.left', { fields: { peer: 'elixir', reason: 'silent', peers: 0 } });
  await sleep(2_500);
  // The line and the frame take different ways to us.
  expect(classicHeard(listener, { after: left.at + 100 })).toEqual([]);
  expect(listener.all('heard', { after: left.at + 100 }).length).toBeGreaterThanOrEqual(2);
});

test('a name beyond ASCII is reduced to it in what the origin hears', async () => {
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'Küche');
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  expect((await firstClassic(origin)).fields.bytes).toBe('multitastic:Kuche');
});

test('an origin node that is new is answered, long before our next announcement', async (context) => {
  const settings = { ANNOUNCE_INTERVAL_S: '60' };
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  await node.waitFor('beacon.up');
  // Past the hellos.
  await sleep(2_500);
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir' });
  const listening = await origin.waitFor('listening');
  const heard = await firstClassic(origin);
  expect(heard.fields.bytes).toBe('multitastic:anna');
  expectRecovery(context, {
    scenario: 'a new origin node knows us',
    measuredMs: heard.at - listening.at,
    targetMs: 1_000,
    origin: 'up to 15 s',
  });
});

test('an origin node that falls silent is missed', async (context) => {
  const settings = { HOLD_S: '3' };
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings });
  const origin = speaker('o', '10.77.0.21', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  await node.waitFor('peer.joined', { fields: { peer: 'elixir' } });
  await origin.stop('SIGKILL');
  const lastHeard = node.all('peer.heard', { fields: { peer: 'elixir' } }).at(-1)?.at ?? 0;
  const left = await node.waitFor('peer.left', { fields: { peer: 'elixir', reason: 'silent', peers: 0 } });
  // By its own clock: a busy machine may have read us the last announcement late.
  expect(left.fields.silentMs).toBeGreaterThanOrEqual(3_000);
  expectRecovery(context, {
    scenario: 'a silent origin node is missed (our hold, 3 s)',
    measuredMs: left.at - lastHeard,
    targetMs: 4_000,
  });
});

test.for([
  'multitastic/2 {"id":"0123456789ab"}',
  'multitastic/3 {"id":"0123456789ab","name":"later"}',
  'multitastic/2s later',
])('%s is no peer', async (announcement) => {
  const node = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  await node.waitFor('beacon.up');
  speaker('o', '10.77.0.21', { announcement, 'interval-ms': 100 });
  speaker('p', '10.77.0.22', { announcement: 'multitastic:elixir', 'interval-ms': 1_000 });
  await node.waitFor('datagram.refused', { fields: { address: '10.77.0.21' } });
  await node.waitFor('peer.joined', { fields: { peer: 'elixir' } });
  await sleep(500);
  expect(node.all('peer.joined')).toHaveLength(1);
});
