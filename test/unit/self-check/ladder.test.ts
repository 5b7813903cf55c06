import { describe, expect, it } from 'vitest';
import { Ladder } from '../../../src/self-check/ladder.ts';
import type { Reachability } from '../../../src/self-check/reachability.ts';

const HOLD = 35_000;

/** The steps in a state that lasts, each taken when due: [seconds since it began, step]. */
function stepsIn(state: Reachability, count: number, holdMs = HOLD, since = 0): [number, string][] {
  const ladder = new Ladder();
  ladder.enter(state, since);
  const steps: [number, string][] = [];
  for (let i = 0; i < count; i++) {
    const next = ladder.next(holdMs);
    if (!next) break;
    steps.push([(next.at - since) / 1000, next.step]);
    ladder.taken(next.at);
  }
  return steps;
}

describe('Ladder', () => {
  it('opens the sockets anew three times when deaf, once a hold, then asks, and concludes from the answers', () => {
    expect(stepsIn('deaf', 5)).toEqual([
      [0, 'reopen'],
      [35, 'reopen'],
      [70, 'reopen'],
      [105, 'ask'],
      [108, 'conclude'],
    ]);
  });

  it('does so as often when mute, then re-activates the Wi-Fi once, and goes on every five minutes', () => {
    expect(stepsIn('mute', 7)).toEqual([
      [0, 'reopen'],
      [35, 'reopen'],
      [70, 'reopen'],
      [105, 'reconnect'],
      [405, 'reopen'],
      [705, 'reopen'],
      [1_005, 'reopen'],
    ]);
  });

  it('looks for others every minute when alone', () => {
    expect(stepsIn('alone', 3)).toEqual([
      [60, 'reopen'],
      [120, 'reopen'],
      [180, 'reopen'],
    ]);
  });

  it('waits as long as holds last in a large fleet', () => {
    expect(stepsIn('deaf', 4, 107_000).map(([at]) => at)).toEqual([0, 107, 214, 321]);
    expect(stepsIn('mute', 6, 400_000).map(([at]) => at)).toEqual([0, 400, 800, 1_200, 1_600, 2_000]);
  });

  it.each(['unknown', 'ok', 'link-down', 'overloaded'] as const)('does nothing when %s', (state) => {
    expect(stepsIn(state, 1)).toEqual([]);
  });

  it('goes on where it was after a moment in which nothing was known', () => {
    const ladder = new Ladder();
    ladder.enter('mute', 0);
    ladder.taken(0);
    ladder.enter('unknown', 1_000);
    expect(ladder.next(HOLD)).toEqual({ step: 'reopen', at: HOLD });
    ladder.enter('mute', 36_000);
    ladder.taken(36_000);
    ladder.taken(71_000);
    expect(ladder.next(HOLD)).toEqual({ step: 'reconnect', at: 106_000 });
  });

  it('begins anew after a known change, but opens the sockets at most once a hold', () => {
    const ladder = new Ladder();
    ladder.enter('deaf', 0);
    for (const at of [0, 35_000, 70_000]) ladder.taken(at);
    ladder.enter('ok', 80_000);
    ladder.enter('deaf', 90_000);
    expect(ladder.next(HOLD)).toEqual({ step: 'reopen', at: 105_000 });
  });
});
