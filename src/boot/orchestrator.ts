/**
 * Decides what should be running: the multicast tree, bound to the one address we have, or nothing. It starts the tree
 * on `available`, stops it on `lost`, and on `changed` stops it before it starts the next: close first, then open, is
 * what makes the kernel report the membership again. A tree that gave up is rebuilt later; after the third time in a
 * row this child crashes, and with it the process: the container's restart policy is the last supervisor.
 */
import type { AddressEvent, UsableAddress } from '../address/addresses.ts';
import { backOffMs } from '../supervision/back-off.ts';
import type { Child } from '../supervision/child.ts';
import { GaveUp } from '../supervision/supervisor.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import type { Clock } from '../system/system.ts';

const REBUILD_FIRST_MS = 10_000;
const REBUILD_MAX_MS = 300_000;
const GIVE_UPS_IN_A_ROW_MAX = 3;
/** A tree that ran this long had recovered: its next give-up begins a new row. Above the longest wait between rebuilds. */
const RECOVERED_MS = 600_000;

export type BootEvent = {
  readonly event: 'tree.gave-up';
  readonly cause: Error;
  readonly giveUps: number;
  readonly rebuildInMs: number;
};

export interface OrchestratorOptions {
  readonly clock: Clock;
  /** Makes the tree for an address; it runs when the orchestrator runs it. */
  readonly tree: (address: UsableAddress) => Child;
  readonly onEvent: (event: BootEvent) => void;
}

export class Orchestrator implements Child {
  readonly id = 'boot';
  readonly #options: OrchestratorOptions;
  #wanted: UsableAddress | undefined;
  /** Aborts when the wanted address is no longer the one that is being served. */
  #superseded = new AbortController();

  constructor(options: OrchestratorOptions) {
    this.#options = options;
  }

  onAddress(event: AddressEvent): void {
    this.#wanted = 'now' in event ? event.now : undefined;
    this.#superseded.abort();
  }

  /** Rejects with the cause once the tree has given up three times in a row, or cannot be stopped. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#superseded.abort());
    while (!signal.aborted) {
      this.#superseded = new AbortController();
      const until = this.#superseded.signal;
      await (this.#wanted ? this.#serve(this.#wanted, until) : aborted(until));
    }
  }

  /** Keeps a tree alive for one address, until another is wanted. */
  async #serve(address: UsableAddress, until: AbortSignal): Promise<void> {
    const { clock, tree, onEvent } = this.#options;
    let giveUps = 0;
    while (!until.aborted) {
      const startedAt = clock.now();
      const cause = await gaveUp(tree(address).run(until));
      if (cause === undefined) return;
      giveUps = clock.now() - startedAt < RECOVERED_MS ? giveUps + 1 : 1;
      if (giveUps >= GIVE_UPS_IN_A_ROW_MAX) throw cause;
      const rebuildInMs = backOffMs(giveUps, REBUILD_FIRST_MS, REBUILD_MAX_MS);
      onEvent({ event: 'tree.gave-up', cause, giveUps, rebuildInMs });
      await pause(clock, rebuildInMs, until);
    }
  }
}

async function gaveUp(run: Promise<void>): Promise<GaveUp | undefined> {
  try {
    await run;
    return undefined;
  } catch (error) {
    if (error instanceof GaveUp) return error;
    throw error;
  }
}
