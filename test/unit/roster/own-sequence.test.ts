import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { HOLD } from './rosters.ts';

/** With `numbers` announcements made, one every 15 s; the latest at `now`. */
function announced(numbers: number, holdMs = HOLD) {
  const own = new OwnSequence();
  let now = 0;
  for (let i = 0; i < numbers; i++) {
    now = i * 15_000;
    own.take(holdMs, now);
  }
  return { own, now };
}

describe('OwnSequence.take()', () => {
  it('counts from 0', () => {
    const own = new OwnSequence();
    expect([own.take(HOLD, 0), own.take(HOLD, 500), own.take(HOLD, 1_000)]).toEqual([0, 1, 2]);
  });
});

describe('OwnSequence.isFresh()', () => {
  it('believes nothing before the first announcement', () => {
    expect(new OwnSequence().isFresh(0, 0)).toBe(false);
  });

  it('believes what was announced within two holds, and nothing older', () => {
    const { own, now } = announced(100);
    expect(own.isFresh(99, now)).toBe(true);
    expect(own.isFresh(96, now)).toBe(true);
    expect(own.isFresh(94, now)).toBe(false);
    expect(own.isFresh(0, now)).toBe(false);
  });

  it('believes no number that is yet to come', () => {
    const { own, now } = announced(100);
    expect(own.isFresh(100, now)).toBe(false);
    expect(own.isFresh(2 ** 24 - 1, now)).toBe(false);
  });

  it('knows as much of whole numbers, which nobody has shortened for a list', () => {
    const { own, now } = announced(100);
    expect([own.isRecent(99, now), own.isRecent(94, now), own.isRecent(100, now)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('believes nothing once we have been silent for two holds', () => {
    const { own, now } = announced(100);
    expect(own.isFresh(99, now + 2 * HOLD)).toBe(true);
    expect(own.isFresh(99, now + 2 * HOLD + 1)).toBe(false);
  });

  it('bears a hold that grows with the fleet', () => {
    const own = new OwnSequence();
    own.take(HOLD, 0);
    own.take(100_000, 15_000);
    own.take(100_000, 60_000);
    expect(own.isFresh(1, 214_999)).toBe(true);
    expect(own.isFresh(1, 215_001)).toBe(false);
  });

  it('bears it no longer once it was promised last two of it ago', () => {
    const own = new OwnSequence();
    for (const at of [0, 15_000]) own.take(100_000, at);
    for (let at = 30_000; at <= 300_000; at += 15_000) own.take(HOLD, at);
    expect(own.freshMs).toBe(2 * HOLD);
    expect(own.isFresh(16, 300_000)).toBe(true);
    expect(own.isFresh(15, 300_000)).toBe(false);
  });

  /** By a list of all announcements, which would grow without bound. */
  it('calls fresh only what is, and all that is an eighth of a hold younger than it would have to be', () => {
    const gaps = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.nat(100_000), (delays, later) => {
        const own = new OwnSequence();
        let now = 0;
        const at = delays.map((delay) => {
          now += delay;
          own.take(HOLD, now);
          return now;
        });
        now += later;
        for (const [number, each] of at.entries()) {
          if (now - each > 2 * HOLD) expect(own.isFresh(number, now)).toBe(false);
          if (now - each < (2 - 1 / 8) * HOLD) expect(own.isFresh(number, now)).toBe(true);
        }
      }),
    );
  });
});
