/** Prints one table of all recovery times at the end of a test run: a limit that holds says nothing about a trend. */
import type { Reporter, TestModule } from 'vitest/node';
import type { Recovery } from './recovery.ts';

export default class RecoveryTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const recoveries = tests.flatMap((test) => test.meta().recoveries ?? []);
    if (recoveries.length === 0) return;
    const rows = [['recovery', 'measured', 'target', 'the origin'], ...recoveries.map(cells)];
    const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    console.log(`\n${rows.map((row) => line(row, widths)).join('\n')}`);
  }
}

function cells({ scenario, measuredMs, targetMs, origin = '' }: Recovery): readonly string[] {
  const late = measuredMs > targetMs ? ' (late)' : '';
  return [scenario, `${Math.round(measuredMs)} ms${late}`, `${targetMs} ms`, origin];
}

function line(row: readonly string[], widths: readonly number[]): string {
  const [scenario = '', measured = '', target = '', origin = ''] = row;
  const [first = 0, second = 0, third = 0] = widths;
  return `${scenario.padEnd(first)}  ${measured.padStart(second)}  ${target.padStart(third)}  ${origin}`.trimEnd();
}
