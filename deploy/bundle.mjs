// Makes dist/multitastic.cjs: one CommonJS file, because on a Pi Zero W one file loads several times faster than many.
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * What pino asks for and our use of it never reaches, by the end of the importer's path. Each would load a family of
 * Node's own modules (worker threads, the ES module loader, assertions) before the first announcement.
 */
const standIns = [
  { in: /pino\/(lib\/tools|pino)\.js$/, path: /^\.\/(lib\/)?transport$/, contents: 'module.exports = {}' },
  {
    in: /pino\/lib\/tools\.js$/,
    path: /^worker_threads$/,
    contents: 'module.exports = { isMainThread: true }',
  },
  {
    in: /sonic-boom\/index\.js$/,
    path: /^assert$/,
    contents: 'module.exports = (ok, message) => { if (!ok) throw new Error(message); }',
  },
];

const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    for (const [index, { in: importer, path }] of standIns.entries()) {
      onResolve({ filter: path }, (asked) =>
        importer.test(asked.importer) ? { path: String(index), namespace: 'stand-in' } : undefined,
      );
    }
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: standIns[path].contents }));
  },
};

/** Loaded seconds after the start, and half of the bundle: kept as text, which the start skips instead of parsing it. */
const packLate = {
  name: 'pack-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\/systeminformation\.ts|node-wifi)$/ }, ({ path, resolveDir }) => ({
      path: path.startsWith('.') ? join(resolveDir, path) : path,
      namespace: 'late',
    }));
    onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
      const { outputFiles } = await build({ ...options, entryPoints: [path], write: false });
      const text = JSON.stringify(outputFiles[0].text);
      return {
        contents: `new Function('exports', 'module', 'require', ${text})(exports, module, require)`,
      };
    });
  },
};

const options = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  // The source stays in memory and is scanned at every start: half of it, half a megabyte less and a quicker start.
  minify: true,
  legalComments: 'none',
};

await build({
  ...options,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/multitastic.cjs',
  banner: { js: '#!/usr/bin/env node' },
  define: { MULTITASTIC_VERSION: JSON.stringify(version) },
  // The native addon cannot be bundled. onoff itself is optional: without it the build must pass all the same.
  external: ['epoll'],
  logOverride: { 'unsupported-dynamic-import': 'silent' },
  plugins: [leaveOut, packLate],
});
chmodSync('dist/multitastic.cjs', 0o755);
