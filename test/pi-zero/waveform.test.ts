import { describe, expect, test } from 'vitest';
import { flashes, follows, type Sample, stretches } from './waveform.ts';

/** Samples every 20 ms of a LED that is on, off, on, off … for these times. */
function sampled(durations: readonly number[], periodMs = 20): Sample[] {
  const samples: Sample[] = [];
  const endMs = durations.reduce((total, each) => total + each, 0);
  for (let atMs = 7; atMs < endMs; atMs += periodMs) {
    let place = 0;
    for (let left = atMs; left >= durations[place]!; place += 1) left -= durations[place]!;
    samples.push({ atMs, lit: place % 2 === 0 });
  }
  return samples;
}

describe('stretches()', () => {
  test('leaves out the first and the last, whose other ends were not seen', () => {
    expect(stretches(sampled([500, 500, 500, 500]))).toHaveLength(2);
  });

  test('is never further off than it says', () => {
    for (const { durationMs, uncertaintyMs } of stretches(sampled([90, 100, 150, 100, 850, 90]))) {
      const nearest = [100, 150, 850].map((each) => Math.abs(each - durationMs));
      expect(Math.min(...nearest)).toBeLessThanOrEqual(uncertaintyMs);
    }
  });
});

describe('follows()', () => {
  const heartbeat = [100, 150, 100, 850];

  test('accepts a pattern from any of its points on', () => {
    expect(follows(stretches(sampled([100, 850, ...heartbeat, ...heartbeat])), heartbeat)).toBe(true);
  });

  test.each([
    ['one stretch is 150 ms instead of 100', [150, 150, 100, 850]],
    ['one stretch is 100 ms instead of 150', [100, 100, 100, 850]],
    ['the pause is too short', [100, 150, 100, 750]],
  ])('rejects it when %s', (_, wrong) => {
    expect(follows(stretches(sampled([...wrong, ...wrong, ...wrong])), heartbeat)).toBe(false);
  });

  test('rejects what was sampled too rarely to tell', () => {
    expect(follows(stretches(sampled([500, 500, 500, 500], 60)), [500, 500])).toBe(false);
  });
});

describe('flashes()', () => {
  test('finds the long one among the heartbeat', () => {
    const seen = stretches(sampled([100, 150, 100, 850, 100, 150, 400, 150, 100, 150, 100, 850]));
    expect(flashes(seen, 400)).toHaveLength(1);
  });
});
