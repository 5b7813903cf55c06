/** `watch`: what a laptop on the LAN sees of the devices, without being one. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CommandProcess } from '../support/command-process.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP } from '../support/node-process.ts';

const session = useNetworkLab('script');

const keygen = () =>
  execFileSync(process.execPath, ['dist/multitastic.cjs', 'keygen'], { encoding: 'utf8' }).trim();

/** How many UDP datagrams the command's host has sent. */
function datagramsSent({ pid }: CommandProcess): number {
  const lines = readFileSync(`/proc/${pid}/net/snmp`, 'utf8').split('\n');
  const [names = '', figures = ''] = lines.filter((line) => line.startsWith('Udp: '));
  return Number(figures.split(' ')[names.split(' ').indexOf('OutDatagrams')]);
}

const told = (command: CommandProcess, event: string, peer?: string) =>
  command.events.filter((each) => each.event === event && (peer === undefined || each.peer === peer));

function addLaptop() {
  return session.lab.addHost('laptop', '10.77.0.20');
}

test('it lists who comes and goes, and what they tell of themselves, and sends nothing', async () => {
  const watch = session.startCommand(addLaptop(), ['watch', '--json']);
  await watch.until('it listens', () => told(watch, 'listener.up').length > 0);
  const a = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const b = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  await watch.until('both are there', () => told(watch, 'peer.joined').length === 2);
  await watch.until('they hear each other', () =>
    told(watch, 'peer.heard', 'anna').some(({ state, heardBy }) => state === 'heard' && heardBy === 1),
  );
  expect(told(watch, 'peer.heard', 'anna').at(-1)).toMatchObject({
    address: '10.77.0.11',
    firmware: '0.1.0',
    lossPercent: 0,
    level: 'debug',
  });
  await b.stop();
  await watch.until('berta has gone', () => told(watch, 'peer.left', 'berta').length === 1);
  await sleep(1_500);
  expect(datagramsSent(watch)).toBe(0);
  for (const node of [a, b])
    expect(node.all('peer.joined').map(({ fields }) => fields.address)).not.toContain('10.77.0.20');
  expect(await watch.stop()).toMatchObject({ code: 0 });
  expect(watch.stderr).toBe('');
});

test('it works beside a node on the same machine', async () => {
  const host = session.lab.addHost('a', '10.77.0.11');
  session.startNode(host, 'anna');
  const watch = session.startCommand(host, ['watch', 'anna', '--within', '20s']);
  expect(await watch.end()).toMatchObject({ code: 0 });
  expect(watch.lines).toEqual([expect.stringMatching(/^anna \(10\.77\.0\.11\) was heard after \d+\.\d s$/)]);
});

test('it waits for a network, and follows the address', async () => {
  const laptop = session.lab.addHostWithoutInterface('laptop');
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const watch = session.startCommand(laptop, ['watch', '--json']);
  await watch.until('it waits', () => told(watch, 'address.awaited').length > 0);
  laptop.attach();
  laptop.addAddress('10.77.0.20');
  await watch.until('anna is there', () => told(watch, 'peer.joined', 'anna').length > 0);
  laptop.changeAddress('10.77.0.20', '10.77.0.21');
  await watch.until('it listens at the other', () =>
    told(watch, 'listener.up').some(({ address }) => address === '10.77.0.21'),
  );
  const before = told(watch, 'peer.heard', 'anna').length;
  await watch.until('anna is heard there', () => told(watch, 'peer.heard', 'anna').length > before);
  expect(laptop.membershipUsers(GROUP)).toBe(1);
  expect(told(watch, 'peer.left')).toEqual([]);
});

test('--within tells by its exit code whether a device is there', async () => {
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const laptop = addLaptop();
  const here = session.startCommand(laptop, ['watch', 'anna', '--within', '20s']);
  const gone = session.startCommand(laptop, ['watch', 'berta', '--within', '3s']);
  expect(await here.end()).toMatchObject({ code: 0 });
  const ending = await gone.end();
  expect(ending.code).toBe(1);
  expect(gone.lines).toEqual(['Nobody named "berta" was heard within 3 s']);
});

test('--within that is interrupted has no answer', async () => {
  const watch = session.startCommand(addLaptop(), ['watch', 'anna', '--within', '30s']);
  await sleep(1_000);
  expect(await watch.stop()).toMatchObject({ code: 130 });
});

test('elsewhere than on a terminal it is a plain table, once a change', async () => {
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const watch = session.startCommand(addLaptop(), ['watch']);
  await watch.until('anna is in the table', () => /^anna {2}10\.77\.0\.11 {2}alone /m.test(watch.stdout));
  await anna.stop();
  await watch.until('anna has gone', () => /^anna {2}10\.77\.0\.11 {2}gone /m.test(watch.stdout));
  const { length } = watch.stdout;
  await sleep(3_000);
  expect(watch.stdout.length).toBe(length);
  expect(await watch.stop()).toMatchObject({ code: 0 });
  expect(watch.stdout).toMatch(/^Listening to 239\.2\.3\.4:49002 at 10\.77\.0\.20 \(eth0\)\n/);
  expect(watch.stdout).not.toContain('\x1b');
});

test('on a terminal it has the screen to itself, and gives it back', async () => {
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const watch = session.startCommand(addLaptop(), ['watch'], { TERM: 'xterm' }, true);
  await watch.until('it draws anna', () => watch.stdout.includes('anna'));
  expect(watch.stdout.startsWith('\x1b[?1049h\x1b[?25l')).toBe(true);
  watch.type('\x03');
  expect(await watch.end()).toMatchObject({ code: 0 });
  const [, after = ''] = watch.stdout.split('\x1b[?25h\x1b[?1049l');
  expect(after).toContain('anna');
  expect(after).not.toContain('\x1b');
});

test('in a fleet with a key it needs the key, and says that it has no proof of anybody', async () => {
  const key = keygen();
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', { settings: { FLEET_KEY: key } });
  const laptop = addLaptop();
  const stranger = session.startCommand(laptop, ['watch']);
  const friend = session.startCommand(laptop, ['watch'], { FLEET_KEY: key });
  const machine = session.startCommand(laptop, ['watch', '--json'], { FLEET_KEY: key });
  await stranger.until('it knows what is missing', () => stranger.stdout.includes('FLEET_KEY is needed'));
  await friend.until('it sees anna', () => /^anna .* alone \? /m.test(friend.stdout));
  await machine.until('it hears anna', () => told(machine, 'peer.heard', 'anna').length > 0);
  expect(stranger.stdout).not.toContain('anna');
  expect(friend.stdout).toContain('without proof');
  expect(told(machine, 'peer.heard', 'anna')[0]).toMatchObject({ proven: false });
});

test('it ends quietly when nobody reads on', async () => {
  session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna');
  const laptop = addLaptop();
  for (const args of [['watch'], ['watch', '--json']]) {
    const watch = session.startCommand(laptop, args);
    await watch.until('it has written something', () => watch.stdout !== '');
    watch.closeOutput();
    const another = session.lab.addHost(`b${args.length}`, `10.77.0.${12 + args.length}`);
    await session.startNode(another, 'berta').waitFor('beacon.up');
    expect(await watch.end()).toMatchObject({ code: 0 });
    expect(watch.stderr).toBe('');
  }
});
