import { describe, expect, it } from 'vitest';
import { ReplayMemory } from '../../../src/roster/replay-memory.ts';

describe('ReplayMemory', () => {
  it('knows how far a boot had counted, until it may forget', () => {
    const memory = new ReplayMemory();
    memory.keep('a', 7, 1_000);
    expect(memory.last('a', 999)).toBe(7);
    expect(memory.last('a', 1_000)).toBeUndefined();
    expect(memory.last('b', 0)).toBeUndefined();
  });

  it('knows the latest of what it was told', () => {
    const memory = new ReplayMemory();
    memory.keep('a', 7, 1_000);
    memory.keep('a', 9, 2_000);
    expect(memory.last('a', 1_500)).toBe(9);
  });

  it('is bounded: the oldest is forgotten first', () => {
    const memory = new ReplayMemory();
    for (let i = 0; i < 2_049; i++) memory.keep(String(i), i, 1_000);
    expect(memory.last('0', 0)).toBeUndefined();
    expect(memory.last('1', 0)).toBe(1);
    expect(memory.last('2048', 0)).toBe(2_048);
  });
});
