import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { Roster } from '../../../src/roster/roster.ts';
import { Departures } from '../../../src/status/departures.ts';
import { sightingsOf } from '../../../src/status/sightings.ts';
import { bootOf, classic, rich } from '../announcements.ts';
import { A, B, C, HOLD, INTERVAL } from '../roster/rosters.ts';

/** As `watch` has it. */
function listener({ sealed = false } = {}) {
  return new Roster({
    ownName: '',
    ownId: '',
    ownBoot: '',
    ownSequence: new OwnSequence(),
    announceIntervalMs: INTERVAL,
    holdMs: HOLD,
    sealed,
    needsProof: false,
  });
}

const listing = (...devices: number[]) => ({
  heard: devices.map((device) => entryOf(bootOf(device), 1)).join(''),
  peers: devices.length,
});
const states = (roster: Roster, now: number) =>
  sightingsOf(roster, [], now).map(({ name, state, heardBy }) => [name, state, heardBy]);

describe('sightingsOf()', () => {
  it('tells by the lists of others who is heard, and by how many', () => {
    const roster = listener();
    roster.heard(rich(1, listing(2, 3)), A, 0);
    roster.heard(rich(2, listing(1)), B, 0);
    roster.heard(rich(3, listing(1)), C, 0);
    expect(states(roster, 1_000).sort()).toEqual([
      ['pi-1', 'heard', 2],
      ['pi-2', 'heard', 1],
      ['pi-3', 'heard', 1],
    ]);
  });

  it('calls unheard, or hearing nobody, only who has been there for an interval', () => {
    const roster = listener();
    roster.heard(rich(1, listing(2)), A, 0);
    roster.heard(rich(2, listing(1)), B, 0);
    roster.heard(rich(3, listing(1, 2)), C, 10_000);
    roster.heard(rich(4, listing()), { ...C, port: 4 }, 10_000);
    expect(states(roster, 11_000).slice(2)).toEqual([
      ['pi-3', 'here', 0],
      ['pi-4', 'here', 0],
    ]);
    for (const at of [15_000, 30_000]) {
      roster.heard(rich(1, { ...listing(2), sequence: at }), A, at);
      roster.heard(rich(2, { ...listing(1), sequence: at }), B, at);
      roster.heard(rich(3, { ...listing(1, 2), sequence: at }), C, at);
      roster.heard(rich(4, { ...listing(), sequence: at }), { ...C, port: 4 }, at);
    }
    expect(states(roster, 31_000).slice(2)).toEqual([
      ['pi-3', 'unheard', 0],
      ['pi-4', 'hears-nobody', 0],
    ]);
  });

  it('does not call anybody unheard where the lists have no room for all', () => {
    const roster = listener();
    for (const at of [0, 15_000, 30_000]) {
      roster.heard(rich(1, { heard: entryOf(bootOf(9), 1), peers: 200, sequence: at }), A, at);
      roster.heard(rich(2, { heard: entryOf(bootOf(1), 1), peers: 200, sequence: at }), B, at);
    }
    expect(states(roster, 31_000)).toEqual([
      ['pi-1', 'heard', undefined],
      ['pi-2', 'here', undefined],
    ]);
  });

  it('knows who is alone, who is late, and who tells nothing but a name', () => {
    const roster = listener();
    roster.heard(rich(1), A, 0);
    roster.heard(classic('bird'), B, 10_000);
    expect(states(roster, 11_000)).toEqual([
      ['pi-1', 'alone', 0],
      ['bird', 'classic', undefined],
    ]);
    expect(states(roster, 19_000)[0]).toEqual(['pi-1', 'late', 0]);
    expect(states(roster, 29_000)[1]).toEqual(['bird', 'late', undefined]);
  });

  it('tells what a device says of itself, and what got lost on the way', () => {
    const roster = listener();
    const facts = { firmware: '1.0.0', signalDbm: -50 };
    roster.heard(rich(1, { sequence: 0, facts }), A, 0);
    roster.heard(rich(1, { sequence: 3, facts }), A, 5_000);
    expect(sightingsOf(roster, [], 6_000)[0]).toMatchObject({ facts, lossPercent: 50, silentMs: 1_000 });
  });
});

describe('A roster that needs no proof', () => {
  it('lists whoever is heard in a fleet with a key, and still believes no number twice', () => {
    const roster = listener({ sealed: true });
    expect(roster.heard(rich(1, { sequence: 5 }), A, 0).map(({ event }) => event)).toEqual([
      'peer.joined',
      'peer.heard',
    ]);
    expect(roster.heard(rich(1, { sequence: 5 }), A, 34_000)).toMatchObject([{ event: 'peer.replayed' }]);
    expect(roster.expire(35_001).map(({ event }) => event)).toEqual(['peer.left']);
  });
});

describe('Departures', () => {
  const left = (peer: string, port = 1) =>
    ({
      event: 'peer.left',
      peer,
      address: '10.0.0.1',
      port,
      peers: 0,
      reason: 'silent',
      silentMs: 35_000,
    }) as const;
  const joined = { ...left('lamp'), event: 'peer.joined', twin: false, clone: false } as const;

  it('are shown for a minute, with how long they have been silent', () => {
    const departures = new Departures();
    departures.note(left('lamp'), 100_000);
    expect(sightingsOf([], departures.recent(110_000), 110_000)).toMatchObject([
      { name: 'lamp', state: 'gone', silentMs: 45_000 },
    ]);
    expect(departures.recent(160_000)).toEqual([]);
  });

  it('are forgotten when the device is back', () => {
    const departures = new Departures();
    departures.note(left('lamp'), 0);
    departures.note(joined, 1_000);
    expect(departures.recent(2_000)).toEqual([]);
  });

  it('are bounded', () => {
    const departures = new Departures();
    for (let i = 0; i < 10_000; i++) departures.note(left(`lamp-${i}`, i), i);
    expect(departures.recent(10_000).length).toBeLessThanOrEqual(64);
  });
});
