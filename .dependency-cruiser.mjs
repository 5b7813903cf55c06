// The one-way rule of the code, made enforceable: events flow right, imports point left. See "The flow" in README.md.
const stages = ['address', 'boot', 'datagram', 'multicast', 'roster', 'status'];

const stageRules = stages.slice(0, -1).map((stage, position) => ({
  name: `${stage}-knows-nobody-after-it`,
  comment: 'A stage may use the vocabulary of the stages before it, never of those that come after.',
  severity: 'error',
  from: { path: `^src/${stage}/` },
  to: { path: `^src/(${stages.slice(position + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...stageRules,
    {
      name: 'machinery-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/(supervision|system)/' },
      to: { path: '^src/', pathNot: '^src/(supervision|system)/' },
    },
    {
      name: 'supervision-knows-only-the-interfaces-of-the-world',
      severity: 'error',
      from: { path: '^src/supervision/' },
      to: { path: '^src/system/', pathNot: '^src/system/(system|errors)\\.ts$' },
    },
    {
      name: 'only-main-touches-the-real-world',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts|system/linux/)' },
      to: { path: '^src/system/linux/' },
    },
    {
      name: 'only-main-and-app-see-everything',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/(app|main|config|command-line)\\.ts$' },
    },
    {
      name: 'only-the-real-world-uses-packages-and-node',
      comment: 'Time, randomness and input/output are arguments everywhere else.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|command-line)\\.ts|^src/system/linux/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional'],
        pathNot: '^(assert|buffer|net|util)$',
      },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { pathNot: '^src/system/linux/led\\.ts$' },
      to: { couldNotResolve: true },
    },
    {
      name: 'product-never-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
    doNotFollow: { path: 'node_modules' },
  },
};
