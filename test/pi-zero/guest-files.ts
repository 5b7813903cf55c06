/**
 * Lays out the folder that the guest finds in /bench: the packaged product, and the bench's scripts.
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { lastRunDirectory } from './cache.ts';
import { packageProduct } from './rehearsal.ts';

/** What `Board.boot` takes as its files. */
export const guestFiles = join(lastRunDirectory, 'files');

/** The packaged product, as it lies on the host. */
export const packagedProduct = join(guestFiles, 'bench/app');

export function layOutGuestFiles(): void {
  const bench = join(guestFiles, 'bench');
  rmSync(bench, { recursive: true, force: true });
  mkdirSync(bench, { recursive: true });
  const scripts = join(import.meta.dirname, 'guest');
  for (const name of readdirSync(scripts).filter((file) => file.endsWith('.sh'))) {
    cpSync(join(scripts, name), join(bench, name));
  }
  cpSync(join(import.meta.dirname, '../support/flooder.mjs'), join(bench, 'flooder.mjs'));
  buildSync({
    entryPoints: [join(scripts, 'peer.ts')],
    outfile: join(bench, 'peer.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  packageProduct(packagedProduct);
}
