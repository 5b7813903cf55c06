import { describe, expect, it } from 'vitest';
import { ClassicCadence } from '../../../src/multicast/classic-cadence.ts';

const always = (fraction: number) => ({ fraction: () => fraction, token: () => 'not needed' });

/** Says it whenever due, until `end`, as long as it is wanted. */
function saidUntil(end: number, cadence: ClassicCadence, wanted: (now: number) => boolean = () => true) {
  const at: number[] = [];
  while (cadence.dueAt <= end) {
    const now = cadence.dueAt;
    if (cadence.announce(wanted(now), now)) at.push(now);
  }
  return at;
}

describe('ClassicCadence', () => {
  it('says nothing while nobody wants it', () => {
    expect(new ClassicCadence(15_000, always(0.5), false, 0).dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('answers a newcomer within 0.4 s, and from then on speaks regularly', () => {
    const cadence = new ClassicCadence(15_000, always(0.5), false, 0);
    cadence.newcomer(1, 1_000);
    expect(saidUntil(40_000, cadence)).toEqual([1_200, 16_000, 31_000]);
  });

  it('speaks after part of an interval when somebody was there before', () => {
    const cadence = new ClassicCadence(15_000, always(0.5), true, 1_000);
    expect(saidUntil(40_000, cadence)).toEqual([8_500, 23_500, 38_500]);
  });

  it('falls silent when the last one is gone, and speaks again for the next', () => {
    const cadence = new ClassicCadence(15_000, always(0.5), true, 0);
    expect(saidUntil(100_000, cadence, (now) => now < 30_000)).toEqual([7_500, 22_500]);
    expect(cadence.dueAt).toBe(Number.POSITIVE_INFINITY);
    cadence.newcomer(1, 100_000);
    expect(saidUntil(120_000, cadence)).toEqual([100_200, 115_000]);
  });

  it('answers twice in quick succession, then once in five seconds', () => {
    const cadence = new ClassicCadence(3_600_000, always(0.5), false, 0);
    let answers = 0;
    for (let now = 100_000; now < 120_000; now += 500) {
      cadence.newcomer(1, now);
      answers += saidUntil(now + 499, cadence).length;
    }
    expect(answers).toBe(2 + 3);
  });

  it('leaves the answer to about fifty of a large fleet', () => {
    const answers = [0, 0.049, 0.05, 0.999].map((chance) => {
      const cadence = new ClassicCadence(15_000, always(chance), false, 0);
      cadence.newcomer(1_000, 0);
      return cadence.dueAt < 400;
    });
    expect(answers).toEqual([true, true, false, false]);
  });

  it('does not answer when it is about to speak', () => {
    const cadence = new ClassicCadence(15_000, always(0.5), true, 0);
    cadence.newcomer(1, 7_200);
    expect(cadence.dueAt).toBe(7_500);
  });

  it.each([
    [0, 13_500],
    [0.999, 16_497],
  ])('spreads its announcements: at chance %d the next is after %i ms', (fraction, gap) => {
    const cadence = new ClassicCadence(15_000, always(fraction), true, 0);
    const [first = 0, second = 0] = saidUntil(40_000, cadence);
    expect(second - first).toBeCloseTo(gap);
  });
});
