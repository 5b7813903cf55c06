import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { variableTable } from '../support/variable-table.ts';

describe('README.md', () => {
  it('has the table of variables that config.ts makes (npm run readme writes it)', () => {
    const readme = readFileSync('README.md', 'utf8');
    const [, before, , after] =
      /^(.*<!-- variables:[^\n]*\n)(.*)(<!-- end of variables -->.*)$/s.exec(readme) ?? [];
    const expected = `${before}\n${variableTable()}\n\n${after}`;
    if (process.env.UPDATE_README) writeFileSync('README.md', expected);
    else expect(readme).toBe(expected);
  });
});
