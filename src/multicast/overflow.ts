/**
 * Notices that the kernel throws datagrams away because they come faster than we read them: any friend's announcement may
 * be among them. That happens before the receive budget is spent where a datagram costs more than its share of a second,
 * as false names do on a small board. The kernel's count is a file, so it is looked at rarely.
 */
import type { ReceiveBudget } from './receive-budget.ts';

/** On a LAN as loud as a whole fleet is that is twice a minute, and in a flood as often as may be. */
const LOOK_AFTER_DATAGRAMS = 500;
const LOOK_EVERY_MS = 1_000;

export class Overflow {
  readonly #lost: () => number;
  #lostBefore = 0;
  #unlooked = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #noticedAt: number | undefined;

  /** `lost`: how many so far; begins anew with each receiver. */
  constructor(lost: () => number) {
    this.#lost = lost;
  }

  /** When it was last noticed; undefined: never. */
  get noticedAt(): number | undefined {
    return this.#noticedAt;
  }

  /** A datagram was received. */
  received(now: number): void {
    if (++this.#unlooked < LOOK_AFTER_DATAGRAMS || now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#unlooked = 0;
    this.#lookedAt = now;
    const lost = this.#lost();
    if (lost > 0 && lost !== this.#lostBefore) this.#noticedAt = now;
    this.#lostBefore = lost;
  }
}

/** When something from this address was last thrown away unread, by us or perhaps by the kernel; -Infinity: never. */
export function missedAt(address: string, budget: ReceiveBudget, { noticedAt }: Overflow): number {
  const never = Number.NEGATIVE_INFINITY;
  return Math.max(budget.refusedAt(address) ?? never, noticedAt ?? never);
}
