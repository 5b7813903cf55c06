/** What was asked for on the command line. The configuration itself comes from the environment. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nameFault } from './datagram/announcement.ts';
import { printable } from './status/printable.ts';

export interface WatchRequest {
  readonly run: 'watch';
  /** Only devices of this name. */
  readonly name: string | undefined;
  /** One JSON object an event. */
  readonly json: boolean;
  /** Look for so long whether the named device is there. */
  readonly withinMs: number | undefined;
}

export interface BlinkCommand {
  readonly run: 'blink';
  readonly name: string;
}

export type Command =
  | { readonly run: 'node' | 'keygen' | 'version' }
  /** `about`: a subcommand; undefined: everything. */
  | { readonly run: 'help'; readonly about: string | undefined }
  | WatchRequest
  | BlinkCommand
  | { readonly run: 'refuse'; readonly why: string };

/** A word or an option, as `--help` shows it. */
interface Described {
  /** As it is written: `NAME`, `--json`, `--within TIME`. */
  readonly usage: string;
  readonly meaning: string;
}

interface Operand extends Described {
  readonly optional?: true;
}

interface Option extends Described {
  readonly name: string;
  /** Whether a word follows it. */
  readonly takes: 'nothing' | 'a word';
}

type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** What can be asked for by name. */
interface Subcommand {
  readonly name: string;
  readonly operands: readonly Operand[];
  readonly options: readonly Option[];
  readonly meaning: string;
  /** The exit codes that are its answer, in words. */
  readonly exitCodes?: string;
  /** `operands`: no more than there may be, no fewer than there must. A text says why it is refused. */
  readonly read: (operands: readonly string[], options: OptionValues) => Command | string;
}

const LINE_CHARACTERS = 90;
const USUAL_EXITS = '64 the command line is wrong, 78 the configuration is';
const TIME = 'a time from 1s to 1440m, such as 30s or 5m';

const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'watch',
    operands: [{ usage: 'NAME', meaning: 'Only devices of this name', optional: true }],
    options: [
      {
        name: 'json',
        usage: '--json',
        takes: 'nothing',
        meaning: 'For scripts: each event as one JSON object a line',
      },
      {
        name: 'within',
        usage: '--within TIME',
        takes: 'a word',
        meaning: `Only answers whether the device NAME is heard in that time: ${TIME}`,
      },
    ],
    meaning: 'Lists the devices of this LAN in a live table. It only listens and sends nothing',
    exitCodes: 'With --within: 0 the device was heard, 1 it was not',
    read: ([name], { json, within }) => {
      if (within !== undefined && name === undefined) return '--within needs the NAME of a device';
      const withinMs = typeof within === 'string' ? durationMs(within) : undefined;
      if (within !== undefined && withinMs === undefined) return `--within must be ${TIME}`;
      return named(name) ?? { run: 'watch', name, json: json === true, withinMs };
    },
  },
  {
    name: 'blink',
    operands: [{ usage: 'NAME', meaning: 'What the device announces itself as' }],
    options: [],
    meaning: 'Makes the device NAME of this LAN blink fast for 15 s, so that you see which one it is',
    exitCodes: '0 it blinks, 1 nobody of that name was heard, 2 it was heard and does not do it',
    read: ([name = '']) => named(name) ?? { run: 'blink', name },
  },
  {
    name: 'keygen',
    operands: [],
    options: [],
    meaning: 'Prints a new FLEET_KEY',
    read: () => ({ run: 'keygen' }),
  },
];

const COMMON: ParseArgsConfig['options'] = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
};

/** Whatever is not understood is refused, with one line that says why. */
export function readCommandLine(args: readonly string[]): Command {
  const [first] = args;
  if (first === undefined) return { run: 'node' }; // On the board, without loading a parser.
  const subcommand = SUBCOMMANDS.find(({ name }) => name === first);
  if (!subcommand && !first.startsWith('-')) return refuse(`there is no command ${JSON.stringify(first)}`);
  try {
    return readWords(subcommand, subcommand ? args.slice(1) : [...args]);
  } catch (error) {
    return refuse(parserComplaint(error as Error));
  }
}

