/**
 * Watches the interface table: a hint from the kernel → one look at the whole table → at most one address event.
 * A slow poll stands behind the hints, because a hint can be lost.
 */
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, InterfaceTable, Timer } from '../system/system.ts';
import type { AddressEvent } from './addresses.ts';
import { AddressSettling } from './settling.ts';

/** A look costs about 1 ms on the board, so this costs it nothing; a lost hint costs at most this long. */
const POLL_MS = 15_000;

export interface WatcherOptions {
  readonly clock: Clock;
  readonly interfaces: InterfaceTable;
  readonly networkInterface: string | undefined;
  readonly onEvent: (event: AddressEvent) => void;
}

export class AddressWatcher implements Child {
  readonly id = 'address-watcher';
  readonly #options: WatcherOptions;
  readonly #settling: AddressSettling;
  #timer: Timer | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#settling = new AddressSettling(options.networkInterface);
  }

  async run(signal: AbortSignal): Promise<void> {
    const hints = this.#options.interfaces.watch(() => this.#look());
    this.#look();
    await aborted(signal);
    hints.close();
    this.#timer?.cancel();
  }

  #look(): void {
    const { clock, interfaces, onEvent } = this.#options;
    const event = this.#settling.look(interfaces.snapshot(), clock.now());
    if (event) onEvent(event);
    this.#timer?.cancel();
    const lookAgainAt = this.#settling.lookAgainAt ?? clock.now() + POLL_MS;
    this.#timer = clock.after(Math.max(0, lookAgainAt - clock.now()), () => this.#look());
  }
}
