/**
 * Whether a peer hears us: it does if its list has a recent announcement of ours, and that also proves that it is there now
 * and no recording. Pure.
 */
import type { RichAnnouncement } from '../datagram/announcement.ts';
import { listingOf } from '../datagram/heard-list.ts';
import type { OwnSequence } from './own-sequence.ts';
import type { RichPeer } from './peer.ts';

/** Three announcements that pass us over are no chance: it no longer hears us. */
export const MISSES_MAX = 3;

/** What lists are searched for. */
export interface Own {
  readonly ownBoot: string;
  readonly ownSequence: OwnSequence;
}

/** `again`: it had heard us before, and passed us over in between. */
export type ProofChange = 'begins' | 'begins again' | 'lapses';

/** Notes what a peer's announcement says of us, and whether that changes anything. */
export function judgeProof(
  rich: RichPeer,
  said: RichAnnouncement,
  own: Own,
  now: number,
): ProofChange | undefined {
  const isFresh = (listed: number) => own.ownSequence.isFresh(listed, now);
  const listing = listingOf(own.ownBoot, said, isFresh);
  if (typeof listing === 'number' && isFresh(listing)) return noteProof(rich);
  // Whoever asks leaves out those it is in doubt about, which says nothing yet.
  if (listing !== 'unsaid' && !said.asks) rich.misses++;
  if (!rich.hearsUs || rich.misses < MISSES_MAX) return undefined;
  rich.hearsUs = false;
  return 'lapses';
}

function noteProof(rich: RichPeer): ProofChange | undefined {
  rich.misses = 0;
  if (rich.hearsUs) return undefined;
  const change = rich.hasHeardUs ? 'begins again' : 'begins';
  rich.hearsUs = true;
  rich.hasHeardUs = true;
  return change;
}
