/**
 * The last words of a test run: by name, with their reasons, every test that was skipped or failed once; then the totals.
 * A test that was skipped silently looks exactly like one that passed, and so does one that passed at the second try.
 */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const brokenModules = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    for (const test of tests.filter((each) => each.result().state === 'skipped')) {
      console.log(
        `skipped: ${test.fullName} (${(test.result() as { note?: string }).note ?? 'no reason given'})`,
      );
    }
    for (const test of tests.filter((each) => each.diagnostic()?.flaky)) {
      const [reason] = test.result().errors?.[0]?.message.split('\n') ?? [];
      console.log(`passed at the second try: ${test.fullName} (${reason})`);
    }
    const failed = count('failed') + brokenModules + unhandledErrors.length;
    console.log(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`);
  }
}
