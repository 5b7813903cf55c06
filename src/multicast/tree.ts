/**
 * The supervision tree for one address, as data: one_for_all [tick, beacon]. The tick is pulled by all that the beacon
 * hears; when it is not, both stop and both start afresh.
 */
import { holdOf } from '../datagram/hold.ts';
import type { Child } from '../supervision/child.ts';
import { type Restart, Supervisor } from '../supervision/supervisor.ts';
import { Tick } from '../supervision/tick.ts';
import { Beacon, type BeaconOptions } from './beacon.ts';

/** The origin allowed 3 in 5 s, which a link flap of 3 s used up for good. */
const RESTARTS_MAX = 5;
const PERIOD_MS = 60_000;
/** Far above what a goodbye and closing two sockets take, also on a starved board. */
const STOP_TIMEOUT_MS = 3_000;

export interface TreeOptions extends Omit<BeaconOptions, 'tick'> {
  readonly onRestart: (restart: Restart) => void;
}

export class MulticastTree implements Child {
  readonly id = 'multicast';
  readonly #supervisor: Supervisor;
  #beacon: Beacon | undefined;

  constructor(options: TreeOptions) {
    const { clock, onRestart } = options;
    this.#supervisor = new Supervisor({
      id: this.id,
      clock,
      children: () => {
        // As with a hold: one lost announcement of our own must not bring the socket down.
        const tick: Tick = new Tick(clock, () => holdOf(beacon.intervalMs));
        const beacon: Beacon = new Beacon({ ...options, tick });
        this.#beacon = beacon;
        return [tick, beacon];
      },
      restartsMax: RESTARTS_MAX,
      periodMs: PERIOD_MS,
      stopTimeoutMs: STOP_TIMEOUT_MS,
      onRestart,
    });
  }

  /** Rejects with GaveUp or StopTimeout. */
  run(signal: AbortSignal): Promise<void> {
    return this.#supervisor.run(signal);
  }

  /** The latest; between two of them it has ended. */
  get beacon(): Beacon | undefined {
    return this.#beacon;
  }
}
