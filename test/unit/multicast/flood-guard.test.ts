import { describe, expect, it } from 'vitest';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { FloodGuard } from '../../../src/multicast/flood-guard.ts';
import { Hearing } from '../../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

/** A guard whose budget is spent, and in which order it acts on the others. */
function overwhelmed() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const budget = new ReceiveBudget(100, clock.now());
  while (budget.waste(clock.now()));
  const acts: string[] = [];
  const guard = new FloodGuard({
    clock,
    budget,
    hearing: new Hearing(plainFrames, budget),
    tick: { suspend: () => acts.push('suspend'), resume: () => acts.push('resume') },
    listen: (on) => acts.push(on ? 'open' : 'shut'),
    onEvent: ({ event }) => acts.push(event),
  });
  guard.exhausted(clock.now());
  return { world, clock, guard, acts };
}

describe('FloodGuard', () => {
  it('suspends the tick before it shuts the receiver, and resumes it when the flood is over', async () => {
    const { world, acts } = overwhelmed();
    expect(acts).toEqual(['suspend', 'flood.began', 'shut']);
    await world.run(10_000);
    expect(acts.slice(3)).toEqual(['open', 'resume', 'flood.ended']);
  });

  it('tells the end of a flood when it is stopped in it, and leaves no timer', async () => {
    const { clock, guard, acts } = overwhelmed();
    guard.stop();
    expect(acts.slice(3)).toEqual(['resume', 'flood.ended']);
    expect(clock.pendingTimers).toBe(0);
  });
});
