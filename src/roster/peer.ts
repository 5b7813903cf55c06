/** One peer, as the roster remembers it. */
import type { Facts } from '../datagram/announcement.ts';
import type { Endpoint } from '../system/system.ts';
import type { Arrivals } from './arrivals.ts';
import type { SequenceWindow } from './sequence-window.ts';

/** An endpoint the peer spoke from before, and when it was last heard there. */
export interface FormerEndpoint extends Endpoint {
  readonly lastHeardAt: number;
  /** When it was first heard elsewhere. */
  readonly leftAt: number;
}

/** A boot that this peer's present one has taken the place of. */
export interface FormerBoot {
  readonly boot: string;
  readonly at: number;
}

/** What only a peer has that speaks the rich frame. */
export interface RichPeer {
  readonly id: string;
  readonly boot: string;
  readonly sequence: SequenceWindow;
  /** It has listed us lately. */
  hearsUs: boolean;
  /** It has listed us at some time. */
  hasHeardUs: boolean;
  /** How many announcements have passed us over since it listed us. */
  misses: number;
  /** How many peers it hears, and the latest list of them. */
  peers: number;
  heard: string;
  facts: Facts;
  /** Bounded by FORMER_BOOTS_MAX. */
  formerBoots: readonly FormerBoot[];
}

export interface Peer {
  name: string;
  endpoint: Endpoint;
  /** When it spoke first, or first from its present endpoint: until shortly after, it may not know us. */
  appearedAt: number;
  joinedAt: number;
  lastHeardAt: number;
  readonly arrivals: Arrivals;
  holdMs: number;
  /** When it is gone if nothing more is heard. Moves with every announcement, and with every thaw. */
  deadline: number;
  /** Its hold has passed, and so has that of most others: more likely it is we who are cut off. */
  stale: boolean;
  /** It has been told as one of our friends. In a fleet with a key only whoever proves to hear us is. */
  friend: boolean;
  /** Several devices bear its identity: its name if it is classic, else its id. Never again taken for one that moved. */
  shared: boolean;
  /** Endpoints it gave up within the last hold; bounded by FORMER_MAX. */
  former: readonly FormerEndpoint[];
  rich: RichPeer | undefined;
  /** The table's own note. */
  tier: Tier | undefined;
}

export type SpeaksRich = Peer & { readonly rich: RichPeer };

/** How little harm it does to forget a peer when the roster is full; `unproven`: a fleet with a key waits for its proof. */
export type Tier = 'unproven' | 'tentative' | 'steady';
