import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../src/multicast/token-bucket.ts';

describe('TokenBucket.take()', () => {
  it('gives its burst at once and then no more than flows in', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([1, 2, 3, 4].map(() => bucket.take(1, 0))).toEqual([true, true, true, false]);
    expect(bucket.take(1, 99)).toBe(false);
    expect(bucket.take(1, 100)).toBe(true);
    expect(bucket.take(1, 100)).toBe(false);
  });

  it('never holds more than its burst', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect(bucket.level(1_000_000)).toBe(3);
  });
});
