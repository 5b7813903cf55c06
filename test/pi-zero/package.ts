/**
 * Makes the packaged product for the board: what the last stage of the image holds, in the order its build makes it.
 *
 * npm runs on the host, since for 32-bit ARM it hangs under the emulator; only the native addon is compiled as ARM code,
 * in the board's root, by a compiler that believes it runs on an ARM1176.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardRoot } from './cache.ts';
import { run } from './host-command.ts';

const repository = join(import.meta.dirname, '..', '..');
const modules = join(repository, 'node_modules');

/** The one native addon and what it loads at run time. */
const packagedModules = ['epoll', 'bindings', 'file-uri-to-path'] as const;

/** A folder inside the board's root in which the addon is compiled. */
const workshop = 'tmp/addon';

/** Refuses every instruction that the Zero W's processor does not have. */
const strictArmV6 = { QEMU_CPU: 'arm1176' };

/** Fills `into` with multitastic.cjs, node_modules, and `start`, which does what the image's CMD does. */
export function packageProduct(into: string): void {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(join(into, 'node_modules'), { recursive: true });
  run('npm', ['run', 'build'], { cwd: repository });
  cpSync(join(repository, 'dist/multitastic.cjs'), join(into, 'multitastic.cjs'));
  for (const name of packagedModules) copyRunTimeFiles(name, join(into, 'node_modules', name));
  compileAddon(join(into, 'node_modules/epoll/build/Release'));
  writeStart(join(into, 'start'));
  checkThatItLoads(into);
}

function copyRunTimeFiles(name: string, into: string): void {
  mkdirSync(into);
  const wanted = readdirSync(join(modules, name)).filter((file) =>
    /\.js$|^package\.json$|^LICEN[CS]E/.test(file),
  );
  for (const file of wanted) cpSync(join(modules, name, file), join(into, file));
}

function compileAddon(into: string): void {
  const inRoot = join(boardRoot(), workshop);
  rmSync(inRoot, { recursive: true, force: true });
  mkdirSync(inRoot, { recursive: true });
  cpSync(join(modules, 'epoll/src'), join(inRoot, 'src'), { recursive: true });
  cpSync(join(modules, 'nan'), join(inRoot, 'nan'), { recursive: true });
  const compile = [
    'g++ -O2 -shared -fPIC -std=c++20 -DNODE_GYP_MODULE_NAME=epoll -DBUILDING_NODE_EXTENSION',
    `-I/usr/include/node -I/${workshop}/nan /${workshop}/src/epoll.cc -o /${workshop}/epoll.node`,
  ].join(' ');
  run('chroot', [boardRoot(), 'sh', '-c', compile], { env: strictArmV6 });
  mkdirSync(into, { recursive: true });
  cpSync(join(inRoot, 'epoll.node'), join(into, 'epoll.node'));
  rmSync(inRoot, { recursive: true });
}

/** An addon that does not load would only mean a dark LED at run time: it must fail here. */
function checkThatItLoads(packaged: string): void {
  const inRoot = join(boardRoot(), 'tmp/app');
  rmSync(inRoot, { recursive: true, force: true });
  cpSync(packaged, inRoot, { recursive: true });
  run('chroot', [boardRoot(), 'node', '-e', "require('/tmp/app/node_modules/epoll').Epoll"], {
    env: strictArmV6,
  });
  rmSync(inRoot, { recursive: true });
}

/** The image's environment and command, taken from its Dockerfile: what runs here is what runs there. */
function writeStart(path: string): void {
  const lastStage =
    readFileSync(join(repository, 'deploy/Dockerfile'), 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? '';
  const command = JSON.parse(/^CMD (\[.*\])$/m.exec(lastStage)?.[1] ?? '[]') as string[];
  if (command[0] !== 'node') throw new Error('The Dockerfile has no CMD that starts node.');
  const environment = [...lastStage.matchAll(/^ENV (\S+=\S+)$/gm)].map((match) => `export ${match[1]}\n`);
  const text = `#!/bin/sh\ncd "$(dirname "$0")"\n${environment.join('')}exec ${command.join(' ')}\n`;
  writeFileSync(path, text, { mode: 0o755 });
}
