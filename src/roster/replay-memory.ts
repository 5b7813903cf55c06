/**
 * How far each boot that is no longer here had counted: what is played back from a recording counts no further. Pure.
 * Without a clock that can be trusted this is all there is; it outlives the peer, and is bounded.
 */

/** Of ~100 bytes each. In a fleet with a key only friends of before are kept, so nobody else can push them out. */
const REMEMBERED_MAX = 2_048;

/** The latest number of a boot, and when it was heard. */
export interface LastHeard {
  readonly sequence: number;
  readonly at: number;
}

interface Memory extends LastHeard {
  readonly until: number;
}

export class ReplayMemory {
  /** In the order in which they were forgotten by the roster. */
  readonly #memories = new Map<string, Memory>();

  /** Of a boot that has gone; undefined when it is not known. */
  of(key: string, now: number): LastHeard | undefined {
    const memory = this.#memories.get(key);
    return memory && memory.until > now ? memory : undefined;
  }

  keep(key: string, { sequence, at }: LastHeard, until: number): void {
    this.#memories.delete(key);
    if (this.#memories.size >= REMEMBERED_MAX) {
      const [oldest] = this.#memories.keys();
      if (oldest !== undefined) this.#memories.delete(oldest);
    }
    this.#memories.set(key, { sequence, at, until });
  }
}
