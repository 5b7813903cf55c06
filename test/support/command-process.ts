/** The built program as a person runs it: `multitastic watch`, `blink` and whatever else, with what it writes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Ending } from './json-line-process.ts';
import { TEST_PORT } from './node-process.ts';

const PROGRAM = 'dist/multitastic.cjs';
const PATIENCE_MS = 30_000;

export interface CommandOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** What runs the program, e.g. inside of a namespace. */
  readonly prefix?: readonly string[];
  /** On a terminal, by way of `script`. */
  readonly terminal?: boolean;
}

export class CommandProcess {
  readonly title: string;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(
    args: readonly string[],
    { settings = {}, prefix = [], terminal = false }: CommandOptions = {},
  ) {
    this.title = `multitastic ${args.join(' ')}`;
    const command = [process.execPath, PROGRAM, ...args];
    const onTerminal = [
      'script',
      '--quiet',
      '--return',
      '--command',
      `exec ${command.map(quoted).join(' ')}`,
      '/dev/null',
    ];
    const [program = '', ...words] = [...prefix, ...(terminal ? onTerminal : command)];
    this.#child = spawn(program, words, {
      stdio: [terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', MULTICAST_PORT: String(TEST_PORT), ...settings },
    });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
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
    this.#child.stdin?.write(keys);
  }

  /** Closes our end of its standard output, as `head -1` does. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
    if (this.running) this.#child.kill(signal);
    return this.end();
  }

  async end(timeoutMs = PATIENCE_MS): Promise<Ending> {
    const startedAt = performance.now();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs);
    await this.#ended;
    clearTimeout(impatience);
    const { exitCode, signalCode } = this.#child;
    return { code: exitCode, signal: signalCode, tookMs: performance.now() - startedAt };
  }

  story(): string {
    return `${this.title} wrote:\n${this.stdout}\nand on stderr:\n${this.stderr}`;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
