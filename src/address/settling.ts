/**
 * Turns looks at the interface table into address events, so that a burst of kernel messages is one change. Pure.
 * Good news is used at once; bad news may heal itself within a second (a lease renewed, a cable re-seated), so it waits.
 */
import type { NetworkInterface } from '../system/system.ts';
import {
  type AddressEvent,
  changeReason,
  chooseAddress,
  lossReason,
  type UsableAddress,
} from './addresses.ts';

/** Changes closer than this are one change. Measured: a DHCP renewal or a re-created interface settles within it. */
export const SETTLE_MS = 1_000;

export class AddressSettling {
  readonly #networkInterface: string | undefined;
  #told: UsableAddress | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #lostSince: number | undefined;
  #everLooked = false;
  #lookAgainAt: number | undefined;

  constructor(networkInterface: string | undefined) {
    this.#networkInterface = networkInterface;
  }

  /** When a pending change is ripe; undefined when none is pending. */
  get lookAgainAt(): number | undefined {
    return this.#lookAgainAt;
  }

  /** Call on every hint, and again at {@link lookAgainAt}. */
  look(table: readonly NetworkInterface[], now: number): AddressEvent | undefined {
    const seen = chooseAddress(table, { networkInterface: this.#networkInterface, current: this.#told });
    this.#lookAgainAt = undefined;
    this.#lostSince = seen || !this.#told ? undefined : (this.#lostSince ?? now);
    const event = this.#judge(seen, table, now);
    this.#everLooked = true;
    if (!event || event.event === 'address.awaited') return event;
    this.#told = seen;
    this.#toldAt = now;
    return event;
  }

  #judge(
    seen: UsableAddress | undefined,
    table: readonly NetworkInterface[],
    now: number,
  ): AddressEvent | undefined {
    const before = this.#told;
    if (before && seen) return this.#judgeChange(before, seen, now);
    if (before) return this.#judgeLoss(before, table, now);
    if (seen) return { event: 'address.available', now: seen };
    if (this.#everLooked) return undefined;
    return { event: 'address.awaited', reason: lossReason(table, this.#networkInterface) };
  }

  /** The first change after a quiet time is told at once; one on its heels waits until both are a settling time apart. */
  #judgeChange(before: UsableAddress, seen: UsableAddress, now: number): AddressEvent | undefined {
    const reason = changeReason(before, seen);
    if (!reason) return undefined;
    if (!this.#ripe(this.#toldAt, now)) return undefined;
    return { event: 'address.changed', before, now: seen, reason };
  }

  #judgeLoss(
    before: UsableAddress,
    table: readonly NetworkInterface[],
    now: number,
  ): AddressEvent | undefined {
    if (!this.#ripe(this.#lostSince ?? now, now)) return undefined;
    return { event: 'address.lost', before, reason: lossReason(table, before.interface) };
  }

  #ripe(since: number, now: number): boolean {
    if (now - since >= SETTLE_MS) return true;
    this.#lookAgainAt = since + SETTLE_MS;
    return false;
  }
}