function readWords(subcommand: Subcommand | undefined, args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    options: { ...COMMON, ...parserOptions(subcommand?.options ?? []) },
    allowPositionals: true,
  });
  if (values.help) return { run: 'help', about: subcommand?.name };
  if (values.version) return { run: 'version' };
  if (!subcommand) {
    const [stray] = positionals;
    return stray === undefined ? { run: 'node' } : refuse(`a command comes first: ${JSON.stringify(stray)}`);
  }
  const { length } = positionals;
  const least = subcommand.operands.filter(({ optional }) => !optional).length;
  if (length < least || length > subcommand.operands.length)
    return refuse(`the command is "${usageOf(subcommand)}"`);
  const read = subcommand.read(positionals, values as OptionValues);
  return typeof read === 'string' ? refuse(read) : read;
}

function parserOptions(options: readonly Option[]): ParseArgsConfig['options'] {
  return Object.fromEntries(
    options.map(({ name, takes }) => [name, { type: takes === 'nothing' ? 'boolean' : 'string' }]),
  );
}

/** Node's parser adds advice to its complaint; one sentence is enough. */
function parserComplaint({ message }: Error): string {
  const [sentence = message] = message.split(/\. |\n/, 1);
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

function refuse(why: string): Command {
  return { run: 'refuse', why: printable(`${why}; see --help`) };
}

/** Why no device can be called so; undefined when one can, or when no name is given. */
function named(name: string | undefined): string | undefined {
  const fault = name === undefined ? undefined : nameFault(name);
  return fault && `a device's name ${fault}`;
}

function durationMs(text: string): number | undefined {
  const [, figure, unit] = /^(\d{1,5})(s|m)$/.exec(text) ?? [];
  const ms = Number(figure) * (unit === 'm' ? 60_000 : 1_000);
  return ms >= 1_000 && ms <= 86_400_000 ? ms : undefined;
}

function usageOf({ name, operands, options }: Subcommand): string {
  const words = operands.map(({ usage, optional }) => (optional ? `[${usage}]` : usage));
  return [name, ...words, ...options.map(({ usage }) => `[${usage}]`)].join(' ');
}

export interface DescribedVariable {
  readonly name: string;
  readonly meaning: string;
  readonly allowed: string;
  readonly unset: string;
}

/** `about`: a subcommand; undefined: everything. */
export function helpText(variables: readonly DescribedVariable[], about?: string): string {
  const subcommand = SUBCOMMANDS.find(({ name }) => name === about);
  return subcommand ? subcommandHelp(subcommand) : wholeHelp(variables);
}

function subcommandHelp(subcommand: Subcommand): string {
  const { meaning, operands, options, exitCodes } = subcommand;
  const words = [...operands, ...options].map((each) => entry(each.usage, each.meaning));
  return [
    `Usage: multitastic ${usageOf(subcommand)}\n`,
    `${meaning}.\n`,
    ...(words.length > 0 ? [words.join('')] : []),
    ...(exitCodes ? [`Exit codes: ${exitCodes};\n${USUAL_EXITS}.\n`] : []),
    'The variables of the environment are those of the device; see multitastic --help.\n',
  ].join('\n');
}

function wholeHelp(variables: readonly DescribedVariable[]): string {
  const described = variables.map(({ name, meaning, allowed, unset }) =>
    entry(name, meaning, `${allowed}. Unset: ${unset}`),
  );
  const commands = SUBCOMMANDS.map((each) => entry(usageOf(each), each.meaning));
  return `Usage: multitastic [command] [--help] [--version]

Without a command: announces this device on its LAN, lists its friends, and shows them on an LED.
Ends on Ctrl-C or SIGTERM.

Commands (each explains itself with --help):
${commands.join('\n')}
Environment:
${described.join('\n')}
Exit codes: 0 ended as asked, 1 gave up, ${USUAL_EXITS}.
`;
}

function entry(title: string, ...sentences: readonly string[]): string {
  return `  ${title}\n${sentences.map((each) => `${wrapped(`${each}.`)}\n`).join('')}`;
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= LINE_CHARACTERS) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => `      ${line}`).join('\n');
}
