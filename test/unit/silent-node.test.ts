import { describe, expect, it } from 'vitest';
import { silentNode } from '../../src/silent-node.ts';
import type { LogLine } from '../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../support/virtual-clock.ts';

const WHY: LogLine = { level: 'error', event: 'config.refused', message: 'No key', fields: {} };

function start({ openLed = async () => {} } = {}) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const edges: { on: boolean; at: number }[] = [];
  const lines: LogLine[] = [];
  const stopping = new AbortController();
  const led = {
    id: 'gpio17',
    open: openLed,
    set: (on: boolean) => void edges.push({ on, at: Math.round(world.now) }),
    close: () => void edges.push({ on: false, at: Math.round(world.now) }),
  };
  const log = { writes: () => true, write: (line: LogLine) => void lines.push(line) };
  const ended = silentNode({ clock, led, log }, WHY).run(stopping.signal);
  return { world, clock, edges, lines, stopping, ended };
}

describe('silentNode()', () => {
  it('flickers until it is told to stop, and then leaves nothing behind', async () => {
    const { world, clock, edges, stopping, ended } = start();
    await world.run(10_000);
    const lit = edges.filter(({ on }) => on).map(({ at }) => at);
    expect(lit.length).toBeGreaterThan(38);
    expect(lit.slice(1).map((at, index) => at - (lit[index] ?? 0))).toEqual(lit.slice(1).map(() => 250));
    stopping.abort('SIGTERM');
    await ended;
    expect(edges.at(-1)?.on).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says why at once, and again every hour, with or without a LED', async () => {
    const openLed = () => Promise.reject(new Error('no GPIO'));
    const { world, lines } = start({ openLed });
    await world.run(1_000);
    expect(lines.map(({ event }) => event)).toEqual(['config.refused', 'led.unavailable']);
    await world.run(2 * 3_600_000 + 1_000);
    expect(lines.filter((line) => line === WHY)).toHaveLength(3);
  });
});
