import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cadence } from '../../../src/multicast/cadence.ts';

const always = (fraction: number) => ({ fraction: () => fraction });

/** Announces whenever due, until `end`. */
function announcementsUntil(end: number, cadence: Cadence): number[] {
  const at: number[] = [];
  while (cadence.dueAt <= end) {
    const now = cadence.dueAt;
    at.push(now);
    cadence.announced(now);
  }
  return at;
}

describe('Cadence', () => {
  it('says hello four times, then speaks after part of an interval, then regularly', () => {
    const cadence = new Cadence(15_000, always(0.5), 1_000);
    expect(announcementsUntil(40_000, cadence)).toEqual([1_000, 1_500, 2_000, 2_500, 8_500, 23_500, 38_500]);
  });

  it('spreads regular announcements between 0.9 and 1.1 intervals', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (fraction) => {
        const cadence = new Cadence(15_000, always(fraction), 0);
        // From the second interval on: the first one has the hello and a random part of an interval.
        const at = announcementsUntil(120_000, cadence).filter((time) => time > 15_000);
        const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
        return gaps.every((gap) => gap >= 13_499 && gap <= 16_501);
      }),
    );
  });

  /** Past its hello, and a second before its next announcement at the earliest. */
  const settled = (fraction: number) => {
    const cadence = new Cadence(15_000, always(fraction), 0);
    announcementsUntil(9_000, cadence);
    return cadence;
  };

  it('answers a newcomer within 0.4 s', () => {
    const cadence = settled(0.5);
    cadence.newcomer(3, 10_000);
    expect(cadence.dueAt).toBe(10_200);
    cadence.announced(10_200);
    expect(cadence.dueAt).toBe(22_500);
  });

  it('does not answer when the next announcement is as soon', () => {
    const cadence = settled(0.5);
    cadence.newcomer(3, 22_200);
    expect(cadence.dueAt).toBe(22_500);
  });

  it('answers twice in quick succession, then once in five seconds', () => {
    const cadence = new Cadence(3_600_000, always(0.5), 0);
    announcementsUntil(2_000, cadence);
    let answers = 0;
    for (let now = 100_000; now < 120_000; now += 500) {
      cadence.newcomer(3, now);
      answers += announcementsUntil(now + 499, cadence).length;
    }
    expect(answers).toBe(2 + 3);
  });

  it('answers on a large LAN only with the probability that 50 answer in all', () => {
    const answered = (fraction: number, peers: number) => {
      const cadence = settled(fraction);
      cadence.newcomer(peers, 10_000);
      return cadence.dueAt <= 10_400;
    };
    expect(answered(0.49, 100)).toBe(true);
    expect(answered(0.51, 100)).toBe(false);
    expect(answered(0.99, 50)).toBe(true);
  });

  it('does not answer while 60 announcements a second are heard', () => {
    const cadence = settled(0.5);
    for (let i = 0; i < 60; i++) cadence.heard(10_000);
    cadence.newcomer(3, 10_000);
    expect(cadence.dueAt).toBe(22_500);
    cadence.heard(11_000);
    cadence.newcomer(3, 11_000);
    expect(cadence.dueAt).toBe(11_200);
  });
});
