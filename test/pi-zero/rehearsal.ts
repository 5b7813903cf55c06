/**
 * Makes the packaged product by rehearsing deploy/Dockerfile: the same steps in the same order, in the board's root
 * (Debian for ARMv6) where the image has Alpine. Every step runs as ARM code on an emulated ARM1176 (the snapshot's on a better processor, as
 * balena's builders have), with two exceptions that cannot: `npm ci` and `npm run` hang there, so they run on the host, in the same folder; and `apk` and
 * `npm rebuild` are played by the scripts below, since Debian has no apk and the root no npm.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { boardRoot } from './cache.ts';
import { type Instruction, type Stage, stagesOf } from './dockerfile.ts';
import { run } from './host-command.ts';

const repository = join(import.meta.dirname, '..', '..');

/** Refuses every instruction that the Zero W's processor does not have. */
const strictArmV6 = { QEMU_CPU: 'arm1176' };

/** balena's builders have a better processor, and a snapshot that is made on it has to fit the Zero W's. */
const buildersProcessor = { QEMU_CPU: 'max' };

/** In front of the path of every step. */
const understudies = '/rehearsal';

/** What the image adds with apk is in the root already; what kind of ARM it is, is told in Alpine's words. */
const apk = `#!/bin/sh
case "$1" in
  --print-arch) test "$(dpkg --print-architecture)" = armel && echo armhf ;;
  add) ;;
  *) echo "apk $*: not rehearsed" >&2; exit 1 ;;
esac
`;

/** What node-gyp would do, without the Python it needs. */
const npm = `#!/bin/sh
test "$*" = "rebuild epoll" || { echo "npm $*: not rehearsed" >&2; exit 1; }
mkdir -p node_modules/epoll/build/Release
exec g++ -O2 -shared -fPIC -std=c++20 -DNODE_GYP_MODULE_NAME=epoll -DBUILDING_NODE_EXTENSION \\
  -I"$npm_config_nodedir/include/node" -Inode_modules/nan \\
  node_modules/epoll/src/epoll.cc -o node_modules/epoll/build/Release/epoll.node
`;

/** Fills `into` with what the image's last stage holds in /app, and `start`, which does what its ENV and CMD say. */
export function packageProduct(into: string): void {
  const stages = stagesOf(readFileSync(join(repository, 'deploy/Dockerfile'), 'utf8'));
  const keep = join(boardRoot(), 'rehearsed');
  rmSync(keep, { recursive: true, force: true });
  layUnderstudies();
  for (const stage of stages) rehearse(stage, keep);
  rmSync(into, { recursive: true, force: true });
  cpSync(join(boardRoot(), 'app'), into, { recursive: true });
  writeStart(stages.at(-1), join(into, 'start'));
  for (const folder of ['app', 'build', 'rehearsed', understudies])
    rmSync(join(boardRoot(), folder), { recursive: true });
}

function layUnderstudies(): void {
  mkdirSync(join(boardRoot(), understudies), { recursive: true });
  for (const [name, text] of Object.entries({ apk, npm })) {
    writeFileSync(join(boardRoot(), understudies, name), text);
    chmodSync(join(boardRoot(), understudies, name), 0o755);
  }
}

/** Runs one stage on empty folders, and keeps what it made for the stages that copy from it. */
function rehearse({ name, instructions }: Stage, keep: string): void {
  for (const folder of ['app', 'build']) {
    rmSync(join(boardRoot(), folder), { recursive: true, force: true });
    mkdirSync(join(boardRoot(), folder));
  }
  let workdir = '/';
  for (const { keyword, rest } of instructions) {
    if (keyword === 'WORKDIR') workdir = rest;
    else if (keyword === 'RUN') runStep(rest, workdir);
    else if (keyword === 'COPY') copyStep(rest, workdir, keep);
    else if (!['ENV', 'CMD', 'HEALTHCHECK'].includes(keyword)) throw new Error(`${keyword} is not rehearsed`);
  }
  if (name) cpSync(join(boardRoot(), 'app'), join(keep, name, 'app'), { recursive: true });
}

function runStep(command: string, workdir: string): void {
  if (/^npm (ci|run) /.test(command)) {
    run('sh', ['-c', command], { cwd: join(boardRoot(), workdir) });
    return;
  }
  const script = `export PATH=${understudies}:$PATH && cd ${workdir} && ${command}`;
  const env = command.includes('make-snapshot') ? buildersProcessor : strictArmV6;
  run('chroot', [boardRoot(), 'sh', '-c', script], { env });
}

function copyStep(rest: string, workdir: string, keep: string): void {
  const [, stage, paths = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
  const sources = paths.split(/\s+/);
  const target = join(boardRoot(), workdir, sources.pop() ?? '');
  for (const source of sources) {
    const from = stage ? join(keep, stage, source) : join(repository, source);
    if (!existsSync(from)) throw new Error(`COPY ${rest}: there is no ${source}`);
    // A folder's content is copied, a file keeps its name where the target is a folder.
    const intoFolder = stage === undefined && /\.\w+$/.test(source);
    cpSync(from, intoFolder ? join(target, basename(source)) : target, { recursive: true });
  }
}

function writeStart(lastStage: Stage | undefined, path: string): void {
  const values = (wanted: string): readonly Instruction[] =>
    lastStage?.instructions.filter(({ keyword }) => keyword === wanted) ?? [];
  const command = JSON.parse(values('CMD')[0]?.rest ?? '[]') as string[];
  if (command.length === 0) throw new Error('The Dockerfile has no CMD.');
  const environment = values('ENV').map(({ rest }) => `export ${rest}\n`);
  const text = `#!/bin/sh\ncd "$(dirname "$0")"\n${environment.join('')}exec ${command.join(' ')}\n`;
  writeFileSync(path, text, { mode: 0o755 });
}
