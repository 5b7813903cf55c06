// The one-way rule of the code, checked: events flow right, imports point left. "How it is made" in README.md says why.
import { readdirSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** In flow order, which is alphabetical order, so that an editor shows the tree as it works. */
const stages = ['address', 'boot', 'datagram', 'multicast', 'roster', 'self-check', 'status'];
const machinery = ['supervision', 'system'];

const stageRules = stages.slice(0, -1).map((stage, position) => ({
  name: `${stage}-knows-nobody-after-it`,
  from: { path: `^src/${stage}/` },
  to: { path: `^src/(${stages.slice(position + 1).join('|')})/` },
}));

const rules = [
  ...stageRules,
  {
    name: 'machinery-imports-nothing-of-ours',
    from: { path: `^src/(${machinery.join('|')})/` },
    to: { path: '^src/', pathNot: `^src/(${machinery.join('|')})/` },
  },
  {
    name: 'supervision-knows-only-the-interfaces-of-the-world',
    from: { path: '^src/supervision/' },
    to: { path: '^src/system/', pathNot: '^src/system/(system|errors)\\.ts$' },
  },
  {
    name: 'only-main-touches-the-real-world',
    from: { path: '^src/', pathNot: '^src/(main\\.ts|system/linux/)' },
    to: { path: '^src/system/linux/' },
  },
  {
    name: 'only-main-and-app-see-everything',
    from: { path: '^src/[^/]+/' },
    to: { path: '^src/[^/]+\\.ts$' },
  },
  {
    name: 'only-the-real-world-uses-packages-and-node',
    from: { path: '^src/', pathNot: '^src/(main|command-line)\\.ts|^src/system/linux/' },
    // Pure parts of Node's library are no input or output.
    to: {
      dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'],
      pathNot: '^(buffer|crypto|net|util)$',
    },
  },
  {
    name: 'only-what-needs-a-key-loads-crypto',
    // Pure as well, but it costs the board time and memory at every start: of ours, whoever has no key does without.
    from: { path: '^src/', pathNot: '^src/system/linux/|^src/datagram/(fleet-key|sealed)\\.ts$' },
    to: { path: '^crypto$' },
  },
  {
    name: 'what-needs-a-key-is-loaded-when-there-is-one',
    from: { path: '^src/', pathNot: '^src/datagram/(fleet-key|sealed)\\.ts$' },
    to: { path: '^src/datagram/(fleet-key|sealed)\\.ts$', dynamic: false, dependencyTypesNot: ['type-only'] },
  },
  { name: 'product-never-imports-tests', from: { path: '^src/' }, to: { path: '^test/' } },
  { name: 'no-circle', from: {}, to: { circular: true } },
  // onoff is optional, so it may be absent.
  {
    name: 'nothing-unresolved',
    from: { pathNot: '^src/system/linux/led\\.ts$' },
    to: { couldNotResolve: true },
  },
];

const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const known = [...stages, ...machinery].sort().join();
const found = folders.map(({ name }) => name).join();
if (found !== known) throw new Error(`the folders of src are ${found}, but the rules are made for ${known}`);

const { output } = await cruise(
  ['src'],
  {
    validate: true,
    ruleSet: { forbidden: rules.map((rule) => ({ severity: 'error', ...rule })) },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
);
const { summary } = output;
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
// A cruiser that cannot parse the sources reads nothing, and finds nothing wrong with it.
const sources = readdirSync('src', { recursive: true }).filter((path) => String(path).endsWith('.ts')).length;
if (summary.totalCruised < sources)
  throw new Error(`read only ${summary.totalCruised} of ${sources} modules`);
if (summary.totalDependenciesCruised < sources) throw new Error('found hardly any imports');
console.log(`boundaries: ${summary.violations.length} violations in ${sources} modules`);
process.exitCode = summary.violations.length > 0 ? 1 : 0;
