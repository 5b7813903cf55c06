/** Rich peers by their boot: token and id are looked up one after the other, which costs less than to join them first. */
import type { SpeaksRich } from './peer.ts';

/** A device, and which of its processes. */
export interface Boot {
  readonly id: string;
  readonly boot: string;
}

export class Boots {
  /** By token, then by id: only a liar has somebody else's token. */
  readonly #peers = new Map<string, Map<string, SpeaksRich>>();

  get({ id, boot }: Boot): SpeaksRich | undefined {
    return this.#peers.get(boot)?.get(id);
  }

  add(peer: SpeaksRich): void {
    const { id, boot } = peer.rich;
    const claimants = this.#peers.get(boot);
    if (claimants) claimants.set(id, peer);
    else this.#peers.set(boot, new Map([[id, peer]]));
  }

  remove({ id, boot }: Boot): void {
    const claimants = this.#peers.get(boot);
    claimants?.delete(id);
    if (claimants?.size === 0) this.#peers.delete(boot);
  }
}
