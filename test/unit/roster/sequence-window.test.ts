import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceWindow } from '../../../src/roster/sequence-window.ts';

const noted = (first: number, ...numbers: number[]) => {
  const window = new SequenceWindow(first);
  for (const each of numbers) window.note(each);
  return window;
};

describe('SequenceWindow', () => {
  it.each([
    [[0], 0],
    [[0, 1, 2, 3], 0],
    [[0, 1, 3], 25],
    [[0, 3], 50],
    [[0, 2, 1], 0],
    [[0, 1, 1, 1, 3], 25],
    [[7, 9, 9], 33],
  ])('of %j has lost %i %%', ([first = 0, ...numbers], percent) => {
    expect(noted(first, ...numbers).lossPercent).toBe(percent);
  });

  it('remembers 32 announcements and no more', () => {
    const all = Array.from({ length: 40 }, (_, i) => i);
    expect(noted(0, ...all.filter((each) => each > 7 || each === 0)).lossPercent).toBe(0);
    expect(noted(0, ...all.filter((each) => each !== 9)).lossPercent).toBe(3);
    expect(noted(0, 1, 500).lossPercent).toBe(97);
  });

  it('begins anew after a leap that no loss explains, and after a fall that no delay does', () => {
    expect(noted(0, 1_000).lossPercent).toBe(97);
    expect(noted(0, 1_001).lossPercent).toBe(0);
    expect(noted(2 ** 32, 5)).toMatchObject({ latest: 5, lossPercent: 0 });
  });

  it('knows the latest number, whatever comes late', () => {
    expect(noted(5, 9, 7, 8).latest).toBe(9);
    expect(noted(900, 869).latest).toBe(900);
    expect(noted(900, 868).latest).toBe(868);
  });

  it('tells what is news from what comes late or once more', () => {
    const window = new SequenceWindow(100);
    const isNews = [101, 101, 100, 103, 102, 72, 71, 72, 2_000, 100].map((each) => window.note(each));
    expect(isNews).toEqual([true, false, false, true, false, false, true, true, true, true]);
  });

  /** The same by a set of all numbers, which is too large for the board. */
  it('counts as a set of all numbers would', () => {
    const steps = fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (ahead) => {
        const first = 10_000;
        const window = new SequenceWindow(first);
        const heard = new Set([first]);
        let [latest, lowest] = [first, first];
        for (const each of ahead) {
          const number = latest + each;
          window.note(number);
          if (number <= latest - 32) {
            heard.clear();
            [latest, lowest] = [number, number];
          }
          heard.add(number);
          lowest = Math.min(lowest, number);
          latest = Math.max(latest, number);
        }
        const from = Math.max(lowest, latest - 31);
        let lost = 0;
        for (let each = from; each <= latest; each++) if (!heard.has(each)) lost++;
        expect(window.lossPercent).toBe(Math.round((100 * lost) / (latest - from + 1)));
      }),
    );
  });
});
