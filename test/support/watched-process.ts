/** A process that a test starts, and sees end. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal, or from the start of waiting, to the end of the process and of its output. */
  readonly tookMs: number;
}

/** Long enough for anything that ends, on a machine that is busy with something else. */
const PATIENCE_MS = 30_000;

export class WatchedProcess {
  readonly title: string;
  stderr = '';
  protected readonly child: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** `environment`: all that it gets, besides the PATH. */
  constructor(
    title: string,
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'pipe'],
  ) {
    this.title = title;
    const [program = '', ...words] = command;
    this.child = spawn(program, words, { stdio, env: { PATH: process.env.PATH ?? '', ...environment } });
    this.#ended = once(this.child, 'close');
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal and waits for the end. SIGKILL follows when it does not come. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    if (this.running) this.child.kill(signal);
    return this.end();
  }

  /** Waits for the process to end by itself. */
  async end(timeoutMs = PATIENCE_MS): Promise<Ending> {
    const startedAt = performance.now();
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), timeoutMs);
    await this.#ended;
    clearTimeout(impatience);
    const { exitCode, signalCode } = this.child;
    return { code: exitCode, signal: signalCode, tookMs: performance.now() - startedAt };
  }
}
