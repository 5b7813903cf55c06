/** What takes minutes or an hour on the real kernel (`npm run test:endurance`): apart from `npm test`, because of the time. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/endurance/*.scenario.ts'],
    reporters: ['verbose', './test/support/closing-line.ts'],
    fileParallelism: false,
    testTimeout: 3 * 60 * 60_000,
    hookTimeout: 60_000,
  },
});
