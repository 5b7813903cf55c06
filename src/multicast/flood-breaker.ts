/**
 * What to do about the receiver when its budget is spent: shut it for a second, but rarely, and tell a flood's begin
 * and end once each. Pure. Shutting the socket is the only brake there is: node:dgram cannot pause, and a socket bound
 * to the group goes on receiving after it has left the group.
 */

const SHUT_MS = 1_000;
/** Between two shuts: our friends' announcements need a chance to come through. */
const SHUT_EVERY_MS = 5_000;
/** How often an open receiver is asked whether the flood is over. */
const LOOK_MS = 250;

type State =
  | { readonly is: 'calm' }
  | { readonly is: 'shut'; readonly dueAt: number }
  | { readonly is: 'wary'; readonly dueAt: number };

export class FloodBreaker {
  #state: State = { is: 'calm' };
  #shutAt = Number.NEGATIVE_INFINITY;

  get flooded(): boolean {
    return this.#state.is !== 'calm';
  }

  /** When to call {@link look}; undefined in calm times. */
  get dueAt(): number | undefined {
    return this.#state.is === 'calm' ? undefined : this.#state.dueAt;
  }

  /** The budget is spent. True: shut the receiver now; false: throw the datagram away and go on. */
  exhausted(now: number): boolean {
    if (this.#state.is === 'shut' || now - this.#shutAt < SHUT_EVERY_MS) return false;
    this.#shutAt = now;
    this.#state = { is: 'shut', dueAt: now + SHUT_MS };
    return true;
  }

  /** Call when due. `recovered`: what comes in is well below the budget. */
  look(recovered: boolean, now: number): 'reopen' | 'ended' | undefined {
    if (this.#state.is === 'calm' || now < this.#state.dueAt) return undefined;
    const wasShut = this.#state.is === 'shut';
    if (!wasShut && recovered) {
      this.#state = { is: 'calm' };
      return 'ended';
    }
    this.#state = { is: 'wary', dueAt: now + LOOK_MS };
    return wasShut ? 'reopen' : undefined;
  }
}
