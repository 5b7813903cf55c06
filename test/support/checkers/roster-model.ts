/** A second, simple-minded roster: who has been said to be here, and until when each of them may be silent. */
import type { Endpoint } from '../../../src/system/system.ts';

/** Whoever is due since less than this may be about to leave: timers may fire late. */
const JUST_DUE_MS = 50;

export interface Listed extends Endpoint {
  readonly name: string;
  deadline: number;
}

export class RosterModel {
  readonly #listed = new Map<string, Listed>();

  get size(): number {
    return this.#listed.size;
  }

  get all(): readonly Listed[] {
    return [...this.#listed.values()];
  }

  get(name: string, endpoint: Endpoint): Listed | undefined {
    return this.#listed.get(keyOf(name, endpoint));
  }

  add(name: string, { address, port }: Endpoint, deadline: number): void {
    this.#listed.set(keyOf(name, { address, port }), { name, address, port, deadline });
  }

  remove({ name, ...endpoint }: Endpoint & { readonly name: string }): boolean {
    return this.#listed.delete(keyOf(name, endpoint));
  }

  /** Everybody gets a whole hold, except whoever may have left before `goneAt`. */
  thaw(deadline: number, goneAt: number): void {
    for (const each of this.#listed.values()) if (each.deadline > goneAt) each.deadline = deadline;
  }

  /**
   * Removes as many as a summary says there are fewer, of those whose hold has passed by `now`. Who is left of these was
   * thawed in time, at `thawedAt`, and has until `deadline`. False: so many could not have gone.
   */
  shrinkTo(size: number, now: number, thawedAt: number, deadline: number): boolean {
    const expired = this.all.filter((each) => each.deadline <= now).sort((a, b) => a.deadline - b.deadline);
    for (const each of expired.slice(0, Math.max(0, this.size - size))) this.remove(each);
    for (const each of this.#listed.values())
      if (each.deadline <= Math.max(now - JUST_DUE_MS, thawedAt)) each.deadline = deadline;
    return this.size === size;
  }
}

function keyOf(name: string, { address, port }: Endpoint): string {
  return `${address}:${port} ${name}`;
}
