import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../src/datagram/announcement.ts';
import { RosterKeeper } from '../../../src/roster/keeper.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { PEERS_MAX } from '../../../src/roster/peer-table.ts';
import type { RosterEvent } from '../../../src/roster/roster-events.ts';
import type { Endpoint } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';
import { bootOf, classic, idOf, rich } from '../announcements.ts';
import { A, B, C, HOLD, INTERVAL, OWN, stranger } from './rosters.ts';

function keeping(latenessMs = () => 0, sealed = false) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs });
  const events: (RosterEvent & { readonly at: number })[] = [];
  const doubts: number[] = [];
  const keeper = new RosterKeeper({
    clock,
    ownName: 'me',
    ownId: idOf(OWN),
    ownBoot: bootOf(OWN),
    ownSequence: new OwnSequence(),
    announceIntervalMs: INTERVAL,
    holdMs: HOLD,
    sealed,
    onEvent: (event) => events.push({ ...event, at: Math.round(world.now) }),
    onDoubt: () => doubts.push(Math.round(world.now)),
  });
  const stopping = new AbortController();
  const ended = keeper.run(stopping.signal);
  const left = () =>
    events.flatMap((event) => (event.event === 'peer.left' ? [`${event.peer} ${event.at}`] : []));
  const hear = (said: Announcement, from: Endpoint) => keeper.heard(said, from, clock.now());
  return { world, clock, keeper, hear, events, doubts, left, stopping, ended };
}

describe('RosterKeeper', () => {
  it('lets a silent peer go when its hold has passed', async () => {
    const { world, hear, left } = keeping();
    hear(classic('anna'), A);
    await world.run(1_000);
    hear(classic('berta'), B);
    await world.run(60_000);
    expect(left()).toEqual(['anna 35000', 'berta 36000']);
  });

  it('tells whether somebody was heard who is there, and not a recording', () => {
    const { hear } = keeping(undefined, true);
    expect([hear(rich(1, { sequence: 5 }), A), hear(rich(1, { sequence: 6 }), A)]).toEqual([true, true]);
    expect([hear(rich(1, { sequence: 6 }), A), hear(rich(OWN), A)]).toEqual([false, false]);
  });

  it('has everybody asked for every second, from when there is doubt until there is none', async () => {
    const { world, hear, doubts, left } = keeping();
    hear(rich(1), A);
    await world.run(32_500);
    expect(doubts).toEqual([31_000, 32_000]);
    hear(rich(1, { sequence: 1 }), A);
    await world.run(60_000);
    expect(doubts).toEqual([31_000, 32_000]);
    await world.run(100_000);
    expect(doubts.slice(2)).toEqual([63_500, 64_500, 65_500, 66_500]);
    expect(left()).toEqual(['pi-1 67500']);
  });

  it('has whoever is in doubt asked for no more often because others leave meanwhile', async () => {
    const { world, hear, doubts, left } = keeping();
    for (let each = 0; each < 20; each++) {
      hear(classic(`false-${each}`), stranger(each));
      await world.run(100 * (each + 1));
    }
    await world.run(3_500);
    hear(rich(1), A);
    await world.run(4_200);
    hear(rich(2), B);
    for (const at of [15_000, 30_000]) {
      await world.run(at);
      hear(classic('carla'), C);
    }
    await world.run(40_000);
    expect(left()).toContain('false-19 36900');
    expect(doubts).toEqual([34_500, 35_200, 36_200, 37_200, 38_200]);
  });

  it('asks for nobody who speaks only the classic frame', async () => {
    const { world, hear, doubts } = keeping();
    hear(classic('anna'), A);
    await world.run(60_000);
    expect(doubts).toEqual([]);
  });

  it('does not keep whoever now promises to speak more often for as long as it promised before', async () => {
    const { world, hear, left } = keeping();
    hear(rich(1, { holdMs: 100_000 }), A);
    await world.run(1_000);
    hear(rich(1, { sequence: 1, holdMs: 10_000 }), A);
    await world.run(200_000);
    expect(left()).toEqual(['pi-1 11000']);
  });

  it('lets a silent peer go in time that took the place of another', async () => {
    const { world, hear, left } = keeping();
    for (let i = 0; i < PEERS_MAX; i++) hear(classic(`n${i}`), stranger(i));
    await world.run(1_000);
    hear(rich(1, { holdMs: 5_000 }), A);
    await world.run(10_000);
    expect(left()).toEqual(['pi-1 6000']);
  });

  it('does not look after each of a thousand false names by itself', async () => {
    const { world, hear, left } = keeping();
    for (let i = 0; i < 1_000; i++) hear(rich(i, { holdMs: 3_000 + i }), stranger(i));
    await world.run(9_000);
    // After a second hold, because it is nearly all of the roster.
    expect(left()).toHaveLength(1_000);
    expect(world.fired).toBeLessThan(9_000 / 25);
  });

  it('lets nobody go while anything keeps us from listening, and then grants a whole hold', async () => {
    const { world, clock, keeper, hear, left, doubts } = keeping();
    hear(rich(1), A);
    keeper.freeze('flood');
    keeper.freeze('no beacon');
    expect(clock.pendingTimers).toBe(0);
    await world.run(100_000);
    keeper.thaw('flood');
    await world.run(200_000);
    expect([left(), doubts]).toEqual([[], []]);
    keeper.thaw('no beacon');
    keeper.thaw('no beacon');
    await world.run(300_000);
    expect(left()).toEqual(['pi-1 235000']);
  });

  it('knows whoever is heard while nobody may go', async () => {
    const { world, clock, keeper, hear, left } = keeping();
    keeper.freeze('flood');
    hear(rich(1), A);
    expect([keeper.size, clock.pendingTimers]).toEqual([1, 0]);
    keeper.thaw('flood');
    await world.run(60_000);
    expect(left()).toEqual(['pi-1 35000']);
  });

  it('grants a whole hold when the process was stopped, and did not listen either', async () => {
    let latenessMs = 100_000;
    const { world, hear, left } = keeping(() => latenessMs);
    hear(classic('anna'), A);
    latenessMs = 0;
    // The look that was due shortly before the end of the hold comes 100 s late.
    const lookedAt = HOLD - 4_000 + 100_000;
    await world.run(lookedAt + HOLD - 1);
    expect(left()).toEqual([]);
    await world.run(lookedAt + HOLD + 1);
    expect(left()).toHaveLength(1);
  });

  it('tells every change once, in order', async () => {
    const { world, keeper, hear, events } = keeping();
    hear(rich(1), A);
    hear(rich(1, { sequence: 1, leaving: true }), A);
    hear(classic('anna'), C);
    await world.run(60_000);
    expect(events.map(({ event, at }) => `${event} ${at}`)).toEqual([
      'peer.joined 0',
      'peer.heard 0',
      'peer.left 0',
      'peer.joined 0',
      'peer.heard 0',
      'peer.left 35000',
    ]);
    expect([keeper.size, keeper.classicPeers]).toEqual([0, 0]);
  });

  it('leaves no timer behind when stopped, and starts none', async () => {
    const { clock, hear, stopping, ended } = keeping();
    hear(rich(1), A);
    stopping.abort();
    await ended;
    hear(rich(2), B);
    expect(clock.pendingTimers).toBe(0);
  });
});
