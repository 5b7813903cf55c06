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
    [['keygen'], 'keygen'],
    [['keygen', '--help'], 'help'],
    [['keygen', 'more'], 'refuse'],
    [['kitchen'], 'refuse'],
    [['constructor'], 'refuse'],
    [[''], 'refuse'],
  ])('reads %j as %s', (args, run) => {
    expect(readCommandLine(args).run).toBe(run);
  });
});

describe('readCommandLine() of what it does not know', () => {
  it('says what it was, on one line', () => {
    expect(readCommandLine(['key\ngen'])).toEqual({
      run: 'refuse',
      why: 'there is no command "key\\ngen"; see --help',
    });
    expect(readCommandLine(['keygen', 'more'])).toMatchObject({ why: expect.stringContaining('"keygen"') });
  });
});

describe('helpText()', () => {
  it('has every command', () => {
    expect(helpText(variables)).toMatch(/^ {2}keygen\n {6}\S/m);
  });

  it('has every variable', () => {
    for (const { name } of variables) expect(helpText(variables)).toContain(`  ${name}\n`);
  });
});
