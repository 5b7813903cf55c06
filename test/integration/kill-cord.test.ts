/** The interface is fine, and still nothing comes in or gets out: what only the tick and the errno of a send can tell. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Acquaintances } from '../support/acquaintances.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP, TEST_PORT } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('nft');

/** 2 × the interval of 1 s + 5 s. */
const TICK_MS = 7_000;

test('a node that does not even hear itself starts tick and beacon afresh, and leaves nothing open', async (context) => {
  // A hold beyond the tick, so that nobody is missed before it.
  const pair = await Acquaintances.meet(session, { HOLD_S: '20' });
  const { host, anna } = pair;
  const before = { files: anna.openFiles, sockets: host.udpSockets().length };
  const deaf = performance.now();
  host.drop('input', TEST_PORT);
  const missed = await anna.waitFor('tick.missed', { after: deaf, timeoutMs: TICK_MS + 5_000 });
  expect(missed.fields.silentMs).toBeGreaterThanOrEqual(TICK_MS);
  await anna.waitFor('child.restarted', { after: deaf, fields: { child: 'tick', restarts: 1 } });
  const up = await anna.waitFor('beacon.up', { after: deaf });
  const freed = performance.now();
  host.dropNothing();
  const heard = await anna.waitFor('peer.heard', { after: freed, fields: { peer: 'berta' } });
  expect(up.at - missed.at).toBeLessThan(2_000);
  expect(anna.all('beacon.down', { after: deaf })).toHaveLength(1);
  expect(anna.all('child.restarted')).toHaveLength(1);
  // What the board is, is found out meanwhile by programs that end again.
  for (const since = performance.now(); anna.openFiles > before.files && performance.now() - since < 3_000; )
    await sleep(100);
  expect({ files: anna.openFiles, sockets: host.udpSockets().length }).toEqual(before);
  expect(host.membershipUsers(GROUP)).toBe(1);
  for (const node of pair.both) expect(node.all('peer.left')).toEqual([]);
  expectRecovery(context, { scenario: 'deaf, and cured', measuredMs: heard.at - freed, targetMs: 1_100 });
});

test('a send that the kernel refuses is told once, crashes nothing, and is over when it is over', async () => {
  const pair = await Acquaintances.meet(session);
  const { host, anna } = pair;
  const refused = performance.now();
  host.drop('output', TEST_PORT);
  await anna.waitFor('send.failed', { after: refused, fields: { code: 'EPERM' } });
  await sleep(3_000);
  const freed = performance.now();
  host.dropNothing();
  await anna.waitFor('send.recovered', { after: refused });
  await pair.heardAgainMs(freed);
  expect(anna.all('send.failed')).toHaveLength(1);
  expect(anna.all('child.restarted')).toEqual([]);
  for (const node of pair.both) expect(node.all('peer.left')).toEqual([]);
});
