import { describe, expect, it } from 'vitest';
import { Survey } from '../../../src/multicast/survey.ts';

const random = { fraction: () => 0.5, token: () => 'not needed' };

/** When it asks since it began, by a node that knows of `known` peers where others claim `claimed`, once the LAN is quiet. */
function questions(
  known: (questions: number) => number,
  claimed: number,
  { beganAt = 0, quietAt = 0 } = {},
): number[] {
  const survey = new Survey({ announceIntervalMs: 15_000, random }, beganAt);
  const asked: number[] = [];
  while (survey.dueAt < Number.POSITIVE_INFINITY) {
    const now = survey.dueAt;
    if (!survey.look(known(asked.length), claimed, now) || now < quietAt) continue;
    survey.asked();
    asked.push(now - beganAt);
  }
  return asked;
}

describe('Survey', () => {
  it('asks nobody when as many are known as others claim, or more', () => {
    expect(questions(() => 10, 10)).toEqual([]);
    expect(questions(() => 11, 10)).toEqual([]);
  });

  it('asks between one interval and two, until as many are known', () => {
    expect(questions((asked) => (asked < 3 ? 9 : 10), 10)).toEqual([15_000, 15_500, 16_000]);
    expect(questions(() => 9, 500).at(-1)).toBeLessThan(2 * 25_050);
  });

  it('counts from when it began', () => {
    expect(questions(() => 9, 10, { beganAt: 100_000 })).toEqual(questions(() => 9, 10));
  });

  it('waits for an interval of a large fleet, which is longer', () => {
    expect(questions(() => 900, 999)[0]).toBe(50_000);
  });

  it('does not count what a busy LAN has not let it ask', () => {
    const asked = questions(() => 0, 1_024, { quietAt: 80_000 });
    expect(asked[0]).toBeGreaterThanOrEqual(80_000);
    expect(asked.length).toBeGreaterThan(40);
  });

  it('asks five times at most in a small fleet, and in the largest for one interval, whatever is claimed', () => {
    expect(questions(() => 9, 10)).toHaveLength(5);
    expect(questions(() => 0, 1_024)).toHaveLength(103);
    expect(questions(() => 0, 400)).toHaveLength(41);
  });
});
