/** What was asked for on the command line. The configuration itself comes from the environment. */
import { parseArgs } from 'node:util';

export type Command =
  | { readonly run: 'node' | 'help' | 'version' }
  | { readonly run: 'refuse'; readonly why: string };

export function readCommandLine(args: readonly string[]): Command {
  if (args.length === 0) return { run: 'node' }; // On the board, without loading a parser.
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    if (values.help) return { run: 'help' };
    return { run: values.version ? 'version' : 'node' };
  } catch (error) {
    return { run: 'refuse', why: (error as Error).message };
  }
}

export interface DescribedVariable {
  readonly name: string;
  readonly meaning: string;
  readonly allowed: string;
  readonly unset: string;
}

export function helpText(variables: readonly DescribedVariable[]): string {
  const described = variables.map(
    ({ name, meaning, allowed, unset }) =>
      `  ${name}\n      ${meaning}.\n      ${allowed}. Unset: ${unset}.\n`,
  );
  return `Usage: multitastic [--help] [--version]

Announces this device on its LAN, lists its friends, and shows them on an LED.
Ends on Ctrl-C or SIGTERM.

Environment:
${described.join('\n')}`;
}
