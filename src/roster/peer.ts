/** One friend, as the roster remembers it. */
import type { Endpoint } from '../system/system.ts';

/** An endpoint the peer spoke from before, and when it was last heard there. */
export interface FormerEndpoint extends Endpoint {
  readonly lastHeardAt: number;
  /** When it was first heard elsewhere. */
  readonly leftAt: number;
}

export interface Peer {
  readonly name: string;
  endpoint: Endpoint;
  /** When it spoke first, or first from its present endpoint: until shortly after, it may not know us. */
  appearedAt: number;
  readonly joinedAt: number;
  lastHeardAt: number;
  /** When it is gone if nothing more is heard. Moves with every announcement, and with every thaw. */
  deadline: number;
  /** Endpoints it gave up within the last hold; bounded by FORMER_MAX. */
  former: readonly FormerEndpoint[];
  /** Two devices are known to speak under this name; they are never again taken for one that moved. */
  shared: boolean;
}
