/**
 * Boards with firmware that speaks only the classic frame, and boards with this one, on one LAN: as a fleet is while it
 * is being updated. The old ones must lose nobody, whatever the new ones do among themselves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { changes, company } from '../support/company.ts';
import type { JsonLineProcess } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

const INTERVAL_MS = 1_000;
const JITTERED_MS = 1.1 * INTERVAL_MS;
/** A frame that a busy machine delivers late makes one gap longer and the next shorter. */
const LATE_MS = 700;
const OBSERVED_MS = 8_000;

function oldBoard(label: string, address: string, announcement: string): JsonLineProcess {
  const options = { address, announcement, 'interval-ms': INTERVAL_MS };
  return session.startScript(session.lab.addHost(label, address), 'origin-speaker', options);
}

/** The moments at which somebody at an address was heard to say just these bytes. */
function moments(listener: JsonLineProcess, address: string, bytes: string, after: number): number[] {
  return listener.all('heard', { after, fields: { address, bytes } }).map(({ at }) => at);
}

function longestGapMs(from: number, at: readonly number[], to: number): number {
  const all = [from, ...at, to];
  return Math.max(...all.slice(1).map((each, index) => each - (all[index] ?? 0)));
}

test('old boards of both variants are kept while they speak, and hear each of us at their own cadence', async (context) => {
  const nodes = (['anna', 'berta'] as const).map((name, index) =>
    session.startNode(session.lab.addHost(name, `10.77.0.1${index + 1}`), name, {
      settings: { HOLD_S: '3' },
    }),
  );
  const boards = [
    oldBoard('o', '10.77.0.21', 'multitastic:elixir'),
    oldBoard('p', '10.77.0.22', 'multitasticerlang'),
  ];
  for (const node of nodes) {
    await node.waitFor('peer.joined', { fields: { peers: 3 } });
    // The classic frame of the other one may have come first: it is renewed by the rich one.
    await node.waitFor('peer.two-way');
  }
  const from = performance.now();
  await sleep(OBSERVED_MS);
  const to = performance.now();

  for (const [index, node] of nodes.entries()) {
    expect(company(node, from).map((who) => who.split(':')[0])).toEqual([
      `${nodes[1 - index]?.name} 10.77.0.1${2 - index}`,
      'elixir 10.77.0.21',
      'erlang 10.77.0.22',
    ]);
    expect(changes(node, from)).toEqual([]);
  }
  const gaps = boards.flatMap((board) =>
    nodes.map(({ name }, index) =>
      longestGapMs(from, moments(board, `10.77.0.1${index + 1}`, `multitastic:${name}`, from), to),
    ),
  );
  expectRecovery(context, {
    scenario: 'longest silence of ours for an old board (interval 1 s)',
    measuredMs: Math.max(...gaps),
    targetMs: JITTERED_MS,
    excuseMs: LATE_MS,
  });
});

test('the larger the fleet, the more rarely we speak to it, and an old board hears us as often as ever', async (context) => {
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const board = oldBoard('o', '10.77.0.21', 'multitastic:elixir');
  const crowd = session.lab.addHost('c', '10.77.0.30');
  // 62 devices at 20 announcements a second: one of ours in 3 s.
  session.startScript(crowd, 'fleet-speaker', { addresses: '10.77.0.30', devices: 60, interval: 3 });
  await anna.until(() => anna.records.some(({ fields }) => fields.peers === 61), 10_000);
  // Past the hellos, and past the few announcements in which the interval grows.
  await sleep(7_000);
  const from = performance.now();
  await sleep(OBSERVED_MS);
  const to = performance.now();
  const rich = board
    .all('heard', { after: from, fields: { address: '10.77.0.11' } })
    .filter(({ fields }) => String(fields.bytes).startsWith('multitastic/2 '));
  // Every 2.7 to 3.3 s, and perhaps once in answer or question.
  expect(rich.length).toBeGreaterThanOrEqual(2);
  expect(rich.length).toBeLessThanOrEqual(4);
  const classic = moments(board, '10.77.0.11', 'multitastic:anna', from);
  expect(classic.length).toBeLessThanOrEqual(OBSERVED_MS / (0.9 * INTERVAL_MS) + 1);
  expect(anna.all('peer.left')).toEqual([]);
  expect(anna.all('reachability.changed').at(-1)?.fields.to).toBe('ok');
  expectRecovery(context, {
    scenario: 'the same in a fleet of 62 (interval 3 s among themselves)',
    measuredMs: longestGapMs(from, classic, to),
    targetMs: JITTERED_MS,
    excuseMs: LATE_MS,
  });
});
