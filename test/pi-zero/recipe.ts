/**
 * The emulated board's ingredients and how they are put together: root, kernels, SD card.
 *
 * Debian packages only, because they can be fetched wherever Debian can. Trixie is the last Debian for ARMv5/6 (`armel`).
 * A change of this file or of `guest/first.sh` makes a new board: the cache's key is their hash (cache.ts).
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './host-command.ts';

/** What the board's root has: Node, the Wi-Fi stack of both sides, and the compiler that makes the native addon on ARM. */
const rootPackages = [
  'nodejs',
  'network-manager,wpasupplicant,dbus,udev',
  'hostapd,dnsmasq-base,iw',
  'iproute2,kmod,procps,busybox-static',
  'libnode-dev,g++',
].join(',');

/** Two kernels, because their GPIO numbers differ: base 512 on 6.12 (as balenaOS 7 has it) and 458 on 6.1. */
export const kernelReleases = { '6.12': 'trixie', '6.1': 'bookworm' } as const;
export type KernelVersion = keyof typeof kernelReleases;

/** QEMU's SD controller accepts powers of two only; root and modules fill about 0.8 GB. The file is sparse. */
const sdCardBytes = 2 * 1024 ** 3;

/** What apt says when an index and what it lists are not of one time. */
const mirrorIsIncomplete = /Mirror sync in progress|404 +Not Found/;

/** Builds everything into `directory`: `root/` (for chroot), `sd.img` and `kernel-<version>/`. Takes about 7 minutes. */
export function buildBoard(directory: string, say: (sentence: string) => void): void {
  const root = join(directory, 'root');
  say("building the board's root (Debian trixie armel, about 5 minutes)");
  debianTree('minbase', rootPackages, 'trixie', root);
  for (const version of Object.keys(kernelReleases) as KernelVersion[]) {
    say(`unpacking kernel ${version} from Debian ${kernelReleases[version]}`);
    addKernel(version, directory, root);
  }
  say('writing the SD card');
  writeSdCard(root, join(directory, 'sd.img'));
}

function debianTree(variant: string, packages: string, release: string, into: string): void {
  try {
    bootstrap(variant, packages, release, into);
  } catch (error) {
    // While a mirror takes over a point release, what it has under one name of it may not be whole, but under the other.
    if (release !== 'trixie' || !mirrorIsIncomplete.test(String(error))) throw error;
    rmSync(into, { recursive: true, force: true });
    bootstrap(variant, packages, 'stable', into); // The next stable has no armel, so nothing else can come of it.
  }
}

function bootstrap(variant: string, packages: string, release: string, into: string): void {
  run('mmdebstrap', [
    '--architectures=armel',
    `--variant=${variant}`,
    `--include=${packages}`,
    release,
    into,
    debianMirror(),
  ]);
}

/** The mirror the host itself installs from: mmdebstrap's own default may not be reachable. */
function debianMirror(): string {
  const sources = run('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages']);
  const mirror = sources.split('\n').find((uri) => uri.endsWith('/debian/'));
  if (mirror === undefined)
    throw new Error('The host has no Debian package source: run apt-get update first.');
  return mirror;
}

/** Takes vmlinuz, device tree, modules and an initramfs; the package's own scripts are not run (they take minutes). */
function addKernel(version: KernelVersion, directory: string, root: string): void {
  const tree = join(directory, `tree-${version}`);
  const kernel = join(directory, `kernel-${version}`);
  debianTree('extract', 'linux-image-rpi', kernelReleases[version], tree);
  // Debian 12 unpacks its modules below /lib, Debian 13 below /usr/lib.
  const modules = ['lib/modules', 'usr/lib/modules'].map((path) => join(tree, path)).find(existsSync)!;
  const release = readdirSync(modules)[0]!;
  mkdirSync(kernel);
  cpSync(join(tree, `boot/vmlinuz-${release}`), join(kernel, 'vmlinuz'));
  cpSync(join(tree, `usr/lib/linux-image-${release}/bcm2835-rpi-zero-w.dtb`), join(kernel, 'zero-w.dtb'));
  mkdirSync(join(root, 'usr/lib/modules'), { recursive: true });
  // Not cpSync: the modules' folder has links that lead nowhere.
  run('cp', ['-a', join(modules, release), join(root, 'usr/lib/modules/')]);
  rmSync(tree, { recursive: true, force: true });
  run('chroot', [root, 'depmod', release]);
  writeInitramfs(release, root, kernel);
}

/** An initramfs that can mount the SD card: BusyBox, the modules of ext4 in loading order, and `guest/first.sh`. */
function writeInitramfs(release: string, root: string, kernel: string): void {
  const tree = join(kernel, 'initramfs');
  for (const each of ['bin', 'proc', 'sys', 'dev', 'mnt', 'modules'])
    mkdirSync(join(tree, each), { recursive: true });
  cpSync(join(root, 'bin/busybox'), join(tree, 'bin/busybox'));
  cpSync(join(import.meta.dirname, 'guest/first.sh'), join(tree, 'init'));
  const needed = run('chroot', [root, 'modprobe', '-S', release, '--show-depends', 'ext4']);
  const paths = [...needed.matchAll(/^insmod (\S+)/gm)].map((match) => match[1]!);
  for (const [index, path] of paths.entries()) copyModule(root, path, join(tree, `modules/${index}.ko`));
  writeFileSync(join(tree, 'modules/count'), `${paths.length}\n`);
  packInitramfs(tree, join(kernel, 'initramfs.cpio'));
  rmSync(tree, { recursive: true });
}

function copyModule(root: string, path: string, to: string): void {
  if (path.endsWith('.xz')) run('chroot', [root, 'busybox', 'unxz', '-k', path]);
  cpSync(join(root, path.replace(/\.xz$/, '')), to);
}

/** Writes the tree as the archive that the kernel unpacks into memory; several of them may follow each other. */
export function packInitramfs(tree: string, archive: string): void {
  run('sh', ['-c', 'find . -mindepth 1 | cpio --quiet -o -H newc -F "$0"', archive], { cwd: tree });
}

function writeSdCard(root: string, image: string): void {
  writeFileSync(image, '');
  truncateSync(image, sdCardBytes);
  run('mkfs.ext4', ['-q', '-F', '-d', root, image]);
}
