/**
 * What the LED shows when. Pure: the state and the flashes go in, on or off and the time of the next edge come out.
 * Steady on is never a pattern: that is what a killed process leaves behind.
 */
import type { Snapshot } from './snapshot.ts';

/** Milliseconds on, off, on, off, …; repeated. Told apart from across a room, by somebody who has never seen them. */
const PATTERNS = {
  waiting: [500, 500],
  alone: [100, 1900],
  friends: [100, 150, 100, 850],
  isolated: [100, 150, 100, 150, 100, 1000],
  fault: [150, 100],
  identify: [50, 50],
} as const;

export type LedState = keyof typeof PATTERNS;

/** One announcement of a friend: long, with dark around it so that it stands out of any pattern. */
const FLASH = { darkBeforeMs: 150, onMs: 400, darkAfterMs: 150 } as const;
const FLASH_MS = FLASH.darkBeforeMs + FLASH.onMs + FLASH.darkAfterMs;
/** More would lag behind: eight flashes take 5.6 s. */
const FLASHES_MAX = 8;

export interface LedMoment {
  readonly on: boolean;
  readonly nextEdgeAt: number;
}

export function ledState(snapshot: Snapshot): LedState {
  if (snapshot.identifying) return 'identify';
  if (snapshot.fault) return 'fault';
  if (snapshot.beacon === 'waiting') return 'waiting';
  if (snapshot.reachability === 'deaf' || snapshot.reachability === 'mute') return 'isolated';
  return snapshot.peers > 0 ? 'friends' : 'alone';
}

export class LedPattern {
  #state: LedState = 'waiting';
  /** When the present pattern, or the present flash, began. */
  #beganAt: number;
  #flashes = 0;

  constructor(now: number) {
    this.#beganAt = now;
  }

  show(state: LedState, now: number): void {
    if (state === this.#state) return;
    this.#state = state;
    if (this.#showsFriends && this.#flashes > 0) return; // The new pattern begins after the flashes.
    this.#flashes = 0;
    this.#beganAt = now;
  }

  /** Whether one more flash will be shown. A fault outranks friends, and without a network there are none to show. */
  get mayFlash(): boolean {
    return this.#showsFriends && this.#flashes < FLASHES_MAX;
  }

  flash(now: number): void {
    if (!this.mayFlash) return;
    if (this.#flashes === 0) this.#beganAt = now;
    this.#flashes++;
  }

  at(now: number): LedMoment {
    while (this.#flashes > 0 && now - this.#beganAt >= FLASH_MS) {
      this.#flashes--;
      this.#beganAt += FLASH_MS;
    }
    const steps = this.#flashes > 0 ? [0, ...Object.values(FLASH)] : PATTERNS[this.#state];
    return momentOf(steps, this.#beganAt, now);
  }

  get #showsFriends(): boolean {
    return this.#state !== 'fault' && this.#state !== 'waiting' && this.#state !== 'identify';
  }
}

/** `steps`: milliseconds on, off, on, …; repeated from `beganAt`. */
function momentOf(steps: readonly number[], beganAt: number, now: number): LedMoment {
  const period = steps.reduce((total, step) => total + step, 0);
  const into = (now - beganAt) % period;
  let end = 0;
  for (const [index, step] of steps.entries()) {
    end += step;
    if (into < end) return { on: index % 2 === 0, nextEdgeAt: now + end - into };
  }
  return { on: false, nextEdgeAt: now + period - into };
}
