/** Which of a peer's latest 32 announcements were heard: their gaps are the loss. Pure. */

const WINDOW = 32;
/** A peer that skips more has not lost them all on the way. */
const GAP_MAX = 1_000;

export class SequenceWindow {
  #latest: number;
  /** One bit an announcement, the latest lowest. */
  #heard = 1;
  /** How many of the window there have been. */
  #seen = 1;

  constructor(first: number) {
    this.#latest = first;
  }

  get latest(): number {
    return this.#latest;
  }

  /** In percent of those that can be judged. */
  get lossPercent(): number {
    let heard = 0;
    for (let bits = this.#heard; bits !== 0; bits = (bits & (bits - 1)) >>> 0) heard++;
    return Math.round((100 * (this.#seen - heard)) / this.#seen);
  }

  /** False: it comes late or once more, so that a newer one has already been heard. */
  note(sequence: number): boolean {
    const ahead = sequence - this.#latest;
    // The network holds nothing back for a whole window: rather has somebody claimed a number that is yet to come.
    if (ahead > GAP_MAX || ahead <= -WINDOW) this.#restart(sequence);
    else if (ahead > 0) this.#advance(ahead, sequence);
    else {
      this.#fillIn(-ahead);
      return false;
    }
    return true;
  }

  /** Late, and perhaps older than the first one heard. */
  #fillIn(behind: number): void {
    this.#heard = (this.#heard | (1 << behind)) >>> 0;
    this.#seen = Math.max(this.#seen, behind + 1);
  }

  #advance(by: number, to: number): void {
    this.#heard = by >= WINDOW ? 1 : ((this.#heard << by) | 1) >>> 0;
    this.#seen = Math.min(WINDOW, this.#seen + by);
    this.#latest = to;
  }

  #restart(sequence: number): void {
    this.#latest = sequence;
    this.#heard = 1;
    this.#seen = 1;
  }
}
