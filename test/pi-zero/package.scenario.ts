/**
 * What is in the package may run on the board: every native file asks for no more than ARMv6.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagedProduct } from './guest-files.ts';
import { run } from './host-command.ts';

/** What an ARM1176 runs, in readelf's words. */
const architectures = /^v(4T?|5TE?J?|6|6K|6KZ)$/;

describe('The package', () => {
  const native = nativeFiles(packagedProduct);

  test('has the one native addon', () => {
    expect(native).toEqual(['node_modules/epoll/build/Release/epoll.node']);
  });

  test.each(native)('asks for no more than ARMv6 in %s', (file) => {
    const path = join(packagedProduct, file);
    expect(run('readelf', ['-h', path])).toMatch(/Class: +ELF32[\s\S]*Machine: +ARM/);
    const architecture = /Tag_CPU_arch: (\S+)/.exec(run('readelf', ['-A', path]))?.[1];
    expect(architecture).toMatch(architectures);
  });
});

function nativeFiles(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')))
    .map((path) => path.slice(directory.length + 1));
}
