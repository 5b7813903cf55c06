import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARRIVALS_BUCKET_MS, ARRIVALS_BUCKETS, Arrivals } from '../../../src/roster/arrivals.ts';

const having = (...at: number[]) => {
  const arrivals = new Arrivals();
  for (const each of at) arrivals.note(each);
  return arrivals;
};
const none = (buckets: number) => Array(buckets).fill(0);

describe('Arrivals', () => {
  it('counts what arrives in each quarter of a minute, the latest last', () => {
    const arrivals = having(0, 14_999, 15_000, 45_000);
    expect(arrivals.at(45_000)).toEqual([...none(ARRIVALS_BUCKETS - 4), 2, 1, 0, 1]);
  });

  it('moves on while nothing arrives, until nothing is left', () => {
    const arrivals = having(0);
    expect(arrivals.at(30_000)).toEqual([...none(ARRIVALS_BUCKETS - 3), 1, 0, 0]);
    expect(arrivals.at(19 * ARRIVALS_BUCKET_MS)).toEqual([1, ...none(ARRIVALS_BUCKETS - 1)]);
    expect(arrivals.at(20 * ARRIVALS_BUCKET_MS)).toEqual(none(ARRIVALS_BUCKETS));
  });

  it('begins at any time', () => {
    expect(having(1e9).at(1e9)).toEqual([...none(ARRIVALS_BUCKETS - 1), 1]);
  });

  /** By a list of all arrivals, which would grow without bound. */
  it('counts as a list of all arrivals would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { maxLength: 60 }), fc.nat(400_000), (delays, later) => {
        let now = 0;
        const at = delays.map((delay) => {
          now += delay;
          return now;
        });
        const arrivals = having(...at);
        now += later;
        const bucketOf = (time: number) => Math.floor(time / ARRIVALS_BUCKET_MS);
        const first = bucketOf(now) - ARRIVALS_BUCKETS + 1;
        const counts = Array.from(
          { length: ARRIVALS_BUCKETS },
          (_, i) => at.filter((each) => bucketOf(each) === first + i).length,
        );
        expect(arrivals.at(now)).toEqual(counts);
      }),
    );
  });
});
