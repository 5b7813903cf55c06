import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/recovery-table.ts', './test/support/closing-line.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'attacks', include: ['test/attacks/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'fuzz', include: ['test/fuzz/*.test.ts'], testTimeout: 600_000 } },
      { test: { name: 'release', include: ['test/release/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 600_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/browser/**/*.test.ts'],
          // Not a test: it takes the pictures of the README anew.
          exclude: process.env.UPDATE_PICTURES ? [] : ['test/browser/pictures.test.ts'],
          // One after the other, and after everything else: they measure time on one shared kernel.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          // A shared machine may stall one process of a fleet for seconds. Whatever needed this is named at the end.
          retry: 1,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
