/**
 * Trades memory for speed, and back: an idle process would stay as large as it had become in a flood, and would gain
 * nothing by being fast.
 */
import { FLEET_PER_SECOND } from '../multicast/cadence.ts';
import { TokenBucket } from '../multicast/token-bucket.ts';
import type { Child } from '../supervision/child.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import type { Clock, Heap, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

/** The first announcement comes first. */
const START_MS = 1_000;
/** V8 lets its young generation shrink only when it has seen little allocation for a while; sooner was seen not to help. */
const QUIET_MS = 8_000;
const UNQUIET: ReadonlySet<NodeEvent['event']> = new Set(['flood.began', 'flood.ended', 'peer.left']);
/**
 * After so many announcements more than a fleet says in the mean (20 a second), being fast is worth its memory. Of a flood
 * the receive budget refuses something before; whoever stays below it is no flood.
 */
const CROWDED_ANNOUNCEMENTS = 10_000;

export class HeapKeeper implements Child {
  readonly id = 'heap-keeper';
  readonly #clock: Clock;
  readonly #heap: Heap;
  /** Undefined once it is decided. */
  #quiet: TokenBucket | undefined;
  #timer: Timer | undefined;
  #wasFlooded = false;
  #stopped = false;

  constructor(clock: Clock, heap: Heap) {
    this.#clock = clock;
    this.#heap = heap;
    this.#quiet = new TokenBucket(FLEET_PER_SECOND, CROWDED_ANNOUNCEMENTS, clock.now());
  }

  async run(signal: AbortSignal): Promise<void> {
    await pause(this.#clock, START_MS, signal);
    if (!signal.aborted) await this.#heap.keepSmall();
    await aborted(signal);
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** An announcement of a friend was heard. */
  noteHeard(): void {
    if (!this.#quiet || this.#quiet.take(1, this.#clock.now())) return;
    this.#quiet = undefined;
    void this.#heap.preferSpeed();
  }

  note(event: NodeEvent): void {
    if (isTooMuch(event)) this.#staySmall();
    if (event.event === 'flood.began') this.#wasFlooded = true;
    if (!this.#wasFlooded || !UNQUIET.has(event.event)) return;
    this.#timer?.cancel();
    // The false names of a flood leave long after it, and what they leave behind would stay as well.
    if (event.event !== 'flood.began') this.strained();
  }

  /** Memory was needed that may not be needed again: it is given back when nothing of the kind has happened for a while. */
  strained(): void {
    this.#timer?.cancel();
    if (!this.#stopped) this.#timer = this.#clock.after(QUIET_MS, () => void this.#heap.giveBack());
  }

  /** For good: whoever was flooded may be flooded again. */
  #staySmall(): void {
    this.#quiet = undefined;
    void this.#heap.keepSmall();
  }
}

/** Somebody says more than we are willing to hear. */
function isTooMuch(event: NodeEvent): boolean {
  if (event.event !== 'datagram.refused') return event.event === 'flood.began';
  return event.reason === 'source-budget' || event.reason === 'whole-budget';
}
