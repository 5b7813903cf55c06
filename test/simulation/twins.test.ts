import { describe, expect, it } from 'vitest';
import type { SimulatedNode } from '../support/simulated-node.ts';
import { simulate } from '../support/simulation.ts';

const INTERVAL_MS = 15_000;

describe('Devices of one name', () => {
  it.each([2, 3, 4])('are %i peers for everybody within two seconds, and stay so', async (count) => {
    await simulate(async (world) => {
      for (let twin = 0; twin < count; twin++) world.addNode({ name: 'twin' });
      world.addNode({ name: 'other' });
      for (const node of world.nodes) node.start();
      await world.until('all know all', 2_000, () => world.isComplete);
      await world.run(20 * INTERVAL_MS);
      expect(world.isComplete).toBe(true);
    });
  });

  it.each([2, 3])('are %i peers within two seconds when they share a host', async (count) => {
    await simulate(async (world) => {
      const host = world.addHost();
      for (let twin = 0; twin < count; twin++) world.addNode({ name: 'twin' }, host).start();
      world.addNode({ name: 'other' }).start();
      await world.until('all know all', 2_000, () => world.isComplete);
      await world.run(20 * INTERVAL_MS);
      expect(world.isComplete).toBe(true);
    });
  });

  it.each(['twin', 'Zoë'])('are told to each other as twins when both are called %s', async (name) => {
    await simulate(
      async (world) => {
        const nodes = world.startNodes(2, { name });
        await world.run(2_000);
        for (const node of nodes)
          expect(world.told(node, 'peer.joined').map(({ line }) => line.fields.twin)).toEqual([true]);
      },
      { keepLog: true },
    );
  });

  it('are two peers within two intervals when the second comes much later', async () => {
    await simulate(async (world) => {
      world.startNodes(1, { name: 'other' });
      world.startNodes(1, { name: 'twin' });
      await world.run(100_000);
      world.startNodes(1, { name: 'twin' });
      await world.until('all know all', 2.2 * INTERVAL_MS, () => world.isComplete);
      await world.run(20 * INTERVAL_MS);
      expect(world.isComplete).toBe(true);
    });
  });
});

describe('A device that is started again', () => {
  it('is the same peer when a namesake that was here has left', async () => {
    await simulate(
      async (world) => {
        const [observer] = world.startNodes(1) as [SimulatedNode];
        const [first, second] = world.startNodes(2, { name: 'twin' }) as [SimulatedNode, SimulatedNode];
        await world.run(60_000);
        second.kill();
        await world.run(60_000);
        expect(observer.peers).toBe(1);
        first.kill();
        first.start();
        await world.run(5_000);
        expect(observer.peers).toBe(1);
      },
      { keepLog: true },
    );
  });

  it('has left and is here again when it was stopped, and has started anew when it was killed', async () => {
    await simulate(
      async (world) => {
        const [node, friend] = world.startNodes(2) as [SimulatedNode, SimulatedNode];
        await world.run(60_000);
        await Promise.all([node.stop(), world.run(1_000)]);
        node.start();
        await world.run(20_000);
        node.kill();
        node.start();
        await world.run(20_000);
        const left = world.told(friend, 'peer.left').map(({ line }) => line.fields.reason);
        expect(left).toEqual(['leaving']);
        expect(world.told(friend, 'peer.joined')).toHaveLength(2);
        expect(world.told(friend, 'peer.restarted')).toHaveLength(1);
        expect(world.told(friend, 'peer.renewed')).toHaveLength(0);
        expect(world.isComplete).toBe(true);
      },
      { keepLog: true },
    );
  });
});
