import { describe, expect, it } from 'vitest';
import type { RecentProof } from '../../../src/datagram/announcement.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import type { NodeEvent } from '../../../src/status/events.ts';
import { Identification } from '../../../src/status/identification.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';
import { bootOf } from '../announcements.ts';

const HOLD = 35_000;
const BOOT = bootOf(7);
const ASKER = { address: '10.0.0.5', port: 50_000 };

/** A device that announces itself every 15 s, from now on. */
function device({ identify = true } = {}) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const ownSequence = new OwnSequence();
  const events: NodeEvent[] = [];
  const stopping = new AbortController();
  let name = 'lamp';
  const identification = new Identification({
    clock,
    identify,
    name: () => name,
    boot: BOOT,
    ownSequence,
    onEvent: (event) => events.push(event),
  });
  void identification.run(stopping.signal);
  const announce = () => {
    ownSequence.take(HOLD, world.now);
    world.after(15_000, announce);
  };
  announce();
  return {
    world,
    clock,
    events,
    stopping,
    rename: (to: string) => {
      name = to;
    },
    proof: (): RecentProof => ({ boot: BOOT, sequence: ownSequence.latest }),
    ask: (token: string, proof?: RecentProof, of = 'lamp') =>
      identification.asked({ frame: 'identify', token, name: of, proof }, ASKER),
    granted: () => events.filter(({ event }) => event === 'node.identified').length,
  };
}

describe('Identification', () => {
  it('blinks for 15 s when it is asked with a recent announcement of this boot, and says who asked', async () => {
    const { world, events, ask, proof } = device();
    expect(ask('token-00001', proof())).toMatchObject({ outcome: 'blinks', token: 'token-00001' });
    expect(events).toEqual([{ event: 'node.identified', address: '10.0.0.5', blinkMs: 15_000 }]);
    await world.run(14_999);
    expect(events).toHaveLength(1);
    await world.run(15_001);
    expect(events.at(-1)).toEqual({ event: 'node.blinked' });
  });

  it('says what to ask with when it is asked with nothing, with another boot, or with a number not yet said', () => {
    const { ask, proof, granted } = device();
    const stale = { outcome: 'stale', proof: { boot: BOOT, sequence: 0 } };
    expect(ask('token-00001')).toMatchObject(stale);
    expect(ask('token-00002', { boot: bootOf(7, 1), sequence: 0 })).toMatchObject(stale);
    expect(ask('token-00003', { boot: BOOT, sequence: proof().sequence + 1 })).toMatchObject(stale);
    expect(granted()).toBe(0);
  });

  it('is silent when somebody else is meant', () => {
    const { ask, proof, rename } = device();
    expect(ask('token-00001', proof(), 'Lamp')).toBeUndefined();
    rename('bulb');
    expect(ask('token-00001', proof())).toBeUndefined();
    expect(ask('token-00001', proof(), 'bulb')).toMatchObject({ outcome: 'blinks' });
  });

  it('blinks at most once in 30 s, whoever asks', async () => {
    const { world, ask, proof, granted } = device();
    ask('token-00001', proof());
    await world.run(29_999);
    expect(ask('token-00002', proof())).toMatchObject({ outcome: 'busy' });
    await world.run(30_000);
    expect(ask('token-00003', proof())).toMatchObject({ outcome: 'blinks' });
    expect(granted()).toBe(2);
  });

  it('takes a repeated request for the same one: its reply was lost', async () => {
    const { world, ask, proof, granted } = device();
    ask('token-00001', proof());
    await world.run(700);
    expect(ask('token-00001', proof())).toMatchObject({ outcome: 'blinks' });
    expect(granted()).toBe(1);
  });

  it('never blinks for a recording, whenever it is played back', async () => {
    const { world, ask, proof, granted } = device();
    const recorded = proof();
    ask('token-00001', recorded);
    for (let second = 1; second <= 400; second++) {
      await world.run(second * 1_000);
      ask('token-00001', recorded);
    }
    expect(granted()).toBe(1);
  });

  it('never blinks for a recording that was played back between other requests', async () => {
    const { world, ask, proof, granted } = device();
    const recorded = proof();
    ask('token-00001', recorded);
    for (let i = 1; i <= 20; i++) {
      await world.run(i * 31_000);
      ask('token-00001', recorded);
      ask(`token-1${i}`.padEnd(11, '0'), proof());
    }
    expect(granted()).toBe(21);
  });

  it('never blinks for a recording of a request that did not reach it, once it is two holds old', async () => {
    const { world, ask, proof } = device();
    const recorded = proof();
    await world.run(2 * HOLD + 1_000);
    expect(ask('token-00001', recorded)).toMatchObject({ outcome: 'stale' });
  });

  it('refuses when its owner does not want it', () => {
    const { ask, proof, events } = device({ identify: false });
    expect(ask('token-00001')).toMatchObject({ outcome: 'refused' });
    expect(ask('token-00001', proof())).toMatchObject({ outcome: 'refused' });
    expect(events).toEqual([]);
  });

  it('leaves no timer behind when stopped', async () => {
    const { world, clock, ask, proof, stopping } = device();
    ask('token-00001', proof());
    expect(clock.pendingTimers).toBe(1);
    stopping.abort();
    await world.run(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
