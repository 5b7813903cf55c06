import { expect, it } from 'vitest';
import { simulate } from '../support/simulation.ts';

const DAY_MS = 24 * 3_600_000;

it('A day of 8 nodes with drifting clocks is one in which nobody leaves and nothing is restarted', async () => {
  const startedAt = performance.now();
  const counts = new Map<string, number>();
  let left = -1;
  const world = await simulate(async (day) => {
    day.onTold(({ line: { event } }) => counts.set(event, (counts.get(event) ?? 0) + 1));
    // An LED's pattern would be most of the computing.
    for (let count = 0; count < 8; count++)
      day.addNode({ drift: (count - 4) * 1e-4, latenessMs: 10, led: 'fails' });
    for (const node of day.nodes) node.start();
    await day.run(DAY_MS);
    expect(day.isComplete).toBe(true);
    left = counts.get('peer.left') ?? 0;
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`a day of 8 nodes in ${seconds.toFixed(1)} s, ${world.clock.fired} timers`);
  expect(counts.get('child.restarted')).toBeUndefined();
  expect(left).toBe(0);
  expect(counts.get('beacon.up')).toBe(8);
});
