/** Rosters to test, and what they tell in one line an event. */
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { Roster } from '../../../src/roster/roster.ts';
import type { RosterEvent } from '../../../src/roster/roster-events.ts';
import { bootOf, idOf } from '../announcements.ts';

export const INTERVAL = 15_000;
export const HOLD = 35_000;
export const A = { address: '10.0.0.1', port: 40_001 };
export const B = { address: '10.0.0.2', port: 40_002 };
export const C = { address: '10.0.0.3', port: 40_003 };

/** Our own device among those of `announcements.ts`. */
export const OWN = 0xfff;
export const OWN_BOOT = bootOf(OWN);

export function roster({
  sealed = false,
  ownSequence = new OwnSequence(),
  missedAt = (_address: string): number | undefined => undefined,
} = {}): Roster {
  return new Roster({
    ownName: 'me',
    ownId: idOf(OWN),
    ownBoot: OWN_BOOT,
    ownSequence,
    announceIntervalMs: INTERVAL,
    holdMs: HOLD,
    sealed,
    missedAt,
  });
}

/** What was told besides announcements heard: the event, and of a peer its name, its address and the number of friends. */
export function told(events: readonly RosterEvent[]): string[] {
  return events
    .filter(({ event }) => event !== 'peer.heard')
    .map((event) =>
      'peer' in event ? `${event.event} ${event.peer} ${event.address} ${event.peers}` : event.event,
    );
}

export const names = (events: readonly RosterEvent[]): string[] => events.map(({ event }) => event);

/** Endpoints of their own for thousands of strangers. */
export const stranger = (i: number) => ({ address: `172.16.${i >> 8}.${i & 255}`, port: 1_024 + i });
