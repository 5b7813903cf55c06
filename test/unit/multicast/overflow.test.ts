import { describe, expect, it } from 'vitest';
import { Overflow } from '../../../src/multicast/overflow.ts';

describe('Overflow', () => {
  /** Receives `count` datagrams at each of these moments, with what the kernel has counted by then. */
  function noticedAt(steps: readonly (readonly [now: number, lost: number])[], count = 500) {
    let looks = 0;
    let lost = 0;
    const overflow = new Overflow(() => {
      looks++;
      return lost;
    });
    for (const [now, counted] of steps) {
      lost = counted;
      for (let i = 0; i < count; i++) overflow.received(now);
    }
    return { at: overflow.noticedAt, looks };
  }

  it('notices that the kernel has lost more than before', () => {
    expect(noticedAt([[1_000, 0]]).at).toBeUndefined();
    expect(noticedAt([[1_000, 7]]).at).toBe(1_000);
    const steps = [
      [1_000, 7],
      [2_000, 7],
      [3_000, 8],
      [4_000, 8],
    ] as const;
    expect(noticedAt(steps).at).toBe(3_000);
  });

  it('notices it of a new receiver, which counts from the beginning', () => {
    const steps = [
      [1_000, 7],
      [2_000, 0],
      [3_000, 0],
    ] as const;
    expect(noticedAt(steps).at).toBe(1_000);
    expect(noticedAt([...steps, [4_000, 3]]).at).toBe(4_000);
  });

  it('looks twice a minute on a LAN as loud as a fleet is, and once a second at most', () => {
    const minute = Array.from({ length: 60 }, (_, second) => [second * 1_000, 1] as const);
    expect(noticedAt(minute, 20).looks).toBe(2);
    expect(noticedAt(minute, 10_000).looks).toBe(60);
  });
});
