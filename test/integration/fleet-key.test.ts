/** Fleets with a key on the real kernel: who is a friend, who is a stranger, and who had better be silent. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';

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
