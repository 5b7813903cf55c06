// Bundles the bench as the product is bundled, and runs it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'multitastic-bench-'));
try {
  await build({
    entryPoints: ['test/bench/run.ts', 'test/bench/receiver.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['epoll', 'onoff'],
  });
  const { status } = spawnSync(process.execPath, [join(folder, 'run.mjs'), join(folder, 'receiver.mjs')], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
