import { describe, expect, it } from 'vitest';
import { FloodGuard } from '../../../src/multicast/flood-guard.ts';
import { Hearing } from '../../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';
import { Tick } from '../../../src/supervision/tick.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

/** Shorter than the receiver is shut, so that only the suspension can keep it from firing. */
const TICK_TIMEOUT_MS = 700;

function guarded() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const budget = new ReceiveBudget(10, 0);
  const hearing = new Hearing(budget);
  const tick = new Tick(clock, TICK_TIMEOUT_MS);
  const listening: boolean[] = [];
  const events: string[] = [];
  const guard = new FloodGuard({
    clock,
    budget,
    hearing,
    tick,
    listen: (on) => listening.push(on),
    onEvent: ({ event, received, dropped }) => events.push(`${event} ${received} ${dropped}`),
  });
  let missedAt: number | undefined;
  void tick.run(new AbortController().signal).catch(() => {
    missedAt = clock.now();
  });
  const flood = (datagrams: number) => {
    for (let i = 0; i < datagrams; i++) {
      if (hearing.hear(Buffer.from('junk'), '10.0.0.1', clock.now()) === 'whole-budget')
        guard.exhausted(clock.now());
    }
  };
  return {
    guard,
    flood,
    listening,
    events,
    clock,
    missedAt: () => missedAt,
    until: (at: number) => world.run(at),
  };
}

describe('FloodGuard', () => {
  it('shuts the receiver, opens it after a second, and tells begin and end once each', async () => {
    const { flood, listening, events, until } = guarded();
    flood(300);
    expect(listening).toEqual([false]);
    await until(999);
    expect(listening).toEqual([false]);
    await until(1_001);
    expect(listening).toEqual([false, true]);
    await until(5_000);
    // Of 240 pieces of junk the budget of 10 a second can bear, the 241st is the first too many.
    expect(events).toEqual(['flood.began 241 241', 'flood.ended 59 59']);
  });

  it('lets the tick not fire while we choose not to listen, and gives it a whole timeout afterwards', async () => {
    const { flood, events, until, missedAt } = guarded();
    flood(300);
    await until(1_500);
    expect(events).toHaveLength(1);
    expect(missedAt()).toBeUndefined();
    await until(10_000);
    expect(events).toHaveLength(2);
    // The receiver is looked at every 250 ms; the budget of 10 a second has recovered after 1.5 s.
    expect(missedAt()).toBeGreaterThan(1_500 + TICK_TIMEOUT_MS - 1);
  });

  it('ends the flood when it is stopped in the middle of one, and leaves no timer behind', async () => {
    const { guard, flood, events, clock, until } = guarded();
    flood(300);
    guard.stop();
    expect(events.map((event) => event.split(' ')[0])).toEqual(['flood.began', 'flood.ended']);
    await until(60_000);
    expect(clock.pendingTimers).toBe(0);
  });
});
