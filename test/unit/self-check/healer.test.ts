import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { Healer, type SelfCheckEvent } from '../../../src/self-check/healer.ts';
import type { Endpoint } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';
import { bootOf, classic, rich } from '../announcements.ts';
import { A, B, HOLD, OWN_BOOT, roster } from '../roster/rosters.ts';
import { EVERY_EVENT } from '../status/every-event.ts';

const others = { heard: entryOf(bootOf(9), 0), peers: 1 };

/** A healer of a node with a roster and sockets that open as told. */
function healing({ reconnects = false } = {}) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const ownSequence = new OwnSequence();
  ownSequence.take(1e9, 0);
  const here = roster({ ownSequence });
  const story: string[] = [];
  const states: string[] = [];
  const asked: Endpoint[] = [];
  const second = () => Math.round(world.now / 1000);
  const healer: Healer = new Healer({
    clock,
    peers: here,
    holdMs: () => HOLD,
    leastHoldMs: HOLD,
    onEvent: (event: SelfCheckEvent) => {
      if (event.event === 'reachability.changed') states.push(`${event.to} ${second()}: ${event.evidence}`);
      else story.push(event.event === 'healing.tried' ? `${event.step} ${second()}` : `look ${second()}`);
    },
    reopen: () => world.after(10, () => healer.note(EVERY_EVENT['beacon.reopened'])),
    question: (peers) => asked.push(...peers),
    reconnect: reconnects ? () => story.push('reconnected') : undefined,
  });
  const stopping = new AbortController();
  const ended = healer.run(stopping.signal);
  healer.note(EVERY_EVENT['beacon.up']);
  /** Hears it every 15 s until then, in seconds. */
  const hearUntil = async (end: number, said: object) => {
    for (let sequence = second(); second() < end; sequence++) {
      for (const event of here.heard(rich(1, { ...said, sequence }), A, clock.now())) healer.note(event);
      await world.run(world.now + 15_000);
    }
  };
  const expire = () => {
    for (const event of here.expire(clock.now())) healer.note(event);
  };
  return { world, clock, here, healer, story, states, asked, hearUntil, expire, stopping, ended };
}

describe('Healer', () => {
  it('says that we are alone, once, and looks for others every minute', async () => {
    const { world, story, states } = healing();
    await world.run(300_000);
    expect(states.filter((state) => !state.startsWith('unknown'))).toEqual(['alone 4: nobody else is about']);
    expect(story).toEqual(['look 64', 'look 124', 'look 184', 'look 244']);
  });

  it('says that we are mute, once, as long as opening the sockets anew has not helped', async () => {
    const { story, states, hearUntil } = healing({ reconnects: true });
    await hearUntil(600, others);
    expect(states.filter((state) => state.startsWith('mute'))).toHaveLength(1);
    expect(states.at(-1)).toMatch(/^mute 36: we hear 1, and 1 of them list others but not us$/);
    expect(story.map((line) => line.split(' ')[0])).toEqual([
      'reopen',
      'reopen',
      'reopen',
      'reconnect',
      'reconnected',
      'reopen',
    ]);
  });

  it('says that we are heard as soon as somebody lists us', async () => {
    const { states, hearUntil } = healing();
    await hearUntil(120, others);
    await hearUntil(150, { heard: entryOf(OWN_BOOT, 0), peers: 1 });
    expect(states.at(-1)).toMatch(/^ok \d+: 1 of 1 hear us$/);
  });

  it('tries everything against deafness, and then says what it learnt', async () => {
    const { world, healer, story, states, asked, hearUntil, expire } = healing({ reconnects: true });
    await hearUntil(15, { heard: entryOf(OWN_BOOT, 0), peers: 1 });
    for (let now = 20_000; now < 200_000; now += 1_000) {
      await world.run(now);
      expire();
    }
    expect(story.slice(0, 6).map((line) => line.split(' ')[0])).toEqual([
      'reopen',
      'reopen',
      'reopen',
      'ask',
      'reconnect',
      'reconnected',
    ]);
    expect(asked).toEqual([A]);
    expect(states.slice(-2)[0]).toMatch(/^deaf 24: all who were here have been silent for 2\d s$/);
    expect(states.at(-1)).toMatch(/^alone \d+: none of 1 answers by unicast either/);
    healer.answered(A);
    await world.run(260_000);
    expect(states.at(-1)).toMatch(/^alone \d+: none of 1/);
  });

  it('learns from the answers that multicast is filtered, and counts nobody twice', async () => {
    const { world, healer, story, states, hearUntil } = healing();
    await hearUntil(15, others);
    await world.run(200_000, () => {
      if (story.at(-1)?.startsWith('ask')) {
        for (const from of [A, A, B]) healer.answered(from);
      }
      return states.at(-1)?.startsWith('alone') ?? false;
    });
    expect(states.at(-1)).toMatch(/^alone \d+: 1 of 1 answer by unicast, so multicast is filtered/);
  });

  it('is not deaf when the last one has said goodbye', async () => {
    const { world, clock, here, healer, story, states } = healing();
    for (const event of here.heard(rich(1), A, clock.now())) healer.note(event);
    await world.run(5_000);
    for (const event of here.heard(rich(1, { sequence: 1, leaving: true }), A, clock.now()))
      healer.note(event);
    await world.run(60_000);
    expect(states.at(-1)).toMatch(/^alone/);
    expect(story).toEqual([]);
  });

  it('looks a few times a second at most, whatever strangers do', async () => {
    const { world, clock, here, healer } = healing();
    let looks = 0;
    const peers = here[Symbol.iterator].bind(here);
    here[Symbol.iterator] = () => {
      looks++;
      return peers();
    };
    for (let i = 0; i < 1_000; i++) {
      await world.run(i);
      for (const event of here.heard(classic(`n${i}`), { ...B, port: 1_024 + i }, clock.now()))
        healer.note(event);
    }
    expect(looks).toBeLessThan(10);
  });

  it('leaves no timer behind when stopped', async () => {
    const { clock, stopping, ended, world } = healing();
    await world.run(10_000);
    stopping.abort();
    await ended;
    expect(clock.pendingTimers).toBe(0);
  });
});
