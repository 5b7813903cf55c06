import { describe, expect, it } from 'vitest';
import { type Simulation, simulate } from '../support/simulation.ts';

const INTERVAL_MS = 15_000;

/** Everything that is sent from now on. */
function countSent(world: Simulation): { sent: number } {
  const count = { sent: 0 };
  world.onObserved((_, { saw }) => {
    if (saw === 'send') count.sent++;
  });
  return count;
}

describe('Nodes that meet', () => {
  it('list each other within one second of the last address', async () => {
    await simulate(async (world) => {
      world.startNodes(8);
      await world.until('all know all', 1_000, () => world.isComplete);
      await world.run(10 * INTERVAL_MS);
      expect(world.isComplete).toBe(true);
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'list each other within two intervals where a fifth is lost, doubled or late (seed %i)',
    async (seed) => {
      await simulate(
        async (world) => {
          world.lan.weather = { loss: 0.2, doubling: 0.2, delayMs: 300 };
          world.startNodes(8, { latenessMs: 20 });
          await world.until('all know all', 2 * INTERVAL_MS, () => world.isComplete);
        },
        { seed },
      );
    },
  );

  it('list each other within one second when their clocks drift apart', async () => {
    await simulate(async (world) => {
      for (const drift of [-0.01, -0.001, 0, 0.001, 0.01]) world.addNode({ drift });
      for (const node of world.nodes) node.start();
      await world.until('all know all', 1_000, () => world.isComplete);
      await world.run(20 * INTERVAL_MS);
      expect(world.isComplete).toBe(true);
    });
  });

  it('list each other within two seconds when they share a host, also while it has no link', async () => {
    await simulate(async (world) => {
      const host = world.addHost();
      for (const name of ['one', 'two', 'three']) world.addNode({ name }, host).start();
      // They share its id as well: it takes a second to know that nobody is just started anew.
      await world.until('all know all', 2_000, () => world.isComplete);
      host.setCarrier('wlan0', false);
      await world.run(INTERVAL_MS);
      host.setCarrier('wlan0', true);
      await world.until('all know all again', 1_000, () => world.isComplete);
    });
  });

  it('answer a newcomer, who knows all within one second', async () => {
    await simulate(async (world) => {
      world.startNodes(20);
      await world.run(4 * INTERVAL_MS);
      const newcomer = world.addNode();
      newcomer.start();
      await world.until('the newcomer knows all', 1_000, () => newcomer.lists.length === 20);
    });
  });

  it('do not answer each other without bound when 50 are powered up together', async () => {
    await simulate(async (world) => {
      const count = countSent(world);
      world.startNodes(50);
      await world.until('all know all', 1_000, () => world.nodes.every(({ peers }) => peers === 49));
      await world.run(4_000);
      // Four hellos each, the first regular announcements of a third of them, and at most two answers for each.
      expect(count.sent).toBeLessThanOrEqual(50 * (4 + 1 + 2));
      const soFar = count.sent;
      await world.run(60_000);
      expect(count.sent - soFar).toBeLessThanOrEqual(50 * 5);
    });
  });

  it('know of each other only what the radio carries: who is not heard is not listed', async () => {
    await simulate(async (world) => {
      const [first, second] = [world.addNode(), world.addNode()];
      world.lan.block(second.host, first.host);
      for (const node of world.nodes) node.start();
      await world.run(4 * INTERVAL_MS);
      expect([first.peers, second.peers]).toEqual([0, 1]);
      world.lan.unblock(second.host, first.host);
      await world.until('both know both', 1.1 * INTERVAL_MS, () => world.isComplete);
    });
  });
});
