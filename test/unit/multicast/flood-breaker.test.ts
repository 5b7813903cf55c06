import { describe, expect, it } from 'vitest';
import { FloodBreaker } from '../../../src/multicast/flood-breaker.ts';

describe('FloodBreaker', () => {
  it('is calm at first', () => {
    const breaker = new FloodBreaker();
    expect(breaker.flooded).toBe(false);
    expect(breaker.dueAt).toBeUndefined();
    expect(breaker.look(true, 0)).toBeUndefined();
  });

  it('shuts the receiver for one second', () => {
    const breaker = new FloodBreaker();
    expect(breaker.exhausted(100)).toBe(true);
    expect(breaker.flooded).toBe(true);
    expect(breaker.dueAt).toBe(1_100);
    expect(breaker.look(false, 1_099)).toBeUndefined();
    expect(breaker.look(false, 1_100)).toBe('reopen');
  });

  it('opens it again before it believes that the flood is over', () => {
    const breaker = new FloodBreaker();
    breaker.exhausted(0);
    expect(breaker.look(true, 1_000)).toBe('reopen');
    expect(breaker.flooded).toBe(true);
    expect(breaker.dueAt).toBe(1_250);
    expect(breaker.look(true, 1_250)).toBe('ended');
    expect(breaker.dueAt).toBeUndefined();
  });

  it('has nothing to shut while it is shut', () => {
    const breaker = new FloodBreaker();
    breaker.exhausted(0);
    expect(breaker.exhausted(6_000)).toBe(false);
  });

  it('shuts it at most every five seconds, however long the flood lasts', () => {
    const breaker = new FloodBreaker();
    const shutAt: number[] = [];
    for (let now = 0; now < 60_000; now += 10) {
      breaker.look(false, now);
      if (breaker.exhausted(now)) shutAt.push(now);
    }
    expect(shutAt).toEqual([
      0, 5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 45_000, 50_000, 55_000,
    ]);
  });

  it('ends the flood once, and only when what comes in is well below the budget', () => {
    const breaker = new FloodBreaker();
    breaker.exhausted(0);
    const steps: unknown[] = [];
    for (let now = 0; now <= 5_000; now += 250) steps.push(breaker.look(now >= 3_000, now));
    expect(steps.filter(Boolean)).toEqual(['reopen', 'ended']);
    expect(breaker.flooded).toBe(false);
  });
});
