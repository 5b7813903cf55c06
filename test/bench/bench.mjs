// Bundles the bench as the product is bundled, and runs it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'multitastic-bench-'));
try {
  await build({
    entryPoints: ['test/bench/run.ts', 'test/bench/receiver.ts', 'test/bench/roster.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['epoll', 'onoff'],
    // The other libraries are CommonJS.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { status } = spawnSync(
    process.execPath,
    ['run', 'receiver', 'roster'].map((each) => join(folder, `${each}.mjs`)),
    { stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
