/** `blink NAME`: a person with a laptop finds a device. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import { TEST_PORT } from '../support/node-process.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('nft');

const keygen = () =>
  execFileSync(process.execPath, ['dist/multitastic.cjs', 'keygen'], { encoding: 'utf8' }).trim();

function start(label: string, host: number, name: string, settings: Readonly<Record<string, string>> = {}) {
  // As in life: nobody announces itself just when it is asked.
  return session.startNode(session.lab.addHost(label, `10.77.0.${host}`), name, {
    settings: { ANNOUNCE_INTERVAL_S: '15', ...settings },
  });
}

const addLaptop = () => session.lab.addHost('laptop', '10.77.0.20');

test('the device of that name blinks, and no other, within a second', async (context) => {
  const anna = start('a', 11, 'anna');
  const berta = start('b', 12, 'berta');
  await anna.waitFor('peer.two-way');
  const laptop = addLaptop();
  const startedAt = performance.now();
  const blink = session.startCommand(laptop, ['blink', 'anna']);
  const identified = await anna.waitFor('node.identified', { fields: { address: '10.77.0.20' } });
  expectRecovery(context, {
    scenario: 'a device blinks when it is looked for',
    measuredMs: identified.at - startedAt,
    targetMs: 1_000,
  });
  expect(await blink.end()).toMatchObject({ code: 0 });
  expect(blink.lines).toEqual(['anna (10.77.0.11) blinks']);
  expect(blink.stderr).toBe('');
  await anna.waitFor('node.blinked', { after: identified.at + 14_000, timeoutMs: 20_000 });
  expect(berta.all('node.identified')).toEqual([]);
  for (const node of [anna, berta]) expect(node.all('peer.joined')).toHaveLength(1);
});

test('the LED shows it: ten times a second, whatever it showed before', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  const lamp = session.startCommand(host, [], { DEVICE_NAME: 'lamp', LED: 'terminal', LOG_FORMAT: 'text' });
  await lamp.until('it is up', () => lamp.stdout.includes('Announcing ourselves'));
  const blink = session.startCommand(addLaptop(), ['blink', 'lamp']);
  await blink.until('it blinks', () => blink.stdout.includes('blinks'));
  const flashes = () => lamp.stderr.split('●').length - 1;
  const before = flashes();
  await sleep(3_000);
  // 30 of them; a machine that is busy may miss some.
  expect(flashes() - before).toBeGreaterThan(20);
  expect(flashes() - before).toBeLessThan(34);
});

test('all devices of the name blink, and the command says how many', async () => {
  const [one, other] = [start('a', 11, 'lamp'), start('b', 12, 'lamp')];
  await one.waitFor('peer.two-way');
  const blink = session.startCommand(addLaptop(), ['blink', 'lamp']);
  expect(await blink.end()).toMatchObject({ code: 0 });
  expect([...blink.lines].sort()).toEqual([
    '2 devices bear the name "lamp"; 2 of them blink',
    'lamp (10.77.0.11) blinks',
    'lamp (10.77.0.12) blinks',
  ]);
  for (const node of [one, other]) expect(node.all('node.identified')).toHaveLength(1);
});

test('it tells who refuses, who has just done so, and who cannot be told', async () => {
  const shy = start('a', 11, 'shy', { IDENTIFY: 'off' });
  const lamp = start('b', 12, 'lamp');
  const old = session.lab.addHost('old', '10.77.0.13');
  session.startScript(old, 'origin-speaker', {
    address: '10.77.0.13',
    announcement: 'multitastic:old',
    'interval-ms': 1_000,
  });
  await shy.waitFor('peer.two-way');
  const laptop = addLaptop();
  const run = async (name: string) => {
    const blink = session.startCommand(laptop, ['blink', name]);
    const { code } = await blink.end();
    return [code, ...blink.lines];
  };
  expect(await run('shy')).toEqual([2, 'shy (10.77.0.11) refuses: its owner has set IDENTIFY to off']);
  expect(await run('lamp')).toEqual([0, 'lamp (10.77.0.12) blinks']);
  expect(await run('lamp')).toEqual([
    2,
    'lamp (10.77.0.12) has blinked just now; it does so at most every 30 s',
  ]);
  expect(await run('old')).toEqual([2, 'old (10.77.0.13) cannot be told: it speaks only the classic frame']);
  expect(await run('nobody')).toEqual([1, 'No device named "nobody" was heard within 20 s']);
  expect(lamp.all('node.identified')).toHaveLength(1);
  expect(shy.all('node.identified')).toEqual([]);
});

test('a device that does not hear the group is told by unicast once it is heard', async () => {
  const lamp = start('a', 11, 'lamp', { ANNOUNCE_INTERVAL_S: '2' });
  const laptop = addLaptop();
  laptop.drop('output', TEST_PORT);
  const blink = session.startCommand(laptop, ['blink', 'lamp']);
  expect(await blink.end()).toMatchObject({ code: 0 });
  expect(blink.lines).toEqual(['lamp (10.77.0.11) blinks']);
  expect(lamp.all('node.identified')).toHaveLength(1);
});

test('in a fleet with a key only whoever has it can make a device blink', async () => {
  const key = keygen();
  const lamp = start('a', 11, 'lamp', { FLEET_KEY: key, ANNOUNCE_INTERVAL_S: '2' });
  await lamp.waitFor('beacon.up');
  const laptop = addLaptop();
  const stranger = session.startCommand(laptop, ['blink', 'lamp']);
  const other = session.startCommand(laptop, ['blink', 'lamp'], { FLEET_KEY: keygen() });
  expect((await stranger.end()).code).toBe(1);
  expect((await other.end()).code).toBe(1);
  expect(stranger.stdout).toContain('FLEET_KEY is needed');
  expect(other.stdout).toContain('another key');
  expect(lamp.all('node.identified')).toEqual([]);
  const friend = session.startCommand(laptop, ['blink', 'lamp'], { FLEET_KEY: key });
  expect(await friend.end()).toMatchObject({ code: 0 });
  expect(lamp.all('node.identified')).toHaveLength(1);
});

test('without a network it says so', async () => {
  const laptop = session.lab.addHostWithoutInterface('laptop');
  const blink = session.startCommand(laptop, ['blink', 'lamp']);
  expect(await blink.end()).toMatchObject({ code: 1 });
  expect(blink.lines).toEqual([
    'No device named "lamp" was heard within 20 s. Waiting for a network: there is no network interface',
  ]);
});
