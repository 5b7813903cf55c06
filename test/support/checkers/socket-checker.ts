/** The sockets: one pair at a time, opened only for an address that the node has just seen on an interface, none left. */
import type { NetworkInterface } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

/** For this long a node may wait whether an address that is gone comes back, and try it meanwhile. */
const GONE_MS = 1_100;

export class SocketChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  #openPairs = 0;
  /** By address, when it was last seen; for ever as long as the latest look shows it. */
  readonly #seenAt = new Map<string, number>();

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'look') this.#look(observation.table);
    if (observation.saw === 'opening') this.#judgeAddress(observation.address);
    if (observation.saw === 'opened' && ++this.#openPairs > 1) this.#fail('two pairs of sockets are open');
    if (observation.saw === 'closed') this.#openPairs--;
    if (observation.saw === 'end' && this.#openPairs > 0) this.#fail('a pair of sockets is open at the end');
  }

  #look(table: readonly NetworkInterface[]): void {
    const now = this.#watched.now();
    for (const [address, at] of this.#seenAt)
      if (at === Number.POSITIVE_INFINITY) this.#seenAt.set(address, now);
    for (const { addresses, running } of table)
      if (running) for (const address of addresses) this.#seenAt.set(address, Number.POSITIVE_INFINITY);
  }

  #judgeAddress(address: string): void {
    const seenAt = this.#seenAt.get(address) ?? Number.NEGATIVE_INFINITY;
    if (this.#watched.now() - seenAt > GONE_MS) this.#fail(`opens sockets on ${address}, which is not there`);
  }
}
