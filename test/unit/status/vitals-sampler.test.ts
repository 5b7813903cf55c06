import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/status/events.ts';
import { VitalsSampler } from '../../../src/status/vitals-sampler.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

const SIGNS = { memoryTotalBytes: 512e6, memoryAvailableBytes: 300e6, temperatureCelsius: 40 };

describe('VitalsSampler', () => {
  /** Timers fire `latenessMs` late, as they do when the event loop is busy. */
  function sampler({ latenessMs = 0, sample = async () => SIGNS } = {}) {
    const world = new VirtualClock();
    const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => latenessMs });
    const events: NodeEvent[] = [];
    const vitals = new VitalsSampler({
      clock,
      vitals: {
        model: async () => {
          await world.pause(500);
          return 'Raspberry Pi Zero W';
        },
        sample: async () => {
          await world.pause(500);
          return sample();
        },
      },
      onEvent: (event) => events.push(event),
    });
    const stop = new AbortController();
    void vitals.run(stop.signal);
    return { world, clock, events, stop };
  }

  it('tells the board ten seconds after the start, and memory and temperature every five minutes', async () => {
    const { world, events } = sampler();
    await world.run(9_900);
    expect(events).toEqual([]);
    await world.run(320_000);
    const sampled = { event: 'vitals.sampled', ...SIGNS, loopDelayMs: 0 };
    expect(events).toEqual([{ event: 'board.identified', model: 'Raspberry Pi Zero W' }, sampled, sampled]);
  });

  it('tells how late the event loop was', async () => {
    const { world, events } = sampler({ latenessMs: 200 });
    await world.run(20_000);
    expect(events.at(-1)).toMatchObject({ event: 'vitals.sampled', loopDelayMs: 200 });
  });

  it('tells once that nothing can be told', async () => {
    const { world, events } = sampler({ sample: () => Promise.reject(new Error('no such file')) });
    await world.run(1_000_000);
    expect(events.map(({ event }) => event)).toEqual(['board.identified', 'vitals.unavailable']);
  });

  it('leaves no timer behind, and says nothing more, when it is stopped at any moment of a sample', async () => {
    for (const stoppedAt of [0, 5_000, 10_300, 10_600, 11_000]) {
      const { world, clock, events, stop } = sampler({ latenessMs: 200 });
      await world.run(stoppedAt);
      const told = events.length;
      stop.abort();
      expect(clock.pendingTimers, `stopped at ${stoppedAt}`).toBe(0);
      await world.run(1_000_000);
      expect(events).toHaveLength(told);
    }
  });
});
