import { describe, expect, it } from 'vitest';
import { ago, span } from '../../../../src/status/page/wording.ts';

describe('span()', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [3_569, '59 min'],
    [3_570, '1 h'],
    [84_599, '23 h'],
    [84_600, '1 d'],
    [864_000, '10 d'],
  ])('%d s are %s', (seconds, words) => {
    expect(span(seconds)).toBe(words);
  });

  it('is now for a moment', () => {
    expect([ago(-0.2), ago(1.4), ago(1.6)]).toEqual(['now', 'now', '2 s ago']);
  });
});
