/**
 * What becomes of a peer's datagram: an announcement, or one of the ways to be thrown away, each counted. Pure.
 * The cheapest test comes first, because under a flood it is the one that runs.
 */
import type { Announcement, IdentifyRequest, Message, Rejection } from '../datagram/announcement.ts';
import { type Frames, rejectedByBytes } from '../datagram/frames.ts';
import type { ReceiveBudget } from './receive-budget.ts';

/**
 * `source-budget`, `whole-budget`: well-formed as far as we looked, but more than we are willing to read; `misplaced`: a
 * question or an answer to the whole group, or an announcement to us alone.
 */
export type Refusal = Rejection | 'source-budget' | 'whole-budget' | 'misplaced';

/** What may be said to the whole group. */
export type GroupMessage = Announcement | IdentifyRequest;
/** What may be said to one alone. */
export type UnicastMessage = Exclude<Message, Announcement>;

export class Hearing {
  readonly #frames: Frames;
  readonly #budget: ReceiveBudget;
  #received = 0;
  readonly #refused: Record<Refusal, number> = {
    foreign: 0,
    'other-version': 0,
    'too-long': 0,
    'bad-name': 0,
    malformed: 0,
    sealed: 0,
    unsealed: 0,
    'other-fleet': 0,
    forged: 0,
    'source-budget': 0,
    'whole-budget': 0,
    misplaced: 0,
  };

  constructor(frames: Frames, budget: ReceiveBudget) {
    this.#frames = frames;
    this.#budget = budget;
  }

  /** What came to the group. */
  hear(payload: Uint8Array, sourceAddress: string, now: number): GroupMessage | Refusal {
    const heard = this.#read(payload, sourceAddress, now);
    if (typeof heard === 'string') return this.#count(heard);
    return isAnnouncement(heard) || heard.frame === 'identify' ? heard : this.#count('misplaced');
  }

  /** What came to us alone. */
  hearUnicast(payload: Uint8Array, sourceAddress: string, now: number): UnicastMessage | Refusal {
    const heard = this.#read(payload, sourceAddress, now);
    if (typeof heard === 'string') return this.#count(heard);
    return isAnnouncement(heard) ? this.#count('misplaced') : heard;
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

  #read(payload: Uint8Array, sourceAddress: string, now: number): Message | Refusal {
    this.#received++;
    const rejection = rejectedByBytes(payload);
    if (rejection) return this.#budget.waste(now, payload.length) ? rejection : 'whole-budget';
    const verdict = this.#budget.admit(sourceAddress, now);
    return verdict === 'admitted' ? this.#frames.decode(payload) : `${verdict}-budget`;
  }

  #count(reason: Refusal): Refusal {
    this.#refused[reason]++;
    return reason;
  }
}

function isAnnouncement(message: Message): message is Announcement {
  return message.frame === 'rich' || message.frame === 'classic';
}
