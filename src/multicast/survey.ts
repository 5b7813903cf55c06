/**
 * Who is still missing after an interval? Pure. By then everybody has announced itself once, and what was lost of that is
 * about as much as the network loses. Others tell how many they hear; whoever knows of fewer asks for the rest, with one
 * run of its list after the other, until it knows as many, an interval has passed, or it has asked often enough.
 */
import type { Random } from '../system/system.ts';
import { fleetIntervalMs } from './cadence.ts';

/** In a fleet of a thousand one round of the list takes about ten questions, and finds two thirds of those still missing. */
const ASK_EVERY_MS = 500;
/** Five rounds in a small fleet and nine in the largest, where many more are missing: what others claim may be wrong. */
const QUESTIONS_LEAST = 3;
const PEERS_PER_QUESTION = 8;

export interface SurveyOptions {
  readonly announceIntervalMs: number;
  readonly random: Random;
}

export class Survey {
  readonly #options: SurveyOptions;
  readonly #beganAt: number;
  #questions = 0;
  #dueAt: number;

  /** Begins with the hello, now. */
  constructor(options: SurveyOptions, now: number) {
    this.#options = options;
    this.#beganAt = now;
    this.#dueAt = now + options.announceIntervalMs;
  }

  /** When to look; Infinity once it is over. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** Call when due, with how many peers we know of and how many others claim. True: ask for those who are missing. */
  look(known: number, claimed: number, now: number): boolean {
    const { announceIntervalMs, random } = this.#options;
    const intervalMs = Math.max(announceIntervalMs, fleetIntervalMs(claimed));
    const ageMs = now - this.#beganAt;
    this.#dueAt = now + ASK_EVERY_MS * (0.5 + random.fraction());
    if (ageMs < intervalMs) this.#dueAt = this.#beganAt + intervalMs;
    else if (ageMs >= 2 * intervalMs) this.#dueAt = Number.POSITIVE_INFINITY;
    else if (this.#questions >= QUESTIONS_LEAST + claimed / PEERS_PER_QUESTION)
      this.#dueAt = Number.POSITIVE_INFINITY;
    else return known < claimed;
    return false;
  }

  /** Call when they were asked for: on a busy LAN that may have to wait. */
  asked(): void {
    this.#questions++;
  }
}
