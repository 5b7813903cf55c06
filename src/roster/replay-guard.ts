/**
 * Tells an announcement from the recording of one. In a fleet with a key a boot's numbers must rise, and what was said
 * before a peer's last word is no sign of life for as long as it may still list what is fresh. Without a key there is
 * nothing to gain by recordings, as everything can be forged; there only what comes late, after its sender has gone, is refused.
 */

import type { Boot } from './boots.ts';
import { REORDERED_MS } from './classic-identity.ts';
import type { OwnSequence } from './own-sequence.ts';
import type { Peer, SpeaksRich } from './peer.ts';
import { type LastHeard, ReplayMemory } from './replay-memory.ts';

/** So long after a peer has left, and as long as it may list what is fresh, a recording of it is known for one. */
const REPLAY_HOLDS = 2;
const TOLD_EVERY = 1_000;

export interface ReplayGuardOptions {
  readonly sealed: boolean;
  readonly ownSequence: OwnSequence;
}

export class ReplayGuard {
  readonly #options: ReplayGuardOptions;
  readonly #memory = new ReplayMemory();
  #replays = 0;

  constructor(options: ReplayGuardOptions) {
    this.#options = options;
  }

  /** What the boot's next announcement has to be later than, to be believed; `known`: its peer, if it is here. */
  lastOf(boot: Boot, known: SpeaksRich | undefined, now: number): LastHeard | undefined {
    if (!known) return this.#memory.of(keyOf(boot), now);
    return this.#options.sealed ? { sequence: known.rich.sequence.latest, at: known.lastHeardAt } : undefined;
  }

  /** Counts an announcement that is not later. How many there were, if that is to be told: the first, then every thousandth. */
  refuse(last: LastHeard, now: number): number | undefined {
    // Within a second it is the network that doubles or overtakes, and nobody is accused.
    if (!this.#options.sealed || now - last.at < REORDERED_MS) return undefined;
    return ++this.#replays % TOLD_EVERY === 1 ? this.#replays : undefined;
  }

  /** A peer is about to be gone. */
  remember({ rich, lastHeardAt, holdMs }: Peer, now: number): void {
    const { sealed, ownSequence } = this.#options;
    // Who never proved anything needs no memory, and shall not push out that of friends.
    if (!rich || (sealed && !rich.hasHeardUs)) return;
    const forMs = sealed ? Math.max(REPLAY_HOLDS * holdMs, ownSequence.freshMs) : REORDERED_MS;
    this.#memory.keep(keyOf(rich), { sequence: rich.sequence.latest, at: lastHeardAt }, now + forMs);
  }
}

/** No two boots have the same: an id has a fixed length. */
function keyOf({ id, boot }: Boot): string {
  return id + boot;
}
