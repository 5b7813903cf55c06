import { describe, expect, it } from 'vitest';
import { helpText, readCommandLine } from '../../src/command-line.ts';
import { variables } from '../../src/config.ts';

describe('readCommandLine()', () => {
  it.each([
    [[], 'node'],
    [['--help'], 'help'],
    [['-h'], 'help'],
    [['--version'], 'version'],
    [['-v'], 'version'],
    [['--loud'], 'refuse'],
    [['kitchen'], 'refuse'],
  ])('reads %j as %s', (args, run) => {
    expect(readCommandLine(args).run).toBe(run);
  });
});

describe('helpText()', () => {
  it('has every variable', () => {
    for (const { name } of variables) expect(helpText(variables)).toContain(`  ${name}\n`);
  });
});
