import { describe, expect, it } from 'vitest';
import { helpText, readCommandLine } from '../../src/command-line.ts';
import { variables } from '../../src/config.ts';

const SUBCOMMANDS = ['watch', 'blink', 'keygen'];
const watch = { run: 'watch', name: undefined, json: false, withinMs: undefined };

describe('readCommandLine()', () => {
  it.each([
    [[], { run: 'node' }],
    [['--help'], { run: 'help', about: undefined }],
    [['-h'], { run: 'help', about: undefined }],
    [['--version'], { run: 'version' }],
    [['-v'], { run: 'version' }],
    [['keygen'], { run: 'keygen' }],
    [['keygen', '--help'], { run: 'help', about: 'keygen' }],
    [['blink', 'lamp'], { run: 'blink', name: 'lamp' }],
    [['blink', 'Küche 2'], { run: 'blink', name: 'Küche 2' }],
    [['blink', '--', '-lamp'], { run: 'blink', name: '-lamp' }],
    [['blink', '-h'], { run: 'help', about: 'blink' }],
    [['watch'], watch],
    [['watch', 'lamp'], { ...watch, name: 'lamp' }],
    [['watch', '--json'], { ...watch, json: true }],
    [['watch', 'lamp', '--within', '30s'], { ...watch, name: 'lamp', withinMs: 30_000 }],
    [
      ['watch', '--within=5m', '--json', 'lamp'],
      { run: 'watch', name: 'lamp', json: true, withinMs: 300_000 },
    ],
    [['watch', 'lamp', '--within', '1440m'], { ...watch, name: 'lamp', withinMs: 86_400_000 }],
    [['watch', '--help', '--json'], { run: 'help', about: 'watch' }],
  ])('reads %j', (args, command) => {
    expect(readCommandLine(args)).toEqual(command);
  });

  it.each([
    [['--loud'], "unknown option '--loud'"],
    [['-x'], "unknown option '-x'"],
    [['keygen', 'more'], 'the command is "keygen"'],
    [['kitchen'], 'there is no command "kitchen"'],
    [['constructor'], 'there is no command "constructor"'],
    [[''], 'there is no command ""'],
    [['--', 'watch'], 'a command comes first: "watch"'],
    [['--json', 'watch'], "unknown option '--json'"],
    [['key\ngen'], 'there is no command "key\\ngen"'],
    [['blink'], 'the command is "blink NAME"'],
    [['blink', 'a', 'b'], 'the command is "blink NAME"'],
    [['blink', 'a/b'], 'a device\'s name must be printable and without "/"'],
    [['blink', 'x'.repeat(64)], "a device's name must be at most 63 bytes long"],
    [['blink', ' '], "a device's name must not be empty or begin or end with a space"],
    [['watch', 'a', 'b'], 'the command is "watch [NAME] [--json] [--within TIME]"'],
    [['watch', '--json=yes'], "option '--json' does not take an argument"],
    [['watch', '--within', '5s'], '--within needs the NAME of a device'],
    [['watch', 'a', '--within'], "option '--within <value>' argument missing"],
    [['watch', 'a', '--within', '30'], '--within must be a time from 1s to 1440m, such as 30s or 5m'],
    [['watch', 'a', '--within', '0s'], '--within must be a time from 1s to 1440m, such as 30s or 5m'],
    [['watch', 'a', '--within', '1441m'], '--within must be a time from 1s to 1440m, such as 30s or 5m'],
    [['watch', 'a', '--within', '1e3s'], '--within must be a time from 1s to 1440m, such as 30s or 5m'],
  ])('refuses %j in one line that says why', (args, why) => {
    expect(readCommandLine(args)).toEqual({ run: 'refuse', why: `${why}; see --help` });
  });

  it('never says anything back that could move the cursor', () => {
    for (const args of [['\x1b[2J'], ['--\x1b[2J'], ['\u009b2J'], ['watch', '--\u202Ejson']])
      expect(readCommandLine(args)).toMatchObject({ why: expect.not.stringMatching(/[\p{Cc}\p{Cf}]/u) });
  });
});

describe('helpText()', () => {
  it('has every command and every variable', () => {
    const text = helpText(variables);
    for (const name of SUBCOMMANDS) expect(text).toMatch(new RegExp(`^ {2}${name}\\b.*\\n {6}\\S`, 'm'));
    for (const { name } of variables) expect(text).toContain(`  ${name}\n`);
  });

  it.each(SUBCOMMANDS)('explains %s alone', (name) => {
    const text = helpText(variables, name);
    expect(text).toMatch(new RegExp(`^Usage: multitastic ${name}\\b`));
    for (const other of SUBCOMMANDS)
      if (other !== name) expect(text).not.toMatch(new RegExp(`\\b${other}\\b`));
  });

  it('has every word and option of a command, and its exit codes', () => {
    for (const words of ['NAME', '--json', '--within TIME', 'Exit codes:'])
      expect(helpText(variables, 'watch')).toContain(words);
    expect(helpText(variables, 'blink')).toContain('Exit codes:');
  });

  it('has no line that a terminal would break', () => {
    for (const about of [undefined, ...SUBCOMMANDS])
      for (const line of helpText(variables, about).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
