import { describe, expect, it } from 'vitest';
import { type NameEvent, NameWatcher } from '../../../src/boot/name-watcher.ts';
import { allowedName } from '../../../src/datagram/announcement.ts';
import type { Names } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

function watching(names: Names | undefined) {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const events: (NameEvent & { readonly at: number })[] = [];
  const stopping = new AbortController();
  let name = 'lamp';
  const watcher = new NameWatcher({
    clock,
    names,
    name: () => name,
    allowed: allowedName,
    onEvent: (event) => {
      events.push({ ...event, at: Math.round(world.now) });
      if (event.event === 'node.renamed') name = event.name;
    },
  });
  const ended = watcher.run(stopping.signal);
  return { world, clock, events, stopping, ended };
}

/** A dashboard where somebody writes. */
function dashboard(name: string) {
  const board = { name, asked: 0, fails: false };
  const names: Names = {
    async current() {
      board.asked++;
      if (board.fails) throw new Error('connect ECONNREFUSED');
      return board.name;
    },
  };
  return { board, names };
}

describe('NameWatcher', () => {
  it('tells a new name within a minute, once', async () => {
    const { board, names } = dashboard('lamp');
    const { world, events } = watching(names);
    await world.run(100_000);
    expect(events).toEqual([]);
    board.name = 'bulb';
    await world.run(400_000);
    expect(events).toMatchObject([{ event: 'node.renamed', name: 'bulb', previousName: 'lamp' }]);
    expect(events[0]?.at).toBeLessThanOrEqual(160_000);
  });

  it('takes the nearest name that may be announced, and tells nothing when that is the present one', async () => {
    const { board, names } = dashboard('la\x1bmp');
    const { world, events } = watching(names);
    await world.run(60_000);
    expect(events).toMatchObject([{ name: 'la-mp' }]);
    board.name = 'la\x07mp';
    await world.run(200_000);
    expect(events).toHaveLength(1);
  });

  it('tells a look that fails once, and goes on looking', async () => {
    const { board, names } = dashboard('lamp');
    board.fails = true;
    const { world, events } = watching(names);
    await world.run(300_000);
    expect(events).toMatchObject([{ event: 'name.unavailable', cause: { message: 'connect ECONNREFUSED' } }]);
    board.fails = false;
    board.name = 'bulb';
    await world.run(360_000);
    expect(events.at(-1)).toMatchObject({ event: 'node.renamed', name: 'bulb' });
  });

  it('ends at once, whatever hangs, and tells nothing afterwards', async () => {
    let answer: (name: string) => void = () => {};
    const { world, clock, events, stopping, ended } = watching({
      current: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await world.run(50_000);
    stopping.abort();
    await ended;
    answer('bulb');
    await world.run(60_000);
    expect(events).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('lives on where nobody can rename the device', async () => {
    const { world, clock, stopping, ended } = watching(undefined);
    await world.run(100_000);
    stopping.abort();
    await ended;
    expect(clock.pendingTimers).toBe(0);
  });
});
