/**
 * A device of a fleet with a key, without a network: its frames, its hearing and its roster, put together as the node
 * puts them together, on a time that the attack decides about. Each guard can be left out, to see the attack succeed.
 */
import { randomBytes } from 'node:crypto';
import type { RichAnnouncement } from '../../src/datagram/announcement.ts';
import type { Frames } from '../../src/datagram/frames.ts';
import { heardRoom } from '../../src/datagram/rich.ts';
import { Hearing } from '../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../src/multicast/receive-budget.ts';
import { OwnSequence } from '../../src/roster/own-sequence.ts';
import { Roster } from '../../src/roster/roster.ts';
import type { RosterEvent } from '../../src/roster/roster-events.ts';

export const INTERVAL_MS = 15_000;
export const HOLD_MS = 35_000;

/** No budget: an attacker with patience stays below it. */
const UNLIMITED = 1e9;

export interface Guards {
  /** Numbers must rise, and are remembered beyond a departure. */
  readonly sequence: boolean;
  /** Nobody is a friend who does not list us. */
  readonly proof: boolean;
  /** What is listed must be at most two holds old. */
  readonly freshness: boolean;
}

const ALL_GUARDS: Guards = { sequence: true, proof: true, freshness: true };

/** Whatever is listed of us counts as recent. */
class Credulous extends OwnSequence {
  override isFresh(): boolean {
    return true;
  }
}

export class SealedDevice {
  readonly name: string;
  readonly boot: string;
  readonly #id: string;
  readonly #frames: Frames;
  readonly #hearing: Hearing;
  readonly #ownSequence: OwnSequence;
  readonly #roster: Roster;
  readonly endpoint: { address: string; port: number };

  /** `number`: which device; `bootNumber`: after so many restarts. */
  constructor(number: number, frames: Frames, guards: Guards = ALL_GUARDS, bootNumber = 0) {
    this.name = `device-${number}`;
    this.boot = randomBytes(8).toString('base64url');
    this.#id = number.toString(16).padStart(12, '0');
    this.endpoint = { address: `10.0.0.${number}`, port: 40_000 + bootNumber };
    this.#frames = frames;
    this.#hearing = new Hearing(frames, new ReceiveBudget(UNLIMITED, 0));
    this.#ownSequence = guards.freshness ? new OwnSequence() : new Credulous();
    this.#roster = new Roster({
      ownName: this.name,
      ownId: this.#id,
      ownBoot: this.boot,
      ownSequence: this.#ownSequence,
      announceIntervalMs: INTERVAL_MS,
      holdMs: HOLD_MS,
      sealed: guards.sequence,
      needsProof: guards.proof,
    });
  }

  announce(now: number, { asks = false, leaving = false } = {}): Uint8Array {
    const said: RichAnnouncement = {
      frame: 'rich',
      id: this.#id,
      boot: this.boot,
      sequence: this.#ownSequence.take(HOLD_MS, now),
      name: this.name,
      holdMs: HOLD_MS,
      heard: '',
      fresh: '',
      peers: 0,
      asks,
      leaving,
      facts: {},
    };
    return this.#frames.encode({ ...said, ...this.#roster.heardList(heardRoom(said), now) });
  }

  /** What its roster tells of a datagram; nothing when it was refused before. */
  hear(payload: Uint8Array, from: { address: string; port: number }, now: number): readonly RosterEvent[] {
    const heard = this.#hearing.hear(payload, from.address, now);
    if (typeof heard === 'string' || (heard.frame !== 'rich' && heard.frame !== 'classic')) return [];
    return this.#roster.heard(heard, from, now);
  }

  expire(now: number): readonly RosterEvent[] {
    return this.#roster.expire(now);
  }

  /** All that it believes of its friends, as text. */
  beliefs(): string {
    const friends = [...this.#roster].filter(({ friend }) => friend);
    return friends
      .map(({ rich, name, endpoint, deadline, shared }) =>
        JSON.stringify([rich?.boot, rich?.hearsUs, name, endpoint, deadline, shared]),
      )
      .sort()
      .join('\n');
  }

  /** How many it knows of, friends or not. */
  get acquaintances(): number {
    return this.#roster.size;
  }

  get friends(): readonly string[] {
    return [...this.#roster].filter(({ friend }) => friend).map(({ name }) => name);
  }
}
