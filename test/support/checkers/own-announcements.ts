/** What the node itself has announced, and when: what of it a peer's list may prove. */
import { listingIn, type RichSaid } from '../said.ts';

/** A listing may be this many holds old. */
const FRESH_HOLDS = 2;
/** The node knows the age of its announcements only to this part of a hold. */
const AGE_HOLDS = 1 / 8;
/** A hold is told in whole seconds. */
const ROUNDED_MS = 500;
const SEQUENCE_MODULUS = 2 ** 24;

/** `either`: nobody can tell from outside. */
export type Proof = 'fresh' | 'stale' | 'either' | 'unsaid';

export class OwnAnnouncements {
  boot: string | undefined;
  /** The latest few holds' worth, of the longest hold among them. */
  #said: { readonly sequence: number; readonly at: number; readonly holdMs: number }[] = [];

  add({ boot, sequence, holdMs }: RichSaid, at: number): void {
    this.boot = boot;
    const said = [...this.#said, { sequence, at, holdMs }];
    const most = Math.max(...said.map((each) => each.holdMs));
    this.#said = said.filter((each) => at - each.at < 3 * most);
  }

  /** What a peer's announcement says of whether it hears us. */
  proofIn(said: RichSaid, now: number): Proof {
    const listing = this.boot === undefined ? 'unsaid' : listingIn(said, this.boot);
    if (listing === 'unsaid') return 'unsaid';
    if (listing === 'missing') return 'stale';
    const own = this.#said.findLast(({ sequence }) => sequence % SEQUENCE_MODULUS === listing);
    if (!own) return 'stale';
    const holds = this.#said.map(({ holdMs }) => holdMs);
    const least = Math.min(...holds) - ROUNDED_MS;
    const most = Math.max(...holds) + ROUNDED_MS;
    const ageMs = now - own.at;
    if (ageMs > FRESH_HOLDS * most) return 'stale';
    return ageMs < FRESH_HOLDS * least - AGE_HOLDS * most ? 'fresh' : 'either';
  }
}
