import { describe, expect, it } from 'vitest';
import type { SimulatedNode } from '../support/simulated-node.ts';
import type { Simulation } from '../support/simulation.ts';
import { simulate } from '../support/simulation.ts';

const PEERS_MAX = 1_024;
const HOLD_MS = 35_000;

/** Strangers who each say their name once. */
function sayNames(world: Simulation, from: number, count: number): void {
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  world.lan.say(
    numbers.map((number) => ({
      from: { address: `10.200.${number >> 8}.${number & 255}`, port: 40_000 },
      payload: Buffer.from(`multitastic:stranger-${number}`),
    })),
  );
}

/** Two nodes that know each other. */
async function friends(world: Simulation): Promise<[SimulatedNode, SimulatedNode]> {
  const [node, friend] = world.startNodes(2) as [SimulatedNode, SimulatedNode];
  await world.run(60_000);
  return [node, friend];
}

describe('A full roster', () => {
  it('holds 1024, tells nobody evicted to have left, and is itself again within two holds', async () => {
    await simulate(
      async (world) => {
        const [node] = await friends(world);
        sayNames(world, 0, 1_500);
        await world.run(2_000);
        expect(node.peers).toBe(PEERS_MAX);
        await world.run(HOLD_MS - 3_000);
        expect(node.peers).toBe(PEERS_MAX);
        expect(world.told(node, 'peer.left')).toHaveLength(0);
        await world.run(HOLD_MS + 3_000);
        expect(node.peers).toBe(1);
      },
      { keepLog: true },
    );
  });

  it('keeps a friend that is silent rather than strangers heard once, until its own hold has passed', async () => {
    await simulate(
      async (world) => {
        const [node, friend] = await friends(world);
        friend.kill();
        await world.run(1_000);
        sayNames(world, 0, 1_500);
        // The strangers were heard later, so whoever leaves first was kept. All are silent, so it takes a second hold.
        await world.run(2 * HOLD_MS);
        expect(world.told(node, 'peer.left')[0]?.line.fields.peer).toBe(friend.name);
      },
      { keepLog: true },
    );
  });

  it('is a LAN of 1024 devices that speak regularly, none of whom is lost', async () => {
    await simulate(async (world) => {
      const [node] = await friends(world);
      for (let round = 0; round < 5; round++) {
        sayNames(world, 0, PEERS_MAX - 1);
        await world.run(15_000);
        expect(node.peers).toBe(PEERS_MAX);
      }
    });
  });

  it('has at most ten lines on peers a second, then a summary', async () => {
    await simulate(
      async (world) => {
        const [node] = await friends(world);
        sayNames(world, 0, 500);
        await world.run(1_500);
        expect(world.told(node, 'peer.joined')).toHaveLength(1 + 10);
        const [summary] = world.told(node, 'peers.summarized');
        expect(summary?.line.fields).toEqual({ joined: 490, renewed: 0, restarted: 0, left: 0, peers: 501 });
        await world.run(2 * HOLD_MS);
        expect(world.told(node, 'peer.left')).toHaveLength(10);
        expect(world.told(node, 'peers.summarized')[1]?.line.fields).toEqual({
          joined: 0,
          renewed: 0,
          restarted: 0,
          left: 490,
          peers: 1,
        });
      },
      { keepLog: true },
    );
  });
});

it('What strangers call themselves never moves the cursor of who reads the log', async () => {
  await simulate(
    async (world) => {
      const [node] = await friends(world);
      const names = [
        '\u{1B}[2J',
        'a\nb',
        '\u{202E}gnp',
        'a/b',
        '',
        ' ',
        '\u{2028}',
        'x'.repeat(64),
        '\u{FF}',
      ];
      world.lan.say(
        names.map((name, index) => ({
          from: { address: `10.200.0.${index}`, port: 1 },
          payload: Buffer.from(`multitastic:${name}`, index === names.length - 1 ? 'latin1' : 'utf8'),
        })),
      );
      await world.run(1_000);
      expect(node.peers).toBe(1);
      expect(world.told(node, 'datagram.refused')).toHaveLength(1);
    },
    { keepLog: true },
  );
});
