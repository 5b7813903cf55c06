/**
 * The emulated board's own run of vitest (`npm run test:pi-zero`): apart from `npm test`, because it needs root,
 * Debian packages and a quarter of an hour.
 */
import { defineConfig } from 'vitest/config';
import { printBook } from './test/pi-zero/figures-book.ts';

export default defineConfig({
  test: {
    // A minute of flood takes the emulator ten: only when asked for.
    include: process.env.FLOODS
      ? ['test/pi-zero/flood.endurance.ts']
      : ['test/pi-zero/*.test.ts', 'test/pi-zero/*.scenario.ts'],
    globalSetup: 'test/pi-zero/prepare.ts',
    // The closing line comes last, after the table.
    reporters: ['verbose', { onTestRunEnd: printBook }, './test/support/closing-line.ts'],
    // One board at a time: two would share the processor and disturb each other's clocks.
    fileParallelism: false,
    testTimeout: (process.env.FLOODS ? 30 : 15) * 60_000,
    hookTimeout: 10 * 60_000,
  },
});
