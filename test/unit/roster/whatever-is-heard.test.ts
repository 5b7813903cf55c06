import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeClassic } from '../../../src/datagram/classic.ts';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import type { Roster } from '../../../src/roster/roster.ts';
import type { RosterEvent } from '../../../src/roster/roster-events.ts';
import { classic, rich } from '../announcements.ts';
import { A, B, C, HOLD, OWN_BOOT, roster } from './rosters.ts';

const from = fc.constantFrom(A, B, C, { ...A, port: 50_000 });
const delay = fc.oneof(fc.nat(2_000), fc.nat(20_000), fc.nat(80_000));
const step = fc.oneof(
  fc.record({ is: fc.constant('classic' as const), device: fc.nat(2), from, delay }),
  fc.record({
    is: fc.constant('rich' as const),
    device: fc.nat(2),
    bootNumber: fc.nat(2),
    sequence: fc.oneof(fc.nat(8), fc.nat(2 ** 32)),
    lists: fc.boolean(),
    asks: fc.boolean(),
    leaving: fc.boolean(),
    holdMs: fc.constantFrom(3_000, HOLD, 100_000),
    from,
    delay,
  }),
  fc.record({ is: fc.constant('thaw' as const), delay }),
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

/** Lives through the steps; `look` sees what was told at each, in order. */
function live(
  steps: readonly Step[],
  sealed: boolean,
  look: (here: Roster, events: readonly RosterEvent[], now: number) => void,
): void {
  const ownSequence = new OwnSequence();
  const here = roster({ sealed, ownSequence });
  let now = 0;
  for (const each of steps) {
    now += each.delay;
    look(here, here.expire(now), now);
    const latest = ownSequence.take(HOLD, now);
    if (each.is === 'thaw') here.thaw(now);
    if (each.is === 'classic' && !sealed)
      look(here, here.heard(classic(`pi-${each.device}`), each.from, now), now);
    if (each.is !== 'rich') continue;
    const { bootNumber, sequence, asks, leaving, holdMs } = each;
    const lists = each.lists ? { heard: entryOf(OWN_BOOT, latest), peers: 1 } : {};
    const said = rich(each.device, { bootNumber, sequence, asks, leaving, holdMs, ...lists });
    look(here, here.heard(said, each.from, now), now);
  }
}

describe.each([
  ['in the clear', false],
  ['with a key', true],
])('Roster, whatever is heard %s,', (_, sealed) => {
  it('tells joins and leaves that add up to the number of friends it tells, but for entries found to be one device', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let friends = 0;
        let classicBefore = 0;
        live(steps, sealed, (here, events) => {
          for (const event of events) {
            if (event.event === 'peer.joined') friends++;
            if (event.event === 'peer.left') friends--;
            // A copy of a card, too, may have been heard by its classic frame first.
            const isCopy = event.event === 'peer.joined' && event.clone && here.classicPeers < classicBefore;
            const isMerged = event.event === 'peer.renewed' || event.event === 'peer.restarted' || isCopy;
            if (isMerged && !sealed && event.peers === friends - 1) friends--;
            if ('peers' in event) expect(event.peers).toBe(friends);
          }
          const known = [...here];
          expect(known.filter(({ friend }) => friend)).toHaveLength(friends);
          expect(here.size).toBe(known.length);
          if (!sealed) expect(here.size).toBe(friends);
          expect(here.classicPeers).toBe(known.filter(({ rich: isRich }) => !isRich).length);
          classicBefore = here.classicPeers;
        });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps nobody longer than its hold, or two when in doubt of itself, and nobody who is heard for shorter', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let lookedAt = 0;
        live(steps, sealed, (here, events, now) => {
          for (const event of events)
            if (event.event === 'peer.left' && event.reason === 'silent')
              expect(event.silentMs).toBeGreaterThanOrEqual(3_000);
          if (now > lookedAt) for (const { deadline } of here) expect(deadline).toBeGreaterThan(now);
          for (const peer of here) expect(peer.deadline - now).toBeLessThanOrEqual(peer.holdMs);
          expect(here.nextLook(now) ?? now + 1).toBeGreaterThan(now);
          lookedAt = now;
        });
      }),
    );
  });

  it('lists those whom it hears, each once, and nobody else', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        live(steps, sealed, (here, _events, now) => {
          const rich = [...here].filter((peer) => peer.rich);
          const { heard, peers } = here.heardList(100, now);
          const doubted = rich.filter(
            ({ friend, deadline, holdMs }) => friend && deadline - now <= Math.min(4_000, holdMs / 4),
          );
          expect(peers).toBe(rich.length - doubted.length);
          expect(heard.length).toBe(9 * peers);
        });
      }),
    );
  });

  it('tells of nobody who is not a friend', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        live(steps, sealed, (here, events) => {
          for (const { event } of events)
            if (event === 'peer.heard') expect([...here].some(({ friend }) => friend)).toBe(true);
          if (!sealed) return;
          for (const peer of here) if (peer.rich?.hearsUs) expect(peer.friend).toBe(true);
        });
      }),
    );
  });
});

describe('Roster, with names as the wire brings them,', () => {
  it('never takes a classic peer for a rich one of another endpoint', () => {
    const here = roster();
    const said = plainFrames.decode(encodeClassic(`000000000001${rich(1).boot}`));
    if (typeof said === 'string' || said.frame !== 'classic') throw new Error('not classic');
    here.heard(said, A, 0);
    here.heard(rich(1), B, 0);
    expect(here.size).toBe(2);
  });
});
