/**
 * Whether this node does its work. Pure. Waiting for a network is work; having an address and no beacon is not. That the
 * event loop turns at all is proven by somebody getting an answer.
 */
import type { NodeEvent } from './events.ts';

/** A rebind takes milliseconds, a restart after a crash up to 10 s; the tick gives the sockets up earlier than this. */
const BEACON_MISSING_MAX_MS = 60_000;

export class Health {
  #hasAddress = false;
  #beaconUp = false;
  /** Since when there has been an address without a beacon. */
  #missingSince: number | undefined;

  note(event: NodeEvent, now: number): void {
    if (event.event === 'address.available' || event.event === 'address.changed') this.#hasAddress = true;
    if (event.event === 'address.lost') this.#hasAddress = false;
    if (event.event === 'beacon.up' || event.event === 'beacon.reopened') this.#beaconUp = true;
    if (event.event === 'beacon.down' || event.event === 'beacon.blocked') this.#beaconUp = false;
    const missing = this.#hasAddress && !this.#beaconUp;
    this.#missingSince = missing ? (this.#missingSince ?? now) : undefined;
  }

  isWell(now: number): boolean {
    return this.#missingSince === undefined || now - this.#missingSince < BEACON_MISSING_MAX_MS;
  }
}
