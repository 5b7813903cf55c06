/**
 * What the roster tells: every change of who is here, and every announcement of a friend. Who is displaced from a full
 * roster is not told.
 */

export interface PeerChange {
  /** The peer's name. */
  readonly peer: string;
  readonly address: string;
  readonly port: number;
  /** How many friends there are after the change, without us. */
  readonly peers: number;
}

/** `leaving`: it said so; `silent`: its hold has passed; `unproven`: it no longer proves that it hears us. */
export type LeaveReason = 'leaving' | 'silent' | 'unproven';

export type RosterEvent =
  /** `twin`: it bears our own name; `clone`: another device has its id, as copied SD cards do. */
  | (PeerChange & { readonly event: 'peer.joined'; readonly twin: boolean; readonly clone: boolean })
  /** The same device, started anew without a goodbye. */
  | (PeerChange & { readonly event: 'peer.restarted' })
  /** The same device, under another address or name, or found to speak the rich frame. */
  | (PeerChange & {
      readonly event: 'peer.renewed';
      readonly previousName: string;
      readonly previousAddress: string;
      readonly previousPort: number;
    })
  | (PeerChange & { readonly event: 'peer.left'; readonly reason: LeaveReason; readonly silentMs: number })
  /** It hears us; `again`: after it had passed us over several times. `one-way`: it no longer lists us. */
  | (PeerChange & { readonly event: 'peer.two-way'; readonly again: boolean })
  | (PeerChange & { readonly event: 'peer.one-way' })
  /** Every announcement of a friend. `newcomer`: a classic one that may not know us yet. */
  | (PeerChange & { readonly event: 'peer.heard'; readonly newcomer: boolean })
  /** Somebody asks whoever it does not list, us among others, to announce itself; about so many are asked at once. */
  | { readonly event: 'peer.asked'; readonly asked: number }
  /** A sealed announcement that was heard before, or is older than one that was. The first, then every thousandth. */
  | { readonly event: 'peer.replayed'; readonly address: string; readonly replays: number };
