import { describe, expect, it } from 'vitest';
import type { Child } from '../../../src/supervision/child.ts';
import { GaveUp, type Restart, StopTimeout, Supervisor } from '../../../src/supervision/supervisor.ts';
import { aborted } from '../../../src/supervision/waiting.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

/** A family of two whose every start and stop is noted, and which can be made to crash. */
function family() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const story: string[] = [];
  const restarts: Restart[] = [];
  const crash: Record<string, (error: Error) => void> = {};
  const stopping = new AbortController();
  let stuck: string | undefined;

  const child = (id: string): Child => ({
    id,
    async run(signal) {
      story.push(`${id} starts`);
      await Promise.race([
        aborted(signal),
        new Promise((_, reject) => {
          crash[id] = reject;
        }),
      ]);
      if (stuck === id) await new Promise(() => {});
      story.push(`${id} stops`);
    },
  });
  const supervisor = new Supervisor({
    id: 'family',
    clock,
    children: () => [child('left'), child('right')],
    restartsMax: 2,
    periodMs: 60_000,
    stopTimeoutMs: 500,
    onRestart: (restart) => restarts.push(restart),
  });
  let outcome: unknown = 'running';
  void supervisor.run(stopping.signal).then(
    () => {
      outcome = 'ended';
    },
    (error) => {
      outcome = error;
    },
  );
  return {
    story,
    restarts,
    clock,
    outcome: () => outcome,
    stick: (id: string) => {
      stuck = id;
    },
    stop: () => stopping.abort(),
    crash: (id: string) => crash[id]?.(new Error(`${id} is ill`)),
    /** Lets time pass until `at`. */
    until: (at: number) => world.run(at),
  };
}

describe('Supervisor', () => {
  it('starts left to right and stops right to left', async () => {
    const all = family();
    await all.until(1_000);
    all.stop();
    await all.until(1_001);
    expect(all.story).toEqual(['left starts', 'right starts', 'right stops', 'left stops']);
    expect(all.outcome()).toBe('ended');
    expect(all.clock.pendingTimers).toBe(0);
  });

  it.each(['left', 'right'])('restarts everybody when %s crashes', async (id) => {
    const all = family();
    await all.until(20_000);
    all.crash(id);
    await all.until(20_001);
    const other = id === 'left' ? 'right' : 'left';
    expect(all.story).toEqual([
      'left starts',
      'right starts',
      `${other} stops`,
      'left starts',
      'right starts',
    ]);
    expect(all.restarts).toMatchObject([
      { child: id, cause: { message: `${id} is ill` }, restarts: 1, delayMs: 0 },
    ]);
  });

  it('lets a family that died young wait, longer each time, and forgets that when it lives on', async () => {
    const all = family();
    await all.until(1);
    all.crash('left');
    await all.until(900);
    expect(all.story.filter((line) => line === 'left starts')).toHaveLength(1);
    await all.until(1_100);
    expect(all.story.filter((line) => line === 'left starts')).toHaveLength(2);
    all.crash('left');
    await all.until(90_000);
    all.crash('left');
    await all.until(90_001);
    expect(all.restarts.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000, 0]);
  });

  it('gives up when there are more restarts than allowed within the period, and says why', async () => {
    const all = family();
    for (const at of [20_000, 35_000, 50_000]) {
      await all.until(at);
      all.crash('right');
    }
    await all.until(50_001);
    expect(all.outcome()).toBeInstanceOf(GaveUp);
    expect(all.outcome()).toMatchObject({ message: 'the right failed 3 times: right is ill' });
    expect(all.story.at(-1)).toBe('left stops');
    expect(all.clock.pendingTimers).toBe(0);
  });

  it('does not give up when the restarts are spread over more than the period', async () => {
    const all = family();
    for (let at = 31_000; at < 600_000; at += 31_000) {
      await all.until(at);
      all.crash('right');
    }
    await all.until(700_000);
    expect(all.outcome()).toBe('running');
  });

  it('reports a child that does not stop, instead of starting a second one beside it', async () => {
    const all = family();
    await all.until(20_000);
    all.stick('left');
    all.crash('right');
    await all.until(20_499);
    expect(all.outcome()).toBe('running');
    await all.until(20_501);
    expect(all.outcome()).toBeInstanceOf(StopTimeout);
    expect(all.story).toEqual(['left starts', 'right starts']);
  });

  it('passes on that a child below its child did not stop', async () => {
    const world = new VirtualClock();
    const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
    const options = { clock, restartsMax: 0, periodMs: 1 };
    const stuck: Child = { id: 'stuck', run: () => new Promise(() => {}) };
    const inner = new Supervisor({ ...options, id: 'inner', children: () => [stuck], stopTimeoutMs: 500 });
    const outer = new Supervisor({ ...options, id: 'outer', children: () => [inner], stopTimeoutMs: 800 });
    const stopping = new AbortController();
    const outcome = outer.run(stopping.signal).catch((error) => error);
    stopping.abort();
    await world.run(1_000);
    expect(await outcome).toBeInstanceOf(StopTimeout);
  });

  it('can be stopped while it waits to restart', async () => {
    const all = family();
    await all.until(1);
    all.crash('left');
    await all.until(500);
    all.stop();
    await all.until(501);
    expect(all.outcome()).toBe('ended');
    expect(all.clock.pendingTimers).toBe(0);
  });

  it('takes a child that ends unasked for a crash', async () => {
    const world = new VirtualClock();
    const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
    const brief: Child = { id: 'brief', run: async () => {} };
    const supervisor = new Supervisor({
      id: 'family',
      clock,
      children: () => [brief],
      restartsMax: 0,
      periodMs: 1,
      stopTimeoutMs: 1,
    });
    await expect(supervisor.run(new AbortController().signal)).rejects.toThrow(
      'the brief failed: brief ended unasked',
    );
  });
});
