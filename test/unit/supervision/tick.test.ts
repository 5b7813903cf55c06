import { describe, expect, it } from 'vitest';
import { Tick, TickMissed } from '../../../src/supervision/tick.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

const TIMEOUT = 35_000;

function ticking(latenessMs = 0) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => latenessMs });
  let timeoutMs = TIMEOUT;
  const tick = new Tick(clock, () => timeoutMs);
  const stopping = new AbortController();
  let outcome: unknown = 'running';
  void tick.run(stopping.signal).then(
    () => {
      outcome = 'ended';
    },
    (error) => {
      outcome = error;
    },
  );
  return {
    tick,
    clock,
    outcome: () => outcome,
    setTimeout: (ms: number) => {
      timeoutMs = ms;
    },
    stop: () => stopping.abort(),
    until: (at: number) => world.run(at),
  };
}

describe('Tick', () => {
  it('crashes when nobody pulls it for its timeout, and not before', async () => {
    const { until, outcome } = ticking();
    await until(TIMEOUT - 1);
    expect(outcome()).toBe('running');
    await until(TIMEOUT + 1);
    expect(outcome()).toBeInstanceOf(TickMissed);
    expect(outcome()).toMatchObject({ silentMs: expect.closeTo(TIMEOUT, 0) });
  });

  it('lives as long as it is pulled', async () => {
    const { tick, until, outcome } = ticking();
    for (let at = 0; at < 600_000; at += TIMEOUT - 1) {
      await until(at);
      tick.pull();
    }
    expect(outcome()).toBe('running');
  });

  it('waits as long as its timeout is when it matters, not when it began to wait', async () => {
    const { setTimeout, until, outcome } = ticking();
    await until(TIMEOUT - 1);
    setTimeout(100_000);
    await until(100_000 - 1);
    expect(outcome()).toBe('running');
    await until(100_000 + 1);
    expect(outcome()).toMatchObject({ silentMs: expect.closeTo(100_000, 0) });
  });

  it('has waited long enough when its timeout has shrunk meanwhile', async () => {
    const { setTimeout, tick, until, outcome } = ticking();
    await until(10_000);
    tick.pull();
    setTimeout(20_000);
    await until(TIMEOUT + 1);
    expect(outcome()).toBeInstanceOf(TickMissed);
  });

  it('does not crash while suspended, and grants a whole timeout when resumed', async () => {
    const { tick, until, outcome } = ticking();
    await until(30_000);
    tick.suspend();
    await until(200_000);
    tick.resume();
    await until(200_000 + TIMEOUT - 1);
    expect(outcome()).toBe('running');
    await until(200_000 + TIMEOUT + 1);
    expect(outcome()).toBeInstanceOf(TickMissed);
  });

  it('does not take its own stall for a silence: what came meanwhile has yet to be read', async () => {
    const { until, outcome } = ticking(5_000);
    await until(TIMEOUT + 6_000);
    expect(outcome()).toBe('running');
  });

  it('leaves no timer behind when stopped', async () => {
    const { until, stop, outcome, clock } = ticking();
    await until(1_000);
    stop();
    await until(1_001);
    expect(outcome()).toBe('ended');
    expect(clock.pendingTimers).toBe(0);
  });
});
