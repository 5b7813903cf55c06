import { describe, expect, it } from 'vitest';
import { LedPattern, ledState } from '../../../src/status/led-pattern.ts';
import { FIRST_SNAPSHOT } from '../../../src/status/snapshot.ts';

/** The wave form from `from` to `until`: [time, on] at each edge. */
function wave(pattern: LedPattern, from: number, until: number): [number, boolean][] {
  const edges: [number, boolean][] = [];
  let now = from;
  while (now < until) {
    const { on, nextEdgeAt } = pattern.at(now);
    expect(nextEdgeAt).toBeGreaterThan(now);
    if (edges.at(-1)?.[1] !== on) edges.push([now, on]);
    now = nextEdgeAt;
  }
  return edges;
}

describe('LedPattern', () => {
  it('waits with 500 on, 500 off', () => {
    expect(wave(new LedPattern(0), 0, 2_000)).toEqual([
      [0, true],
      [500, false],
      [1_000, true],
      [1_500, false],
    ]);
  });

  it('winks when alone: 100 on, 1900 off', () => {
    const pattern = new LedPattern(0);
    pattern.show('alone', 5_000);
    expect(wave(pattern, 5_000, 9_000)).toEqual([
      [5_000, true],
      [5_100, false],
      [7_000, true],
      [7_100, false],
    ]);
  });

  it('beats like a heart with friends: 100, 150, 100, 850', () => {
    const pattern = new LedPattern(0);
    pattern.show('friends', 0);
    expect(wave(pattern, 0, 1_300)).toEqual([
      [0, true],
      [100, false],
      [250, true],
      [350, false],
      [1_200, true],
    ]);
  });

  it('beats three times and pauses when isolated: 100, 150, 100, 150, 100, 1000', () => {
    const pattern = new LedPattern(0);
    pattern.show('isolated', 0);
    expect(wave(pattern, 0, 1_700)).toEqual([
      [0, true],
      [100, false],
      [250, true],
      [350, false],
      [500, true],
      [600, false],
      [1_600, true],
    ]);
  });

  it('flickers ten times a second while somebody looks for it', () => {
    const pattern = new LedPattern(0);
    pattern.show('identify', 0);
    expect(wave(pattern, 0, 250)).toEqual([
      [0, true],
      [50, false],
      [100, true],
      [150, false],
      [200, true],
    ]);
  });

  it('flashes 400 with 150 dark before and after, then begins its pattern anew', () => {
    const pattern = new LedPattern(0);
    pattern.show('friends', 0);
    pattern.flash(50);
    expect(wave(pattern, 50, 900)).toEqual([
      [50, false],
      [200, true],
      [600, false],
      [750, true],
      [850, false],
    ]);
  });

  it('plays one flash for each announcement, but never more than eight behind', () => {
    const longFlashes = (announcements: number) => {
      const pattern = new LedPattern(0);
      pattern.show('friends', 0);
      for (let i = 0; i < announcements; i++) pattern.flash(0);
      const edges = wave(pattern, 0, 20_000);
      return edges.filter(([at, on], i) => on && (edges[i + 1]?.[0] ?? 0) - at === 400).length;
    };
    expect([1, 3, 8, 1_000].map(longFlashes)).toEqual([1, 3, 8, 8]);
  });

  it('lets a fault outrank flashes', () => {
    const pattern = new LedPattern(0);
    pattern.show('friends', 0);
    pattern.flash(0);
    pattern.show('fault', 10);
    pattern.flash(10);
    expect(wave(pattern, 10, 510)).toEqual([
      [10, true],
      [160, false],
      [260, true],
      [410, false],
    ]);
  });

  it('flashes for whoever is heard although isolated: being mute is no reason not to hear', () => {
    const pattern = new LedPattern(0);
    pattern.show('isolated', 0);
    expect(pattern.mayFlash).toBe(true);
  });

  it.each(['waiting', 'fault', 'identify'] as const)('does not flash when %s', (state) => {
    const pattern = new LedPattern(0);
    pattern.show('friends', 0);
    pattern.show(state, 0);
    expect(pattern.mayFlash).toBe(false);
  });

  it('is dark for some part of every pattern', () => {
    for (const state of ['waiting', 'alone', 'friends', 'isolated', 'fault', 'identify'] as const) {
      const pattern = new LedPattern(0);
      pattern.show(state, 0);
      expect(wave(pattern, 0, 4_000).some(([, on]) => !on)).toBe(true);
    }
  });
});

describe('ledState()', () => {
  it.each([
    [{}, 'waiting'],
    [{ peers: 3 }, 'waiting'],
    [{ beacon: 'up' }, 'alone'],
    [{ beacon: 'up', peers: 1 }, 'friends'],
    [{ beacon: 'up', reachability: 'ok', peers: 1 }, 'friends'],
    [{ beacon: 'up', reachability: 'alone' }, 'alone'],
    [{ beacon: 'up', reachability: 'overloaded', peers: 1 }, 'friends'],
    [{ beacon: 'up', reachability: 'deaf' }, 'isolated'],
    [{ beacon: 'up', reachability: 'mute', peers: 1 }, 'isolated'],
    [{ beacon: 'waiting', reachability: 'deaf', peers: 1 }, 'waiting'],
    [{ beacon: 'up', reachability: 'mute', peers: 1, fault: true }, 'fault'],
    [{ beacon: 'up', peers: 1, fault: true }, 'fault'],
    [{ beacon: 'waiting', fault: true }, 'fault'],
    [{ beacon: 'waiting', fault: true, identifying: true }, 'identify'],
  ] as const)('shows %j as %s', (change, state) => {
    expect(ledState({ ...FIRST_SNAPSHOT, ...change })).toBe(state);
  });
});
