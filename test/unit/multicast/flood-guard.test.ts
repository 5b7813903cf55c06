import { describe, expect, it } from 'vitest';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { type FloodEvent, FloodGuard } from '../../../src/multicast/flood-guard.ts';
import { Hearing } from '../../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

/** A guard whose budget is spent, and in which order it acts on the others. */
function overwhelmed() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 60_000, drift: 0, latenessMs: () => 0 });
  const budget = new ReceiveBudget(100, clock.now());
  while (budget.waste(clock.now()));
  const acts: string[] = [];
  const told: FloodEvent[] = [];
  const hearing = new Hearing(plainFrames, budget);
  const guard = new FloodGuard({
    clock,
    budget,
    hearing,
    tick: { suspend: () => acts.push('suspend'), resume: () => acts.push('resume') },
    listen: (on) => acts.push(on ? 'open' : 'shut'),
    onEvent: (event) => {
      acts.push(event.event);
      told.push(event);
    },
  });
  const drop = () => hearing.hear(Buffer.from('junk'), '10.0.0.1', clock.now());
  drop();
  guard.exhausted(clock.now());
  return { world, clock, guard, acts, told, drop };
}

describe('FloodGuard', () => {
  it('suspends the tick before it shuts the receiver, and resumes it when the flood is over', async () => {
    const { world, acts } = overwhelmed();
    expect(acts).toEqual(['suspend', 'flood.began', 'shut']);
    await world.run(10_000);
    expect(acts.slice(3)).toEqual(['open', 'resume', 'flood.ended']);
  });

  it('tells what was dropped before the flood, and what was dropped in it, and how long it took', async () => {
    const { world, told, drop, guard } = overwhelmed();
    await world.run(1_100);
    for (let junk = 0; junk < 1_000; junk++) drop();
    await world.run(9_000);
    guard.stop();
    expect(told).toEqual([
      { event: 'flood.began', received: 1, dropped: 1 },
      { event: 'flood.ended', received: 1_000, dropped: 1_000, seconds: 3 },
    ]);
  });

  it('begins once, however often the receiver is shut', async () => {
    const { world, clock, guard, acts } = overwhelmed();
    guard.exhausted(clock.now());
    await world.run(1_100);
    guard.exhausted(clock.now());
    expect(acts).toEqual(['suspend', 'flood.began', 'shut', 'open']);
  });

  it('has nothing to tell when it is stopped in calm times', async () => {
    const { world, guard, acts } = overwhelmed();
    await world.run(10_000);
    const before = acts.length;
    guard.stop();
    expect(acts).toHaveLength(before);
  });

  it('tells the end of a flood when it is stopped in it, and leaves no timer', async () => {
    const { clock, guard, acts } = overwhelmed();
    guard.stop();
    expect(acts.slice(3)).toEqual(['resume', 'flood.ended']);
    expect(clock.pendingTimers).toBe(0);
  });
});
