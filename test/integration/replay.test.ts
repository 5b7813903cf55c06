/** An attacker on the LAN records what a device says, and plays it back when the device is gone, from its own address. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { changes, endpointOf } from '../support/company.ts';
import type { JsonLineProcess } from '../support/json-line-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import type { NodeProcess } from '../support/node-process.ts';

const session = useNetworkLab();

const HOLD = { HOLD_S: '3' };
const VICTIM = '10.77.0.12';

function keygen(): string {
  return execFileSync(process.execPath, ['dist/multitastic.cjs', 'keygen'], { encoding: 'utf8' }).trim();
}

/** Anna and berta, and an attacker who has recorded berta for a while. */
async function recordBerta(settings: Readonly<Record<string, string>>) {
  const attackersHost = session.lab.addHost('x', '10.77.0.13');
  const options = { address: '10.77.0.13', victim: VICTIM };
  const attacker = session.startScript(attackersHost, 'recorder', options);
  await attacker.waitFor('recording');
  const host = session.lab.addHost('a', '10.77.0.11');
  const hostOfBerta = session.lab.addHost('b', VICTIM);
  const anna = session.startNode(host, 'anna', { settings });
  const berta = session.startNode(hostOfBerta, 'berta', { settings });
  await anna.waitFor('peer.two-way', { fields: { peer: 'berta' } });
  await berta.waitFor('peer.two-way', { fields: { peer: 'anna' } });
  await sleep(3_000);
  return { attackersHost, attacker, host, hostOfBerta, anna, berta };
}

/** Plays the recording, and waits until whatever it does must have shown. */
async function play(
  attacker: JsonLineProcess,
): Promise<{ frames: number; disguised: unknown; from: number }> {
  const from = performance.now();
  process.kill(attacker.pid, 'SIGUSR2');
  const { fields } = await attacker.waitFor('played', { after: from });
  await sleep(700);
  return { frames: Number(fields.frames), disguised: fields.disguised, from };
}

/** Berta is gone without a word, and the attacker takes her address. */
async function impersonate({ attackersHost, hostOfBerta, anna }: Awaited<ReturnType<typeof recordBerta>>) {
  hostOfBerta.losePower();
  hostOfBerta.detach();
  const gone = performance.now();
  attackersHost.addAddress(VICTIM);
  await anna.waitFor('peer.left', { after: gone, fields: { peer: 'berta', reason: 'silent' } });
}

test('a recorded device is no friend: not after it is gone, not after our restart, and not after both', async () => {
  const settings = { ...HOLD, FLEET_KEY: keygen() };
  const scene = await recordBerta(settings);
  const { attacker, host, berta } = scene;
  const believed: string[] = [];
  let tried = 0;
  const attack = async (anna: NodeProcess): Promise<void> => {
    const { frames, from } = await play(attacker);
    tried += frames;
    believed.push(...changes(anna, from).map(({ event }) => event));
  };

  // Berta is there, and anna is started anew.
  host.losePower();
  const restarted = session.startNode(host, 'anna', { settings });
  await restarted.waitFor('peer.joined', { fields: { peer: 'berta', ...(await endpointOf(berta)) } });
  await attack(restarted);
  expect(restarted.all('peer.joined')).toHaveLength(1);

  // Berta is gone, and remembered, for two holds and as long as a listing is fresh; then no longer.
  await impersonate({ ...scene, anna: restarted });
  await attack(restarted);
  expect(restarted.all('peer.replayed', { fields: { address: VICTIM } }).length).toBeGreaterThan(0);
  await sleep(12_500);
  await attack(restarted);

  // Berta is gone, and anna is started anew.
  host.losePower();
  const alone = session.startNode(host, 'anna', { settings });
  await alone.waitFor('beacon.up');
  await attack(alone);
  await attack(alone);
  await sleep(2_000);
  expect(alone.all('peer.joined')).toEqual([]);
  expect(alone.all('peer.heard')).toEqual([]);
  console.log(`replayed on the kernel: ${tried} recorded frames tried, ${believed.length} believed`);
  expect(tried).toBeGreaterThan(25);
  expect(believed).toEqual([]);
});

test('the same recording of a device without a key is believed, so the attack is one', async () => {
  const scene = await recordBerta(HOLD);
  await impersonate(scene);
  // Beyond the second in which a goodbye may have overtaken what was said before it.
  await sleep(1_500);
  const { from, disguised } = await play(scene.attacker);
  expect(disguised).toBe(true);
  await scene.anna.waitFor('peer.joined', { after: from, fields: { peer: 'berta', address: VICTIM } });
});
