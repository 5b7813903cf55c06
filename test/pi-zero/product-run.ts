/**
 * The product running in the guest under the container's restart rule.
 */
import type { Board } from './board.ts';
import type { Mark } from './serial-console.ts';
import { deviceName, deviceUuid } from './witnesses.ts';

/** A start of Node in the guest takes 2 to 4 s; the rest is for a busy host. */
const startTimeoutMs = 300_000;

export interface ProductProcess {
  readonly pid: number;
}

export interface ProductExit {
  readonly pid: number;
  readonly code: number;
}

export class ProductRun {
  readonly #board: Board;
  readonly #rulePid: number;

  private constructor(board: Board, rulePid: number) {
    this.#board = board;
    this.#rulePid = rulePid;
  }

  /** Starts the restart rule, which starts the product. The configuration is the image's, but for name and log. */
  static async start(board: Board): Promise<ProductRun> {
    const environment = `BALENA_DEVICE_UUID=${deviceUuid} DEVICE_NAME=${deviceName} LOG_LEVEL=debug LOG_FORMAT=json`;
    const printed = await board.shell(`${environment} /bench/restart-rule.sh & echo "rule $!"`);
    const pid = printed.map((line) => /^rule (\d+)/.exec(line)?.[1]).find((found) => found !== undefined);
    return new ProductRun(board, Number(pid));
  }

  /** The process that the rule started after the mark. */
  async started(since: Mark): Promise<ProductProcess> {
    const pattern = /^bench: product (\d+) started/;
    return { pid: Number((await this.#board.console.waitFor(pattern, since, startTimeoutMs))[1]) };
  }

  /** All exits that the rule saw since the mark: none, if all is well. */
  exits(since: Mark): ProductExit[] {
    return this.#board.console
      .since(since, /^bench: product (\d+) exited (\d+)/)
      .map((match) => ({ pid: Number(match[1]), code: Number(match[2]) }));
  }

  /** What the engine does on `stop`. Resolves with the product's exit code. */
  async stop(): Promise<number> {
    const mark = this.#board.mark();
    await this.#board.shell(`kill -TERM ${this.#rulePid}`);
    const match = await this.#board.console.waitFor(/^bench: product \d+ exited (\d+)/, mark, startTimeoutMs);
    return Number(match[1]);
  }
}
