/**
 * The image's start command with this machine's Node: from the start-up snapshot, and from the bundle where that is of no
 * use. Needs neither root nor a network: the interface that the node is told to use does not exist.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { JsonLineProcess } from '../support/json-line-process.ts';

let app: string;
let good: Buffer;
let node: JsonLineProcess;
const blob = () => join(app, 'multitastic.blob');

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), 'start-command-'));
  for (const file of ['dist/multitastic.cjs', 'deploy/start.sh', 'deploy/trim-snapshot.mjs'])
    cpSync(file, join(app, file.replace(/.*\//, '')));
  execFileSync('sh', [join(app, 'start.sh'), 'make-snapshot'], { stdio: 'pipe' });
  good = readFileSync(blob());
});
afterEach(async () => {
  if (!node) return;
  const left = nodeProcess();
  if (left) process.kill(left.pid, 'SIGKILL');
  await node.end();
  writeFileSync(blob(), good);
});
afterAll(() => rmSync(app, { recursive: true }));

function start(settings: Readonly<Record<string, string>> = {}): JsonLineProcess {
  node = new JsonLineProcess('the start command', ['sh', join(app, 'start.sh')], {
    NETWORK_INTERFACE: 'nowhere0',
    DEVICE_NAME: 'anna',
    LOG_FORMAT: 'json',
    LED: 'none',
    ...settings,
  });
  return node;
}

/** The process that runs Node: the start command's child, or itself when it has become Node. */
function nodeProcess(): { pid: number; fromSnapshot: boolean } | undefined {
  const processes = execFileSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const ours = processes.map((line) => line.trim().split(/\s+/)).filter((words) => words[2] === 'node');
  const [pid, , ...args] = ours.find((words) => words.slice(0, 2).includes(String(node.pid))) ?? [];
  return pid ? { pid: Number(pid), fromSnapshot: args.includes('--snapshot-blob') } : undefined;
}

test('starts from the snapshot, with the environment of now, and ends with exit code 0 on SIGTERM', async () => {
  start({ DEVICE_NAME: 'berta' });
  expect((await node.waitFor('node.started')).fields).toMatchObject({ name: 'berta' });
  await node.waitFor('address.awaited');
  expect(nodeProcess()?.fromSnapshot).toBe(true);
  expect(await node.stop('SIGTERM')).toMatchObject({ code: 0, signal: null });
  expect(node.records.at(-1)?.event).toBe('node.stopped');
  expect(node.all('snapshot.refused')).toEqual([]);
  expect(node.stderr).toBe('');
});

test('the snapshot is without the compiled code of what is never loaded', () => {
  expect(good.subarray(-8)).toEqual(Buffer.alloc(8)); // No entries.
});

const WARMING = 'hostName:"warm-up"})';

test.each([
  ['does not start the product', () => ''],
  [
    'is of a warm-up that never ended',
    (bundle: string) => {
      expect(bundle).toContain(WARMING);
      return bundle.replace(WARMING, `${WARMING};await new Promise(()=>{})`);
    },
  ],
])('no snapshot is kept that %s', (_, spoil) => {
  const elsewhere = join(app, 'elsewhere');
  mkdirSync(elsewhere, { recursive: true });
  for (const file of ['start.sh', 'trim-snapshot.mjs']) cpSync(join(app, file), join(elsewhere, file));
  writeFileSync(
    join(elsewhere, 'multitastic.cjs'),
    spoil(readFileSync(join(app, 'multitastic.cjs'), 'utf8')),
  );
  execFileSync('sh', [join(elsewhere, 'start.sh'), 'make-snapshot'], { stdio: 'pipe' });
  expect(readdirSync(elsewhere)).not.toContain('multitastic.blob');
});

test('loads from the snapshot what the product loads later', async () => {
  start({ LOG_LEVEL: 'debug' });
  await node.waitFor('vitals.sampled', { timeoutMs: 20_000 });
  await node.stop();
  expect(node.stderr).toBe('');
});

const useless: Record<string, () => void> = {
  'is missing': () => rmSync(blob()),
  'is empty': () => truncateSync(blob()),
  'is cut short': () => writeFileSync(blob(), good.subarray(0, -1_000)),
  'is damaged': () => writeFileSync(blob(), damaged(good)),
  'is no snapshot': () => writeFileSync(blob(), 'snapshot'),
  'is of another Node': () => writeFileSync(blob(), otherNodes(good)),
};

/** As a worn-out SD card might give it back. */
function damaged(snapshot: Buffer): Buffer {
  const spoilt = Buffer.from(snapshot);
  spoilt.fill(0xff, 400_000, 400_512);
  return spoilt;
}

/** As if an older Node had made it: its version stands at the beginning. */
function otherNodes(snapshot: Buffer): Buffer {
  const spoilt = Buffer.from(snapshot);
  spoilt.write('v0', spoilt.indexOf(process.version));
  return spoilt;
}

test.for(Object.keys(useless))(
  'starts from the bundle when the snapshot %s, and says so once',
  async (how) => {
    useless[how]?.();
    start();
    await node.waitFor('address.awaited');
    expect(node.all('snapshot.refused')).toHaveLength(1);
    expect(nodeProcess()).toMatchObject({ pid: node.pid, fromSnapshot: false });
    expect(await node.stop('SIGTERM')).toMatchObject({ code: 0, signal: null });
  },
);

test.for(['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const)(
  'a product that %s ends has ended: that is no fault of the snapshot',
  async (signal) => {
    start();
    await node.waitFor('address.awaited');
    process.kill(nodeProcess()?.pid ?? 0, signal);
    const { code } = await node.end();
    expect(code).toBeGreaterThan(128);
    expect(node.all('node.started')).toHaveLength(1);
  },
);

test('a stop during the start is a stop', async () => {
  start();
  for (let looks = 0; nodeProcess() === undefined && looks < 100; looks += 1); // a look takes its time
  await node.stop('SIGTERM');
  expect(node.all('snapshot.refused')).toEqual([]);
});

test('a wrong configuration keeps its exit code', async () => {
  start({ LED: 'purple' });
  expect((await node.end()).code).toBe(78);
  expect(node.all('node.started')).toEqual([]);
});

/** Prints what would be dangerous to freeze; the snapshot is made after each has been used once. */
const telltale = `
  const tell = () => console.log(JSON.stringify({
    chance: Math.random(),
    secret: process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex'),
    clock: performance.now(),
    name: process.env.DEVICE_NAME,
    words: process.argv.slice(2),
  }));
  Math.random(); performance.now(); process.env.DEVICE_NAME;
  require('node:v8').startupSnapshot.setDeserializeMainFunction(tell);`;

test('Node freezes no chance, secret, clock, variable or word of the command line in a snapshot', () => {
  writeFileSync(join(app, 'telltale.cjs'), telltale);
  const run = (words: readonly string[], name: string) =>
    execFileSync('node', ['--snapshot-blob', join(app, 'telltale.blob'), ...words], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, DEVICE_NAME: name },
      stdio: 'pipe',
    });
  run(['--build-snapshot', join(app, 'telltale.cjs')], 'builder');
  const [one, other] = ['anna', 'berta'].map((name) => JSON.parse(run(['telltale.cjs', name], name)));
  expect(one).toMatchObject({ name: 'anna', words: ['anna'] });
  expect(other).toMatchObject({ name: 'berta', words: ['berta'] });
  expect(other.chance).not.toBe(one.chance);
  expect(other.secret).not.toBe(one.secret);
  for (const { clock } of [one, other]) expect(clock).toBeLessThan(5_000);
});
