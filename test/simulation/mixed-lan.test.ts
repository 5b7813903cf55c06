import { describe, expect, it } from 'vitest';
import { type Simulation, simulate } from '../support/simulation.ts';

const INTERVAL_MS = 15_000;

/** How many datagrams of each frame are sent from now on. */
function countFrames(world: Simulation): { rich: number; classic: number } {
  const count = { rich: 0, classic: 0 };
  world.onObserved((_, observation) => {
    if (observation.saw !== 'send') return;
    const isRich = Buffer.from(observation.payload).toString('latin1').startsWith('multitastic/2');
    count[isRich ? 'rich' : 'classic']++;
  });
  return count;
}

/** Somebody who speaks only the classic frame, every 15 s. */
function speakClassic(world: Simulation, payload: string, last: number): void {
  const say = () => {
    world.lan.say([{ from: { address: `10.200.0.${last}`, port: 49_001 }, payload: Buffer.from(payload) }]);
    world.clock.after(INTERVAL_MS, say);
  };
  say();
}

describe('A LAN', () => {
  it('on which all speak the rich frame never hears the classic one', async () => {
    await simulate(async (world) => {
      const count = countFrames(world);
      world.startNodes(4);
      await world.run(20 * INTERVAL_MS);
      expect(count.rich).toBeGreaterThan(4 * 20);
      expect(count.classic).toBe(0);
    });
  });

  it.each(['multitastic:old', 'multitasticolder'])(
    'with somebody who says %s answers within a second, keeps it, and lets it go a hold after its last word',
    async (payload) => {
      await simulate(async (world) => {
        const nodes = world.startNodes(3);
        await world.run(60_000);
        const count = countFrames(world);
        speakClassic(world, payload, 1);
        await world.run(1_000);
        expect(count.classic).toBeGreaterThanOrEqual(3);
        await world.run(10 * INTERVAL_MS);
        for (const node of nodes) expect(node.peers).toBe(3);
      });
    },
  );

  it('of a rich node among classic ones is reachable, and alone when there is nobody', async () => {
    await simulate(
      async (world) => {
        const [node] = world.startNodes(1);
        if (!node) return;
        await world.run(60_000);
        const states = () => world.told(node, 'reachability.changed').map(({ line }) => line.fields.to);
        expect(states().at(-1)).toBe('alone');
        expect(world.told(node, 'healing.tried')).toHaveLength(0);
        speakClassic(world, 'multitastic:old', 1);
        await world.run(5_000);
        expect(states().at(-1)).toBe('ok');
        await world.run(10 * INTERVAL_MS);
        expect(states().at(-1)).toBe('ok');
      },
      { keepLog: true },
    );
  });
});
