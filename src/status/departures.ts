/** Who has gone lately: somebody who looks at a table shall see that a device is missing, and which. Pure. */
import type { RosterEvent } from '../roster/roster-events.ts';

const REMEMBERED_MS = 60_000;
/** More than a screen has lines for. */
const REMEMBERED_MAX = 64;

export interface Departure {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly lastHeardAt: number;
  readonly leftAt: number;
}

export class Departures {
  #departures: readonly Departure[] = [];

  note(event: RosterEvent, now: number): void {
    if (event.event === 'peer.left') {
      const { peer: name, address, port, silentMs } = event;
      const departure = { name, address, port, lastHeardAt: now - silentMs, leftAt: now };
      this.#departures = [...this.#departures, departure].slice(-REMEMBERED_MAX);
    }
    if (event.event === 'peer.joined')
      this.#departures = this.#departures.filter(
        ({ name, address }) => name !== event.peer || address !== event.address,
      );
  }

  recent(now: number): readonly Departure[] {
    return this.#departures.filter(({ leftAt }) => now - leftAt < REMEMBERED_MS);
  }
}
