/**
 * What to do about being isolated, and when. Pure. The steps grow in cost: reopening the sockets makes the kernel report
 * our membership anew, which heals a snooping switch that forgot us; asking by unicast tells "multicast is filtered here"
 * from "they are gone"; re-activating the Wi-Fi connection is the last resort, and only for an owner who allowed it.
 */
import type { Reachability } from './reachability.ts';

/** What may heal it. */
export type Remedy = 'reopen' | 'ask' | 'reconnect';
export type Step = Remedy | 'conclude';

const REOPENS = 3;
/** Time for an answer. */
const ANSWER_MS = 3_000;
/** Whoever is alone looks again now and then. */
const ALONE_REOPEN_MS = 60_000;
/** Whoever is mute has said so; the network is not going to be mended by haste. */
const MUTE_REOPEN_MS = 300_000;

export interface Next {
  readonly step: Step;
  readonly at: number;
}

export class Ladder {
  #state: Reachability = 'unknown';
  #since = 0;
  #taken = 0;
  #takenAt = Number.NEGATIVE_INFINITY;

  enter(state: Reachability, now: number): void {
    // Unknown is what healing looks like for a moment; only a known change begins the ladder anew.
    if (state === this.#state || state === 'unknown') return;
    this.#state = state;
    this.#since = now;
    this.#taken = 0;
  }

  taken(now: number): void {
    this.#taken++;
    this.#takenAt = now;
  }

  /** `holdMs`: at most one reopening in it. Undefined: nothing is to be done in this state. */
  next(holdMs: number): Next | undefined {
    if (this.#state === 'deaf') return this.#ofDeaf(holdMs);
    if (this.#state === 'mute') return this.#ofMute(holdMs);
    if (this.#state === 'alone')
      return { step: 'reopen', at: Math.max(this.#since, this.#takenAt) + ALONE_REOPEN_MS };
    return undefined;
  }

  #ofDeaf(holdMs: number): Next {
    if (this.#taken < REOPENS) return { step: 'reopen', at: this.#reopenAt(holdMs) };
    if (this.#taken === REOPENS) return { step: 'ask', at: this.#takenAt + holdMs };
    return { step: 'conclude', at: this.#takenAt + ANSWER_MS };
  }

  #ofMute(holdMs: number): Next {
    if (this.#taken < REOPENS) return { step: 'reopen', at: this.#reopenAt(holdMs) };
    if (this.#taken === REOPENS) return { step: 'reconnect', at: this.#takenAt + holdMs };
    return { step: 'reopen', at: this.#takenAt + Math.max(holdMs, MUTE_REOPEN_MS) };
  }

  #reopenAt(holdMs: number): number {
    return Math.max(this.#since, this.#takenAt + holdMs);
  }
}
