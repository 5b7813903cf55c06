/**
 * The board's serial console, line by line: what was printed, and waiting for a line that has not been printed yet.
 */
import { appendFileSync, writeFileSync } from 'node:fs';

/** Carriage returns, and what the serial line picks up while the kernel sets it up. */
const noise = /[^\x20-\x7e]/g;

interface Waiter {
  readonly pattern: RegExp;
  readonly found: (match: RegExpExecArray) => void;
  readonly missed: (reason: string) => void;
}

/** A bookmark: only lines printed after it are looked at. */
export type Mark = number;

export class SerialConsole {
  readonly lines: string[] = [];
  #rest = '';
  #waiters: Waiter[] = [];
  #ended: string | undefined;
  readonly #logFile: string;
  readonly #startedAt = performance.now();

  /** @param logFile is written as lines come in, so that it tells the story even if the bench is killed. */
  constructor(logFile: string) {
    this.#logFile = logFile;
    writeFileSync(logFile, '');
  }

  /** Takes what the serial line delivered, in pieces of any size. */
  receive(text: string): void {
    const pieces = (this.#rest + text).split('\n');
    this.#rest = pieces.pop() ?? '';
    for (const piece of pieces) this.#addLine(piece.replaceAll(noise, ''));
  }

  mark(): Mark {
    return this.lines.length;
  }

  /** All matches since the mark. */
  since(mark: Mark, pattern: RegExp): RegExpExecArray[] {
    return this.lines
      .slice(mark)
      .map((line) => pattern.exec(line))
      .filter((match) => match !== null);
  }

  /** The first match since the mark, waited for. Rejects with the console's last lines. */
  async waitFor(pattern: RegExp, since: Mark, timeoutMs: number): Promise<RegExpExecArray> {
    const already = this.lines.slice(since).find((line) => pattern.test(line));
    if (already !== undefined) return pattern.exec(already)!;
    if (this.#ended !== undefined) throw this.#missed(pattern, this.#ended);
    return await new Promise((resolve, reject) => {
      const missed = (reason: string) => {
        clearTimeout(timer);
        reject(this.#missed(pattern, reason));
      };
      const timer = setTimeout(() => missed(`within ${timeoutMs / 1000} s`), timeoutMs);
      const found = (match: RegExpExecArray) => {
        clearTimeout(timer);
        resolve(match);
      };
      this.#waiters.push({ pattern, found, missed });
    });
  }

  /** Nothing more will come: whoever waits is told at once. */
  end(reason: string): void {
    this.#ended = reason;
    for (const { missed } of this.#waiters.splice(0)) missed(reason);
  }

  #addLine(line: string): void {
    this.lines.push(line);
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(3).padStart(8);
    appendFileSync(this.#logFile, `${seconds} ${line}\n`);
    this.#waiters = this.#waiters.filter(({ pattern, found }) => {
      const match = pattern.exec(line);
      if (match !== null) found(match);
      return match === null;
    });
  }

  #missed(pattern: RegExp, reason: string): Error {
    const tail = this.lines.slice(-15).join('\n  ');
    return new Error(
      `no ${pattern} on the console: ${reason} (all of it: ${this.#logFile}); it ended:\n  ${tail}`,
    );
  }
}
