/** Keeps the process small, and gives memory back after a flood: an idle process would stay as large as it had become. */
import type { Child } from '../supervision/child.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import type { Clock, Heap, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

/** The first announcement comes first. */
const START_MS = 1_000;
/** V8 lets its young generation shrink only when it has seen little allocation for a while; sooner was seen not to help. */
const QUIET_MS = 8_000;
const UNQUIET: ReadonlySet<NodeEvent['event']> = new Set(['flood.began', 'flood.ended', 'peer.left']);

export class HeapKeeper implements Child {
  readonly id = 'heap-keeper';
  readonly #clock: Clock;
  readonly #heap: Heap;
  #timer: Timer | undefined;
  #wasFlooded = false;
  #stopped = false;

  constructor(clock: Clock, heap: Heap) {
    this.#clock = clock;
    this.#heap = heap;
  }

  async run(signal: AbortSignal): Promise<void> {
    await pause(this.#clock, START_MS, signal);
    if (!signal.aborted) await this.#heap.keepSmall();
    await aborted(signal);
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** The false names of a flood leave long after it, and what they leave behind would stay as well. */
  note({ event }: NodeEvent): void {
    if (event === 'flood.began') this.#wasFlooded = true;
    if (!this.#wasFlooded || !UNQUIET.has(event)) return;
    this.#timer?.cancel();
    if (event !== 'flood.began') this.strained();
  }

  /** Memory was needed that may not be needed again: it is given back when nothing of the kind has happened for a while. */
  strained(): void {
    this.#timer?.cancel();
    if (!this.#stopped) this.#timer = this.#clock.after(QUIET_MS, () => void this.#heap.giveBack());
  }
}
