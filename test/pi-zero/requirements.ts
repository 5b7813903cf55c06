/**
 * What the host must have before a board can be built: named by Debian package, all missing ones at once.
 */
import { existsSync } from 'node:fs';
import { isInstalled, run } from './host-command.ts';

/** Debian packages of the host and a file or program that shows each is there. */
const hostPackages: ReadonlyArray<readonly [name: string, shownBy: string]> = [
  ['qemu-system-arm', 'qemu-system-arm'],
  ['qemu-user-static', 'qemu-arm-static'],
  ['binfmt-support', 'update-binfmts'],
  ['mmdebstrap', 'mmdebstrap'],
  ['arch-test', 'arch-test'],
  ['debian-archive-keyring', '/usr/share/keyrings/debian-archive-keyring.gpg'],
  ['cpio', 'cpio'],
  ['e2fsprogs', 'mkfs.ext4'],
  ['binutils', 'readelf'],
  ['util-linux', 'setpriv'],
];

const binfmtRegistry = '/proc/sys/fs/binfmt_misc';

/** Throws one sentence that names everything missing and how to get it. */
export function checkRequirements(): void {
  if (process.getuid?.() !== 0) {
    throw new Error('The bench must run as root: it builds a root file system with device nodes.');
  }
  const missing = hostPackages
    .filter(([, shownBy]) => (shownBy.startsWith('/') ? !existsSync(shownBy) : !isInstalled(shownBy)))
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(
      `The bench needs Debian packages that are not installed. Run:\n  apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    );
  }
}

/** Lets the host's kernel hand ARM programs to QEMU, so that `chroot` into the board's root works. */
export function enableArmPrograms(): void {
  if (!existsSync(`${binfmtRegistry}/register`)) {
    run('mount', ['-t', 'binfmt_misc', 'none', binfmtRegistry]);
  }
  run('update-binfmts', ['--import']);
  if (!existsSync(`${binfmtRegistry}/qemu-arm`)) run('update-binfmts', ['--enable', 'qemu-arm']);
}
