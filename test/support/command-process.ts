/** The built program as a person runs it: `multitastic watch`, `blink` and whatever else, with what it writes. */
import { TEST_PORT } from './node-process.ts';
import { type Ending, WatchedProcess } from './watched-process.ts';

const PROGRAM = 'dist/multitastic.cjs';
const PATIENCE_MS = 30_000;

export interface CommandOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** What runs the program, e.g. inside of a namespace. */
  readonly prefix?: readonly string[];
  /** On a terminal, by way of `script`. */
  readonly terminal?: boolean;
}

export class CommandProcess extends WatchedProcess {
  stdout = '';

  constructor(
    args: readonly string[],
    { settings = {}, prefix = [], terminal = false }: CommandOptions = {},
  ) {
    const program = [process.execPath, PROGRAM, ...args];
    const command = [...prefix, ...(terminal ? onTerminal(program) : program)];
    const environment = { MULTICAST_PORT: String(TEST_PORT), ...settings };
    super(`multitastic ${args.join(' ')}`, command, environment, [
      terminal ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
    ]);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').filter(Boolean);
  }

  /** The events of `--json` so far. */
  get events(): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.map((line) => JSON.parse(line));
  }

  /** Settles when the condition holds. */
  async until(what: string, condition: () => boolean, timeoutMs = PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      if (performance.now() > deadline)
        throw new Error(`not within ${timeoutMs} ms: ${what}. ${this.story()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** What a person types on the terminal. */
  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Closes our end of its standard output, as `head -1` does. */
  closeOutput(): void {
    this.child.stdout?.destroy();
  }

  /** As Ctrl-C does. */
  override stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
    return super.stop(signal);
  }

  story(): string {
    return `${this.title} wrote:\n${this.stdout}\nand on stderr:\n${this.stderr}`;
  }
}

function onTerminal(command: readonly string[]): readonly string[] {
  const line = `exec ${command.map(quoted).join(' ')}`;
  return ['script', '--quiet', '--return', '--command', line, '/dev/null'];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
