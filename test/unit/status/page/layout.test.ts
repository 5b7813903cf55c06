import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { places, threads } from '../../../../src/status/page/layout.ts';

describe('places()', () => {
  it('keeps everybody in the picture, off the middle, and apart from each other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_024 }), (count) => {
        const all = places(count);
        expect(all).toHaveLength(count);
        for (const { x, y } of all) {
          expect(Math.hypot(x, y)).toBeLessThan(0.95);
          expect(Math.hypot(x, y)).toBeGreaterThan(0.16);
        }
        const nearest = Math.min(
          ...all.slice(1).map(({ x, y }, at) => Math.hypot(x - (all[at]?.x ?? 0), y - (all[at]?.y ?? 0))),
        );
        expect(nearest).toBeGreaterThan(count === 1 ? 0 : 1 / 40);
      }),
      { numRuns: 50 },
    );
  });
});

describe('threads()', () => {
  it('is one thread for two who hear each other, and one with a direction for two who do not', () => {
    const friends = [
      { key: 1, state: 'two-way', hears: [0, 2] },
      { key: 2, state: 'heard', hears: [9] },
    ];
    expect(new Set(threads(friends))).toEqual(
      new Set([
        { from: 0, to: 1, mutual: true },
        { from: 2, to: 1, mutual: false },
        { from: 2, to: 0, mutual: false },
      ]),
    );
  });
});
