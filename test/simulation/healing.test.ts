import { describe, expect, it } from 'vitest';
import { GaveUp } from '../../src/supervision/supervisor.ts';
import { simulate } from '../support/simulation.ts';

const TICK_MS = 35_000;

describe('A node that hears nothing, not even itself', () => {
  it('misses its tick after 35 s, restarts tick and beacon both, and hears again', async () => {
    await simulate(
      async (world) => {
        const [node, friend] = [world.addNode(), world.addNode()];
        for (const each of world.nodes) each.start();
        await world.run(60_000);
        node.host.isDeaf = true;
        const from = world.clock.now;
        await world.untilTold(node, 'tick.missed', TICK_MS + 500);
        expect(world.clock.now - from).toBeGreaterThan(TICK_MS - 16_500);
        node.host.isDeaf = false;
        await world.untilTold(node, 'beacon.up', 500);
        await world.run(60_000);
        expect(world.told(node, 'child.restarted').map(({ line }) => line.fields.child)).toEqual(['tick']);
        expect(world.told(friend, 'child.restarted')).toHaveLength(0);
        expect(world.isComplete).toBe(true);
      },
      { keepLog: true },
    );
  });

  it('goes on trying for as long as it lasts, and is whole within a tick and one second afterwards', async () => {
    await simulate(async (world) => {
      const [node] = world.startNodes(3);
      await world.run(60_000);
      if (node) node.host.isDeaf = true;
      await world.run(3_600_000);
      if (node) node.host.isDeaf = false;
      await world.until('all know all', TICK_MS + 1_000, () => world.isComplete);
    });
  });
});

describe('A node whose sockets fail', () => {
  it('opens new ones and is the same peer on the others', async () => {
    await simulate(
      async (world) => {
        const [node, friend] = [world.addNode(), world.addNode()];
        for (const each of world.nodes) each.start();
        await world.run(60_000);
        for (const pair of node.host.pairs) pair.break('EIO');
        await world.until(
          'the friend sees it move',
          1_000,
          () => world.told(friend, 'peer.renewed').length === 1,
        );
        expect(friend.peers).toBe(1);
      },
      { keepLog: true },
    );
  });

  it('waits as long as the port is in use, without ever giving up', async () => {
    await simulate(
      async (world) => {
        const [node] = world.startNodes(2);
        if (!node) return;
        node.kill();
        node.host.refusal = 'EADDRINUSE';
        node.start();
        await world.run(3_600_000);
        expect(node.isRunning).toBe(true);
        expect(world.told(node, 'beacon.blocked')).toHaveLength(1);
        expect(world.told(node, 'child.restarted')).toHaveLength(0);
        node.host.refusal = undefined;
        await world.until('all know all', 11_000, () => world.isComplete);
        expect(world.told(node, 'beacon.unblocked')).toHaveLength(1);
      },
      { keepLog: true },
    );
  });

  it('gives up when it is not allowed any, after 10 s and 20 s more has given up thrice, and rejects', async () => {
    await simulate(
      async (world) => {
        const node = world.addNode();
        node.host.refusal = 'EACCES';
        node.start();
        await world.until('the node ends', 600_000, () => !node.isRunning);
        const error = await node.ended;
        expect(error).toBeInstanceOf(GaveUp);
        expect((error as Error).cause).toBeInstanceOf(GaveUp);
        const waits = world.told(node, 'tree.gave-up').map(({ line }) => line.fields.rebuildInMs);
        expect(waits).toEqual([10_000, 20_000]);
        const [last] = world.told(node, 'node.gave-up');
        expect(last?.line.level).toBe('fatal');
        expect(last?.line.message).toContain('EACCES');
        // Six lives of the tree for each time it gives up: the first and five restarts.
        expect(world.told(node, 'child.restarted')).toHaveLength(15);
      },
      { keepLog: true },
    );
  });

  it('begins a new row of giving up when its sockets have worked for long', async () => {
    await simulate(
      async (world) => {
        const node = world.addNode();
        for (let round = 0; round < 4; round++) {
          node.host.refusal = 'EACCES';
          if (round === 0) node.start();
          for (const pair of node.host.pairs) pair.break('EACCES');
          await world.until('it gives up', 60_000, () => world.told(node, 'tree.gave-up').length > round);
          node.host.refusal = undefined;
          await world.run(700_000);
        }
        expect(node.isRunning).toBe(true);
        expect(world.told(node, 'tree.gave-up').map(({ line }) => line.fields.giveUps)).toEqual([1, 1, 1, 1]);
      },
      { keepLog: true },
    );
  });
});
