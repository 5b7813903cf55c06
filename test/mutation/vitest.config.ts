/** The unit tests of what is mutated, and nothing else: each of its thousands of mutants runs the tests that reach it. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/unit/{address,datagram,multicast,roster,self-check}/**/*.test.ts'] },
});
