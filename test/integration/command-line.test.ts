/** The built program from the command line. Needs neither root nor a network. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type CommandOptions, CommandProcess } from '../support/command-process.ts';

const NOWHERE = { NETWORK_INTERFACE: 'nowhere0', DEVICE_NAME: 'anna', LED: 'none' };
const started: CommandProcess[] = [];

function start(args: readonly string[], settings = {}, options: CommandOptions = {}): CommandProcess {
  const command = new CommandProcess(args, { ...options, settings: { ...NOWHERE, ...settings } });
  started.push(command);
  return command;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((command) => command.stop('SIGKILL')));
});

test('npx . is this program', () => {
  const { version, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(bin).toEqual({ multitastic: 'dist/multitastic.cjs' });
  expect(execFileSync('npx', ['.', '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
});

test.for([
  [['--help'], /^Usage: multitastic \[command\]/],
  [['-h'], /^Usage: multitastic \[command\]/],
  [['watch', '--help'], /^Usage: multitastic watch /],
  [['blink', '--help'], /^Usage: multitastic blink /],
  [['--version'], /^\d+\.\d+\.\d+\n$/],
  [['keygen'], /^[\w+/]{43}=\n$/],
] as const)('%j answers on standard output, and ends with exit code 0', async ([args, answer]) => {
  const command = start(args);
  expect(await command.end()).toMatchObject({ code: 0 });
  expect(command.stdout).toMatch(answer);
  expect(command.stderr).toBe('');
});

test.for([
  [['--loud']],
  [['kitchen']],
  [['blink']],
  [['watch', 'anna', '--within', 'soon']],
  [['keygen', '--json']],
] as const)('%j is refused in one line on standard error, with exit code 64', async ([args]) => {
  const command = start(args);
  expect(await command.end()).toMatchObject({ code: 64 });
  expect(command.stdout).toBe('');
  expect(command.stderr).toMatch(/^multitastic: [^\n]+; see --help\n$/);
});

test.for([[[]], [['watch']], [['blink', 'anna']]] as const)(
  'multitastic %j with a wrong configuration ends with exit code 78, and says all that is wrong',
  async ([args]) => {
    const command = start(args, { MULTICAST_PORT: '0', FLEET_KEY: 'correct horse' });
    expect(await command.end()).toMatchObject({ code: 78 });
    expect(command.stdout).toBe('');
    expect(command.stderr).toContain('MULTICAST_PORT="0"');
    expect(command.stderr).toContain('FLEET_KEY: must be');
    expect(command.stderr).not.toContain('horse');
  },
);

test('the node writes sentences in text, with the time of day', async () => {
  const node = start([], { LOG_FORMAT: 'text' });
  await node.until('it waits', () => node.lines.length === 2);
  expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  expect(node.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''))).toEqual([
    expect.stringMatching(
      /^multitastic \d+\.\d+\.\d+ is "anna" \([\da-f]{12}\), on 239\.2\.3\.4:49002, every 15 s, gone after 35 s$/,
    ),
    'Waiting for a network: there is no network interface',
    'Stopping, because of SIGTERM',
    'Stopped',
  ]);
  for (const line of node.lines) expect(line).toMatch(/^\d\d:\d\d:\d\d {2}\S/);
});

test('a LED in the terminal blinks on standard error, and leaves nothing behind', async () => {
  const node = start([], { LOG_FORMAT: 'text', LED: 'terminal' });
  await node.until('it has blinked twice', () => node.stderr.split('●').length > 2);
  expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  expect(node.stderr).toMatch(/^(?:[○●]\r)+ \r$/);
  expect(node.stdout).not.toMatch(/[○●]/);
});

test.skipIf(spawnSync('script', ['-V']).error)('on a terminal Ctrl-C ends the node in order', async () => {
  const node = start([], {}, { terminal: true });
  await node.until('it waits', () => node.stdout.includes('Waiting for a network'));
  node.type('\x03');
  expect(await node.end()).toMatchObject({ code: 0 });
  expect(node.stdout).toContain('Stopping, because of SIGINT');
});

test('a node whose standard output is closed by its reader ends quietly at its next word', async () => {
  const node = start([], { LOG_FORMAT: 'text' });
  await node.until('it waits', () => node.lines.length === 2);
  node.closeOutput();
  expect(await node.stop('SIGTERM')).toMatchObject({ code: 0 });
  expect(node.stderr).toBe('');
});
