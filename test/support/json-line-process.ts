/**
 * A process that speaks in JSON lines, as a test sees it: every line with the moment it arrived, and a way to wait for
 * one. The moment is that of our reading, so what is measured with it is never shorter than the truth.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface LogRecord {
  /** When the line was read, in the milliseconds of `performance.now()` of the test. */
  readonly at: number;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Awaited {
  /** Only records that arrived after this moment. */
  readonly after?: number;
  /** Fields that must be there with just these values. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly timeoutMs?: number;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal, or from the start of waiting, to the end of the process and of its output. */
  readonly tookMs: number;
}

/** Long enough for anything that works, on a machine that is busy with something else. */
const PATIENCE_MS = 10_000;

export class JsonLineProcess {
  readonly title: string;
  readonly records: LogRecord[] = [];
  /** What came on stdout and was no JSON object with an event. */
  readonly strayLines: string[] = [];
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting = new Set<() => void>();

  constructor(title: string, command: readonly string[], environment: Readonly<Record<string, string>>) {
    this.title = title;
    const [program = '', ...words] = command;
    this.#child = spawn(program, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...environment },
    });
    this.#ended = once(this.#child, 'close');
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => this.#read(line));
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** All records of an event so far. */
  all(event: string, { after = 0, fields = {} }: Awaited = {}): readonly LogRecord[] {
    return this.records.filter((record) => fits(record, event, after, fields));
  }

  /** The first record that fits, be it already there or still to come. */
  async waitFor(event: string, { after = 0, fields = {}, timeoutMs = PATIENCE_MS }: Awaited = {}) {
    const found = () => this.records.find((record) => fits(record, event, after, fields));
    await this.until(() => found() !== undefined || !this.running, timeoutMs);
    const record = found();
    if (record) return record;
    const wanted = `${event} ${JSON.stringify(fields)}`;
    throw new Error(`${this.title} never said ${wanted} (${timeoutMs} ms). ${this.story(12)}`);
  }

  /** Settles when the condition holds, looked at after every line, or when the time is over. */
  async until(condition: () => boolean, timeoutMs: number): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (condition()) done();
      };
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(look);
      this.#child.once('close', done);
    });
  }

  /** Sends a signal and waits for the end. SIGKILL follows when it does not come. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    if (this.running) this.#child.kill(signal);
    return this.end();
  }

  /** Waits for the process to end by itself. */
  async end(timeoutMs = PATIENCE_MS): Promise<Ending> {
    const startedAt = performance.now();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs);
    await this.#ended;
    clearTimeout(impatience);
    const { exitCode, signalCode } = this.#child;
    return { code: exitCode, signal: signalCode, tookMs: performance.now() - startedAt };
  }

  /** The last lines and stderr, for the message of a test that failed. */
  story(lines: number): string {
    const tail = this.records
      .slice(-lines)
      .map(({ event, fields }) => `  ${event} ${JSON.stringify(fields)}`);
    return [`${this.title}, last lines:`, ...tail, ...(this.stderr ? [`  stderr: ${this.stderr}`] : [])].join(
      '\n',
    );
  }

  #read(line: string): void {
    const at = performance.now();
    const { event, ...fields } = parsed(line) ?? {};
    if (typeof event === 'string') this.records.push({ at, event, fields });
    else this.strayLines.push(line);
    for (const look of [...this.#waiting]) look();
  }
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function fits(
  record: LogRecord,
  event: string,
  after: number,
  fields: Readonly<Record<string, unknown>>,
): boolean {
  if (record.event !== event || record.at <= after) return false;
  return Object.entries(fields).every(([name, value]) => record.fields[name] === value);
}
