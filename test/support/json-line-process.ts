/**
 * A process that speaks in JSON lines, as a test sees it: every line with the moment it arrived, and a way to wait for
 * one. The moment is that of our reading, so what is measured with it is never shorter than the truth.
 */
import { createInterface } from 'node:readline';
import { WatchedProcess } from './watched-process.ts';

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

/** Long enough for anything that works, on a machine that is busy with something else. */
const PATIENCE_MS = 10_000;

export class JsonLineProcess extends WatchedProcess {
  readonly records: LogRecord[] = [];
  /** What came on stdout and was no JSON object with an event. */
  readonly strayLines: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(title: string, command: readonly string[], environment: Readonly<Record<string, string>>) {
    super(title, command, environment);
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) => this.#read(line));
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
      this.child.once('close', done);
    });
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
