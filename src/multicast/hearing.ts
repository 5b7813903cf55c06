/**
 * What becomes of a peer's datagram: an announcement, or one of the ways to be thrown away, each counted. Pure.
 * The cheapest test comes first, because under a flood it is the one that runs.
 */
import type { Announcement, Rejection } from '../datagram/announcement.ts';
import { decodeClassic, rejectedByBytes } from '../datagram/classic.ts';
import type { ReceiveBudget } from './receive-budget.ts';

/** `source-budget`, `whole-budget`: well-formed as far as we looked, but more than we are willing to read. */
export type Refusal = Rejection | 'source-budget' | 'whole-budget';

export class Hearing {
  readonly #budget: ReceiveBudget;
  #received = 0;
  readonly #refused: Record<Refusal, number> = {
    foreign: 0,
    'other-version': 0,
    'too-long': 0,
    'bad-name': 0,
    'source-budget': 0,
    'whole-budget': 0,
  };

  constructor(budget: ReceiveBudget) {
    this.#budget = budget;
  }

  hear(payload: Uint8Array, sourceAddress: string, now: number): Announcement | Refusal {
    this.#received++;
    const heard = this.#judge(payload, sourceAddress, now);
    if (typeof heard === 'string') this.#refused[heard]++;
    return heard;
  }

  /** How many were refused for this reason. */
  refused(reason: Refusal): number {
    return this.#refused[reason];
  }

  /** Since the beginning, without our own echo. */
  counts(): { received: number; dropped: number } {
    const dropped = Object.values(this.#refused).reduce((total, each) => total + each, 0);
    return { received: this.#received, dropped };
  }

  #judge(payload: Uint8Array, sourceAddress: string, now: number): Announcement | Refusal {
    const rejection = rejectedByBytes(payload);
    if (rejection) return this.#budget.waste(now) ? rejection : 'whole-budget';
    const verdict = this.#budget.admit(sourceAddress, now);
    return verdict === 'admitted' ? decodeClassic(payload) : `${verdict}-budget`;
  }
}
