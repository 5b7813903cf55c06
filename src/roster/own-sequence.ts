/**
 * The numbers of our own announcements, and how old each is: a peer that lists one proves that it heard us then. Pure.
 * A recorded announcement lists numbers of long ago, or of another boot, and proves nothing.
 */
import { announcementsAgo } from '../datagram/heard-list.ts';

/** A listing may be this many holds old: one until the peer speaks again, one for announcements that are lost. */
const FRESH_HOLDS = 2;
/** How finely the age is known, in parts of a hold; with it the memory is bounded, whatever is announced. */
const NOTES_PER_HOLD = 8;

interface Note {
  /** The first announcement at or after `at`. */
  readonly sequence: number;
  readonly at: number;
  /** The longest promised by it or by those up to the next note. */
  holdMs: number;
}

export class OwnSequence {
  #next = 0;
  /** The longest of those noted: a fleet that has shrunk may still answer as rarely as before. */
  #holdMs = 0;
  /** At most FRESH_HOLDS × NOTES_PER_HOLD and two more. */
  #notes: Note[] = [];

  /** How long a listing of what we announce now will be fresh. */
  get freshMs(): number {
    return FRESH_HOLDS * this.#holdMs;
  }

  /** How many announcements were made. */
  get made(): number {
    return this.#next;
  }

  /** The number of the announcement that is about to be made, which promises `holdMs`. */
  take(holdMs: number, now: number): number {
    const sequence = this.#next++;
    this.#notes = this.#notes.filter(({ at }) => now - at <= this.freshMs);
    const latest = this.#notes.at(-1);
    if (latest && now - latest.at < this.#holdMs / NOTES_PER_HOLD)
      latest.holdMs = Math.max(latest.holdMs, holdMs);
    else this.#notes.push({ sequence, at: now, holdMs });
    this.#holdMs = Math.max(...this.#notes.map((note) => note.holdMs));
    return sequence;
  }

  /** The number of the latest announcement. */
  get latest(): number {
    return Math.max(0, this.#next - 1);
  }

  /** Whether a number from a peer's list, modulo 2^24, is one of ours and at most two holds old. */
  isFresh(listed: number, now: number): boolean {
    return this.isRecent(this.latest - announcementsAgo(listed, this.latest), now);
  }

  /** Whether a whole number is one of ours and at most two holds old. */
  isRecent(sequence: number, now: number): boolean {
    const oldest = this.#notes.find(({ at }) => now - at <= this.freshMs);
    return oldest !== undefined && sequence >= oldest.sequence && sequence <= this.latest;
  }
}
