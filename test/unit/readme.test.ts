import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventTable } from '../support/event-table.ts';
import { variableTable } from '../support/variable-table.ts';

describe('README.md', () => {
  it.each([
    ['variables', 'config.ts', variableTable],
    ['events', 'log-lines.ts', eventTable],
  ])('has the table of %s that %s makes (npm run readme writes it)', (what, _, table) => {
    const readme = readFileSync('README.md', 'utf8');
    const between = new RegExp(`^(.*<!-- ${what}:[^\\n]*\\n).*(<!-- end of ${what} -->.*)$`, 's');
    const [, before, after] = between.exec(readme) ?? [];
    const expected = `${before}\n${table()}\n\n${after}`;
    if (process.env.UPDATE_README) writeFileSync('README.md', expected);
    else expect(readme).toBe(expected);
  });
});
