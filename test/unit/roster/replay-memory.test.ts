import { describe, expect, it } from 'vitest';
import { ReplayMemory } from '../../../src/roster/replay-memory.ts';

describe('ReplayMemory', () => {
  it('knows how far a boot had counted, until it may forget', () => {
    const memory = new ReplayMemory();
    memory.keep('a', { sequence: 7, at: 500 }, 1_000);
    expect(memory.of('a', 999)).toMatchObject({ sequence: 7, at: 500 });
    expect(memory.of('a', 1_000)).toBeUndefined();
    expect(memory.of('b', 0)).toBeUndefined();
  });

  it('knows the latest of what it was told', () => {
    const memory = new ReplayMemory();
    memory.keep('a', { sequence: 7, at: 500 }, 1_000);
    memory.keep('a', { sequence: 9, at: 500 }, 2_000);
    expect(memory.of('a', 1_500)).toMatchObject({ sequence: 9 });
  });

  it('is bounded: the oldest is forgotten first', () => {
    const memory = new ReplayMemory();
    for (let i = 0; i < 2_049; i++) memory.keep(String(i), { sequence: i, at: 500 }, 1_000);
    expect(memory.of('0', 0)).toBeUndefined();
    expect(memory.of('1', 0)).toMatchObject({ sequence: 1 });
    expect(memory.of('2048', 0)).toMatchObject({ sequence: 2_048 });
  });
});
