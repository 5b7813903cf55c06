/** Gives memory back after a flood: an idle process allocates nothing, so its heap would stay as large as it had become. */
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Heap, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

/** V8 lets its young generation shrink only when it has seen little allocation for a while; sooner was seen not to help. */
const QUIET_MS = 8_000;

export class HeapKeeper implements Child {
  readonly id = 'heap-keeper';
  readonly #clock: Clock;
  readonly #heap: Heap;
  #timer: Timer | undefined;

  constructor(clock: Clock, heap: Heap) {
    this.#clock = clock;
    this.#heap = heap;
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.#timer?.cancel();
  }

  note({ event }: NodeEvent): void {
    if (event !== 'flood.began' && event !== 'flood.ended') return;
    this.#timer?.cancel();
    if (event === 'flood.ended') this.#timer = this.#clock.after(QUIET_MS, () => this.#heap.giveBack());
  }
}
