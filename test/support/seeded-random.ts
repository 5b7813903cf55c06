/** Chance that repeats itself: the same seed gives the same numbers on every machine, so that a failure can be replayed. */
import type { Random } from '../../src/system/system.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const TOKEN_CHARACTERS = 11;

export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). Mulberry32, by Tommy Ettinger: 32 bits of state are plenty for a simulation. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  token(): string {
    let token = '';
    while (token.length < TOKEN_CHARACTERS) token += BASE64URL[Math.floor(64 * this.fraction())];
    return token;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.fraction();
  }

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor((most - least + 1) * this.fraction());
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(items.length * this.fraction())];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** A chance of its own, so that what one part of the world asks does not change what another gets. */
  fork(): SeededRandom {
    return new SeededRandom(Math.floor(this.fraction() * 2 ** 32));
  }
}
