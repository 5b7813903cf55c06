import { describe, expect, it } from 'vitest';
import { backOffMs } from '../../../src/supervision/back-off.ts';
import { Intensity } from '../../../src/supervision/intensity.ts';

describe('Intensity.allows()', () => {
  it('allows as many restarts within a period as it says, and not one more', () => {
    const intensity = new Intensity(5, 60_000);
    expect([0, 1, 2, 3, 4, 59_999].map((now) => intensity.allows(now))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('forgets a restart when its period has passed', () => {
    const intensity = new Intensity(1, 60_000);
    expect([0, 60_000, 119_999].map((now) => intensity.allows(now))).toEqual([true, true, false]);
  });
});

describe('backOffMs()', () => {
  it('doubles up to its maximum, and stays there for ever', () => {
    expect([1, 2, 3, 4, 5, 1_000_000].map((failures) => backOffMs(failures, 1_000, 10_000))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });
});
