import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PEERS_MAX, Roster, type RosterEvent } from '../../../src/roster/roster.ts';

const INTERVAL = 15_000;
const HOLD = 35_000;
const A = { address: '10.0.0.1', port: 40_001 };
const B = { address: '10.0.0.2', port: 40_002 };
const C = { address: '10.0.0.3', port: 40_003 };

const roster = () => new Roster({ ownName: 'me', announceIntervalMs: INTERVAL, holdMs: HOLD });
const told = (events: readonly RosterEvent[]) =>
  events
    .filter(({ event }) => event !== 'peer.heard')
    .map(({ event, peer, address, peers }) => `${event} ${peer} ${address} ${peers}`);

describe('Roster.heard()', () => {
  it('lets a peer join, once, and tells every announcement', () => {
    const here = roster();
    expect(here.heard({ name: 'anna' }, A, 0).map(({ event }) => event)).toEqual([
      'peer.joined',
      'peer.heard',
    ]);
    expect(here.heard({ name: 'anna' }, A, 500).map(({ event }) => event)).toEqual(['peer.heard']);
    expect(here.size).toBe(1);
  });

  it('calls a peer a newcomer for two seconds after it appeared', () => {
    const here = roster();
    const newcomer = (now: number) =>
      here.heard({ name: 'anna' }, A, now).some((event) => event.event === 'peer.heard' && event.newcomer);
    expect([0, 1_999, 2_000, 15_000].map(newcomer)).toEqual([true, true, false, false]);
  });

  it('says of a peer with our own name that it is a twin', () => {
    expect(roster().heard({ name: 'me' }, A, 0)[0]).toMatchObject({ event: 'peer.joined', twin: true });
    expect(roster().heard({ name: 'anna' }, A, 0)[0]).toMatchObject({ event: 'peer.joined', twin: false });
  });

  it('renews a peer that speaks from a new port', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 0);
    const [renewed, heard] = here.heard({ name: 'anna' }, { ...A, port: 50_000 }, 5_000);
    expect(renewed).toMatchObject({ event: 'peer.renewed', port: 50_000, previousPort: A.port, peers: 1 });
    expect(heard).toMatchObject({ event: 'peer.heard', newcomer: true });
  });

  it('renews a peer that speaks from a new address', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 0);
    expect(told(here.heard({ name: 'anna' }, B, 5_000))).toEqual(['peer.renewed anna 10.0.0.2 1']);
  });

  it('tells two devices of one name apart as soon as the old endpoint speaks again', () => {
    const here = roster();
    here.heard({ name: 'pi' }, A, 0);
    expect(told(here.heard({ name: 'pi' }, B, 5_000))).toEqual(['peer.renewed pi 10.0.0.2 1']);
    expect(told(here.heard({ name: 'pi' }, A, 15_000))).toEqual(['peer.joined pi 10.0.0.1 2']);
    for (let now = 20_000; now < 200_000; now += 5_000) {
      expect(told(here.heard({ name: 'pi' }, now % 10_000 === 0 ? A : B, now))).toEqual([]);
    }
    expect(here.size).toBe(2);
  });

  it('takes a late datagram of the old socket for what it is', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 0);
    here.heard({ name: 'anna' }, { ...A, port: 50_000 }, 5_000);
    expect(here.heard({ name: 'anna' }, A, 5_999)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('follows a device that moves a few times, and takes one that moves too often for several', () => {
    const here = roster();
    const events = Array.from({ length: 7 }, (_, i) =>
      told(here.heard({ name: 'anna' }, { ...A, port: 50_000 + i }, i * 2_000)),
    );
    expect(events.flat().map((line) => line.split(' ')[0])).toEqual([
      'peer.joined',
      ...Array(4).fill('peer.renewed'),
      'peer.joined',
      'peer.renewed',
    ]);
  });

  it.each([2, 3, 5, 8])('finds the right number of devices when %i share one name', (devices) => {
    const here = roster();
    let now = 0;
    for (let round = 0; round < 10; round++) {
      for (let device = 0; device < devices; device++) {
        now += INTERVAL / devices;
        here.expire(now);
        here.heard({ name: 'raspberrypi' }, { address: `10.0.0.${device}`, port: 49_001 }, now);
      }
    }
    expect(here.size).toBe(devices);
  });
});

