/** Timers in the order in which they are due, and among equals in the order in which they were set: a binary heap. */

export interface QueuedTimer {
  readonly dueAt: number;
  /** Breaks ties, so that the order never depends on the heap. */
  readonly order: number;
  readonly fire: () => void;
  /** Left in the heap until it comes up: looking for it would cost more. */
  cancelled: boolean;
}

export class TimerQueue {
  readonly #heap: QueuedTimer[] = [];

  push(timer: QueuedTimer): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as QueuedTimer;
      if (!isBefore(timer, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  /** The first timer that is due at `until` or earlier, taken out; undefined when there is none. */
  popDue(until: number): QueuedTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (!first || (!first.cancelled && first.dueAt > until)) return undefined;
      this.#removeFirst();
      if (!first.cancelled) return first;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const child = smallerChild(heap, at);
      if (child === undefined || !isBefore(heap[child] as QueuedTimer, last)) break;
      heap[at] = heap[child] as QueuedTimer;
      at = child;
    }
    heap[at] = last;
  }
}

function smallerChild(heap: readonly QueuedTimer[], at: number): number | undefined {
  const left = 2 * at + 1;
  if (left >= heap.length) return undefined;
  const right = left + 1;
  return right < heap.length && isBefore(heap[right] as QueuedTimer, heap[left] as QueuedTimer)
    ? right
    : left;
}

function isBefore(a: QueuedTimer, b: QueuedTimer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
