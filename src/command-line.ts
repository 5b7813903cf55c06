/** What was asked for on the command line. The configuration itself comes from the environment. */
import { parseArgs } from 'node:util';

export type Command =
  | { readonly run: 'node' | 'keygen' | 'help' | 'version' }
  | { readonly run: 'refuse'; readonly why: string };

/** What can be asked for by name. */
interface Subcommand {
  readonly name: string;
  /** The words that must follow the name, as `--help` shows them. */
  readonly operands: readonly string[];
  readonly meaning: string;
  /** `operands`: as many as there must be. */
  readonly read: (...operands: readonly string[]) => Command;
}

const SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'keygen', operands: [], meaning: 'Prints a new FLEET_KEY', read: () => ({ run: 'keygen' }) },
];

export function readCommandLine(args: readonly string[]): Command {
  if (args.length === 0) return { run: 'node' }; // On the board, without loading a parser.
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
      allowPositionals: true,
    });
    if (values.help) return { run: 'help' };
    return values.version ? { run: 'version' } : readSubcommand(positionals);
  } catch (error) {
    return { run: 'refuse', why: (error as Error).message };
  }
}

function readSubcommand([name, ...operands]: readonly string[]): Command {
  if (name === undefined) return { run: 'node' };
  const subcommand = SUBCOMMANDS.find((each) => each.name === name);
  if (!subcommand) return { run: 'refuse', why: `there is no command ${JSON.stringify(name)}; see --help` };
  if (operands.length === subcommand.operands.length) return subcommand.read(...operands);
  return { run: 'refuse', why: `the command is "${usageOf(subcommand)}", and nothing else` };
}

function usageOf({ name, operands }: Subcommand): string {
  return [name, ...operands].join(' ');
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
  const commands = SUBCOMMANDS.map((each) => `  ${usageOf(each)}\n      ${each.meaning}.\n`);
  return `Usage: multitastic [command] [--help] [--version]

Without a command: announces this device on its LAN, lists its friends, and shows them on an LED.
Ends on Ctrl-C or SIGTERM.

Commands:
${commands.join('\n')}
Environment:
${described.join('\n')}`;
}