describe('Roster.expire()', () => {
  it('lets a peer go when its hold has passed, not a millisecond before', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 1_000);
    expect(here.nextDeadline()).toBe(1_000 + HOLD);
    expect(here.expire(1_000 + HOLD - 1)).toEqual([]);
    expect(here.expire(1_000 + HOLD)).toMatchObject([
      { event: 'peer.left', peer: 'anna', peers: 0, reason: 'silent', silentMs: HOLD },
    ]);
    expect(here.nextDeadline()).toBeUndefined();
  });

  it('counts down the peers as they leave together', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 0);
    here.heard({ name: 'berta' }, B, 0);
    expect(told(here.expire(HOLD))).toEqual(['peer.left anna 10.0.0.1 1', 'peer.left berta 10.0.0.2 0']);
  });
});

describe('Roster.thaw()', () => {
  it('gives each peer one whole hold, and still knows for how long it was silent', () => {
    const here = roster();
    here.heard({ name: 'anna' }, A, 0);
    here.thaw(100_000);
    expect(here.expire(100_000 + HOLD - 1)).toEqual([]);
    expect(here.expire(100_000 + HOLD)).toMatchObject([{ event: 'peer.left', silentMs: 135_000 }]);
  });
});

describe('A full roster', () => {
  const stranger = (i: number) => ({ address: `172.16.${i >> 8}.${i & 255}`, port: 1_024 + i });

  it('stays bounded, and calls nobody it evicts a leaver', () => {
    const here = roster();
    const events = Array.from({ length: 3 * PEERS_MAX }, (_, i) =>
      here.heard({ name: `n${i}` }, stranger(i), i),
    );
    expect(here.size).toBe(PEERS_MAX);
    expect(events.flat().some(({ event }) => event === 'peer.left')).toBe(false);
    expect(here.expire(3 * PEERS_MAX + HOLD)).toHaveLength(PEERS_MAX);
  });

  it('evicts first who was not yet heard in two intervals, then the one silent longest', () => {
    const here = roster();
    for (const [name, from] of [
      ['anna', A],
      ['berta', B],
      ['clara', C],
    ] as const) {
      here.heard({ name }, from, 0);
      here.heard({ name }, from, INTERVAL);
    }
    for (let i = 0; i < 5_000; i++) here.heard({ name: `n${i}` }, stranger(i), INTERVAL + 1 + i);
    expect(told(here.heard({ name: 'anna' }, A, INTERVAL + 6_000))).toEqual([]);
    expect(told(here.heard({ name: 'berta' }, B, INTERVAL + 6_000))).toEqual([]);
    expect(here.size).toBe(PEERS_MAX);
  });

  it('evicts the one silent longest when all are steady', () => {
    const here = roster();
    for (const now of [0, INTERVAL]) {
      for (let i = 0; i < PEERS_MAX; i++) here.heard({ name: `n${i}` }, stranger(i), now + i);
    }
    here.heard({ name: 'n0' }, stranger(0), INTERVAL + 2_000);
    here.heard({ name: 'anna' }, A, INTERVAL + 3_000);
    expect(told(here.heard({ name: 'n0' }, stranger(0), INTERVAL + 4_000))).toEqual([]);
    expect(told(here.heard({ name: 'n1' }, stranger(1), INTERVAL + 4_000))[0]).toMatch(/^peer.joined n1/);
  });
});

describe('Roster, whatever is heard', () => {
  const step = fc.record({
    name: fc.constantFrom('anna', 'berta', 'me'),
    from: fc.constantFrom(A, B, C, { ...A, port: 50_000 }),
    delay: fc.nat(20_000),
  });

  it('tells joins and leaves that add up to the number of peers it tells', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const here = roster();
        let now = 0;
        let peers = 0;
        for (const { name, from, delay } of steps) {
          now += delay;
          for (const event of [...here.expire(now), ...here.heard({ name }, from, now)]) {
            if (event.event === 'peer.joined') peers++;
            if (event.event === 'peer.left') peers--;
            expect(event.peers).toBe(peers);
          }
          expect(here.size).toBe(peers);
        }
      }),
    );
  });

  it('keeps nobody longer than a hold, and nobody shorter', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const here = roster();
        let now = 0;
        for (const { name, from, delay } of steps) {
          now += delay;
          for (const event of here.expire(now)) {
            if (event.event === 'peer.left' && event.silentMs < HOLD) return false;
          }
          if ((here.nextDeadline() ?? now + 1) <= now) return false;
          here.heard({ name }, from, now);
        }
        return true;
      }),
    );
  });
});
