// Makes dist/multitastic.cjs: one CommonJS file, because on a Pi Zero W one file loads several times faster than many.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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

/** Of Node's own modules, those that a start-up snapshot may hold: by being loaded they open nothing and draw no random number. */
const inSnapshot = ['buffer', 'dgram', 'diagnostics_channel', 'events', 'fs', 'os', 'path', 'util', 'v8'];

/**
 * Makes the bundle fit for a start-up snapshot, in which whatever has been loaded is frozen, and `require` knows Node's own
 * modules only. All but those above are loaded when they are first used. Used sooner, they fail the making of the
 * snapshot: no key and no socket shall be the same in every process that starts from it.
 */
const loadWhenUsed = {
  name: 'load-when-used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) => {
      if (path === 'epoll') return { path, namespace: 'addon' };
      if (!isBuiltin(path)) return undefined;
      const now = kind === 'dynamic-import' || inSnapshot.includes(path.replace('node:', ''));
      return { path, namespace: now ? 'now' : 'when-used' };
    });
    onLoad({ filter: /.*/, namespace: 'now' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }));
    onLoad({ filter: /.*/, namespace: 'when-used' }, ({ path }) => ({
      contents: `module.exports = Object.create(new Proxy({}, { get(_, name) {
        if (process.execArgv.some((flag) => flag.startsWith('--build-snapshot')))
          throw new Error('${path} would be frozen in the snapshot');
        return process.getBuiltinModule('${path}')[name];
      } }));`,
    }));
    // The native addon cannot be bundled. A snapshot was made elsewhere, but its command line names the bundle's place.
    onLoad({ filter: /.*/, namespace: 'addon' }, ({ path }) => ({
      contents: `
        const { createRequire } = process.getBuiltinModule('module');
        const { realpathSync } = process.getBuiltinModule('fs');
        module.exports = createRequire(realpathSync(process.argv[1]))('${path}');`,
    }));
  },
};

/**
 * Loaded seconds after the start, and a third of the bundle: appended to it, and read when needed. In its code they would
 * be in memory all the time, in a snapshot twice.
 */
const packLate = {
  name: 'pack-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(\.\/systeminformation\.ts|node-wifi)$/ }, ({ path }) => ({
      path,
      namespace: 'late',
    }));
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: late[path],
      resolveDir: 'deploy',
    }));
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

/**
 * The status page as one document, packed: what it needs is in it, and named by its hash in the policy that it is served
 * with, so that a browser runs this script and no other.
 */
async function packPage() {
  const folder = 'src/status/page';
  const browser = { bundle: true, minify: true, write: false, legalComments: 'none', target: 'es2022' };
  const [script, style] = await Promise.all(
    ['page.ts', 'page.css'].map(async (file) => {
      const { outputFiles } = await build({ ...browser, entryPoints: [join(folder, file)], format: 'iife' });
      return outputFiles[0].text.trim();
    }),
  );
  if (/<\/(script|style)/i.test(script + style)) throw new Error('the page would end early');
  const document = readFileSync(join(folder, 'page.html'), 'utf8')
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`)
    .replace(/<script src="page.ts"><\/script>/, () => `<script>${script}</script>`)
    .replace(/\n\s*/g, '\n');
  const hash = (text) => createHash('sha256').update(text).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}'`,
    `style-src 'sha256-${hash(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const gzip = gzipSync(document, { level: 9 }).toString('base64');
  return { gzip, etag: `"${hash(document).slice(0, 16)}"`, policy };
}

/** What the bundle ends with: texts, each one a comment's line in JSON. start.sh knows them by their beginning. */
let appendix = '';

/** The contents of a module whose program is in the appendix; counted from the bundle's end, as its code has yet to be built. */
async function packed(entryPoint) {
  const { outputFiles } = await build({ ...options, entryPoints: [entryPoint], write: false });
  const line = `//${inAscii(JSON.stringify(outputFiles[0].text))}\n`;
  appendix = line + appendix;
  return `
    const { appended } = require('./appendix.mjs');
    new Function('exports', 'module', 'require', appended(${appendix.length}, ${line.length}))(exports, module, require);`;
}

/** So that every character is one byte, and none ends a comment's line. */
function inAscii(json) {
  return json.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const late = {
  './systeminformation.ts': await packed('src/system/linux/systeminformation.ts'),
  'node-wifi': await packed('node-wifi'),
};

const { outputFiles } = await build({
  ...options,
  entryPoints: ['deploy/entry.mjs'],
  outfile: 'dist/multitastic.cjs',
  banner: { js: '#!/usr/bin/env node' },
  define: {
    MULTITASTIC_VERSION: JSON.stringify(version),
    MULTITASTIC_PAGE: JSON.stringify(await packPage()),
  },
  // onoff is optional: without it the build must pass all the same.
  logOverride: { 'unsupported-dynamic-import': 'silent' },
  plugins: [leaveOut, packLate, loadWhenUsed],
  write: false,
});
mkdirSync('dist', { recursive: true });
writeFileSync('dist/multitastic.cjs', outputFiles[0].text + appendix);
chmodSync('dist/multitastic.cjs', 0o755);
