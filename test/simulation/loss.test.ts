import { afterAll, expect, it, vi } from 'vitest';
import { simulate } from '../support/simulation.ts';

const HOUR_MS = 3_600_000;
const NODES = 8;
/** Said to have left though they are there: by loss, the most in an hour of one node. */
const LOSSES = [
  [0.05, 0.05],
  [0.1, 0.1],
  [0.2, 2],
  [0.3, 8],
] as const;
const figures: string[] = [];

it.each(LOSSES)(
  'Where %f of all datagrams are lost, hardly anybody is said to have left (at most %f an hour)',
  async (loss, most) => {
    let left = 0;
    await simulate(async (world) => {
      world.lan.weather = { loss, doubling: 0, delayMs: 2 };
      for (const node of world.startNodes(NODES, { led: 'fails' })) expect(node.isRunning).toBe(true);
      world.onTold(({ line }) => {
        if (line.event === 'peer.left' && line.fields.reason === 'silent') left++;
      });
      await world.run(2 * HOUR_MS);
    });
    const perHour = left / NODES / 2;
    figures.push(
      `${`${100 * loss} %`.padStart(5)} lost: ${perHour.toFixed(2)} false departures per node and hour`,
    );
    expect(perHour).toBeLessThanOrEqual(most);
  },
);

afterAll(() => console.log(figures.join('\n')));

it('A wall clock that jumps by a year changes nothing', async () => {
  const lives: string[] = [];
  for (const jumps of [false, true]) {
    vi.useFakeTimers({ toFake: ['Date'] });
    const world = await simulate(
      async (fleet) => {
        fleet.startNodes(3);
        await fleet.run(60_000);
        if (jumps) vi.setSystemTime(Date.now() + 365 * 24 * HOUR_MS);
        await fleet.run(300_000);
      },
      { keepLog: true },
    );
    vi.useRealTimers();
    lives.push(world.log);
  }
  expect(lives[0] === lives[1]).toBe(true);
});
