/**
 * Time that passes as fast as it can be computed. Due timers fire in order, one at a time, and between two of them all
 * promises settle, as they do between two callbacks of a real event loop. Every process in the simulation has a clock of
 * its own, with its own start and drift, which knows its pending timers: what a stopped process left behind shows here.
 */
import type { Clock, Timer } from '../../src/system/system.ts';
import { TimerQueue } from './timer-queue.ts';

/** More timers at one instant than any scenario has: somebody re-arms a timer of 0 ms for ever. */
const AT_ONE_INSTANT_MAX = 100_000;

/** Node lets all promises settle between two immediates; one round of its event loop for each would cost more than they. */
const TIMERS_PER_ROUND = 64;

/** However early a timer fires, some time passes first. */
const LEAST_MS = 0.05;

export class VirtualClock {
  readonly #queue = new TimerQueue();
  #now = 0;
  #order = 0;
  #fired = 0;
  #atThisInstant = 0;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** How many timers have fired. */
  get fired(): number {
    return this.#fired;
  }

  at(dueAt: number, fire: () => void): Timer {
    const timer = { dueAt: Math.max(dueAt, this.#now), order: this.#order++, fire, cancelled: false };
    this.#queue.push(timer);
    return {
      cancel: () => {
        timer.cancelled = true;
      },
    };
  }

  after(delayMs: number, fire: () => void): Timer {
    return this.at(this.#now + delayMs, fire);
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets time pass until `until`, or until `done` says so; it is asked after every timer. True: it was done. */
  async run(until: number, done: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      const isDone = await this.#round(until, done);
      if (isDone !== undefined) return isDone;
    }
  }

  /** Undefined: there is more to do. */
  #round(until: number, done: () => boolean): Promise<boolean | undefined> {
    return new Promise((resolve, reject) => {
      let isDone: boolean | undefined;
      const step = () => {
        try {
          isDone ??= done() || this.#fire(until);
        } catch (error) {
          isDone = false;
          reject(error);
        }
      };
      for (let count = 0; count < TIMERS_PER_ROUND; count++) setImmediate(step);
      setImmediate(() => resolve(isDone));
    });
  }

  /** Fires the next timer; false when there is none, so that it is `until` now. */
  #fire(until: number): false | undefined {
    const timer = this.#queue.popDue(until);
    if (!timer) {
      this.#now = until;
      return false;
    }
    this.#atThisInstant = timer.dueAt === this.#now ? this.#atThisInstant + 1 : 0;
    if (this.#atThisInstant > AT_ONE_INSTANT_MAX) throw new Error(`time stands still at ${this.#now} ms`);
    this.#now = timer.dueAt;
    this.#fired++;
    timer.fire();
    return undefined;
  }
}

export interface Quirks {
  /** What the clock shows at the simulation's beginning. */
  readonly offsetMs: number;
  /** 0.0001 is 100 parts per million, a usual crystal; resonators and hot boards reach more. */
  readonly drift: number;
  /** How much later than asked a timer fires: the event loop was busy. Negative: earlier, as it counts in whole ms. */
  readonly latenessMs: () => number;
}

/** The clock of one process. */
export class ProcessClock implements Clock {
  readonly #world: VirtualClock;
  readonly #quirks: Quirks;
  readonly #pending = new Set<symbol>();
  #dead = false;

  constructor(world: VirtualClock, quirks: Quirks) {
    this.#world = world;
    this.#quirks = quirks;
  }

  get pendingTimers(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#quirks.offsetMs + this.#world.now * (1 + this.#quirks.drift);
  }

  after(delayMs: number, callback: () => void): Timer {
    const id = Symbol();
    this.#pending.add(id);
    const timer = this.#world.after(this.#worldDelay(delayMs), () => {
      this.#pending.delete(id);
      if (!this.#dead) callback();
    });
    return {
      cancel: () => {
        this.#pending.delete(id);
        timer.cancel();
      },
    };
  }

  /** The process was killed: none of its timers fires any more. */
  kill(): void {
    this.#dead = true;
  }

  /** A nanosecond more, so that rounding alone never lets a timer fire before its time by this clock. */
  #worldDelay(delayMs: number): number {
    const exact = Math.max(0, delayMs) / (1 + this.#quirks.drift) + 1e-6;
    return Math.max(Math.min(exact, LEAST_MS), exact + this.#quirks.latenessMs());
  }
}
