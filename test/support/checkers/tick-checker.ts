/** The tick: misses only after a true silence of its whole timeout, with open sockets and no flood; and then it does miss. */
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

/** Timers may fire late, and a datagram may arrive while the sockets are still being opened. */
const LATE_MS = 1_000;

/** The tick begins when the sockets are about to be opened. */
const OPENING_MS = 10;

const HOLDS_MS = 120_000;

export class TickChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  /** In a large fleet more: it announces itself more rarely, and says so by its hold. */
  #timeoutMost: number;
  readonly #timeoutMs: number;
  /** Since when nothing was heard; opening the sockets anew is not hearing. Undefined while that does not matter. */
  #silentSince: number | undefined;
  #isOpen = false;
  /** As told lately. */
  #holds: { readonly holdMs: number; readonly at: number }[] = [];
  /** A missed tick is told after the sockets are closed. */
  #silentMsAtClose = 0;
  #flooded = false;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
    this.#timeoutMs = 2 * watched.announceIntervalMs + 5_000;
    this.#timeoutMost = this.#timeoutMs;
  }

  see(observation: Observation): void {
    const now = this.#watched.now();
    switch (observation.saw) {
      case 'opened':
        this.#isOpen = true;
        break;
      case 'closed':
        this.#silentMsAtClose = this.#silentMs(now);
        this.#isOpen = false;
        break;
      case 'delivered':
        if (this.#silentSince !== undefined) this.#silentSince = now;
        break;
      case 'send': {
        const said = this.#watched.understands(observation.payload);
        if (said?.frame === 'rich') this.#noteHold(said.holdMs, now);
        break;
      }
      case 'second':
        if (this.#silentMs(now) > this.#timeoutMost + LATE_MS)
          this.#fail(`nothing was heard for ${this.#silentMs(now)} ms, and the tick is silent about it`);
        break;
      case 'line':
        this.#judge(observation.line.event, now);
    }
  }

  /** Who has waited for a longer interval is not to know at once that it is shorter now. */
  #noteHold(holdMs: number, now: number): void {
    this.#holds = [...this.#holds.filter(({ at }) => now - at < HOLDS_MS), { holdMs, at: now }];
    const longest = Math.max(...this.#holds.map((each) => each.holdMs));
    this.#timeoutMost = this.#timeoutMs + longest - this.#watched.holdMs;
  }

  #judge(event: string, now: number): void {
    if (event === 'flood.began') this.#flooded = true;
    if (event === 'flood.ended') this.#flooded = false;
    if (event === 'beacon.up' || event === 'beacon.unblocked') this.#silentSince = now;
    if (event === 'flood.ended' && this.#silentSince !== undefined) this.#silentSince = now;
    if (event === 'node.stopping') this.#silentSince = undefined;
    if (event !== 'tick.missed') return;
    if (this.#silentMsAtClose < this.#timeoutMs - OPENING_MS)
      this.#fail(`the tick was missed after a silence of only ${this.#silentMsAtClose} ms`);
  }

  #silentMs(now: number): number {
    if (this.#silentSince === undefined || this.#flooded || !this.#isOpen) return 0;
    return now - this.#silentSince;
  }
}
