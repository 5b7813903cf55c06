import { describe, expect, it } from 'vitest';
import { plainFrames } from '../../src/datagram/frames.ts';
import { saidIn } from '../support/said.ts';
import type { SimulatedNode } from '../support/simulated-node.ts';
import { type Simulation, simulate } from '../support/simulation.ts';
import { rich } from '../unit/announcements.ts';

const HOLD_MS = 35_000;
const FLOOD_MS = 20_000;
/** A tenth of the usual, and a flood of twenty times as much: the same behaviour for less computing. */
const ENVIRONMENT = { RECEIVE_BUDGET: '100' };
const FLOOD_PER_SECOND = 2_000;

const SOURCES = {
  'from one source': () => '10.9.9.9',
  'from many sources': (count: number) => `10.${100 + (count % 100)}.${(count >> 8) & 255}.${count & 255}`,
} as const;

function flood(world: Simulation, source: (count: number) => string): void {
  world.lan.flood(FLOOD_PER_SECOND, FLOOD_MS, (count) => ({
    from: { address: source(count), port: 5_000 + (count % 50_000) },
    payload: Buffer.from(`multitastic:false-${count}`),
  }));
}

async function friends(world: Simulation): Promise<readonly [SimulatedNode, ...SimulatedNode[]]> {
  const nodes = world.startNodes(4, { environment: ENVIRONMENT });
  await world.run(60_000);
  return nodes as [SimulatedNode, ...SimulatedNode[]];
}

describe.each(Object.entries(SOURCES))('A flood of false names %s', (_, source) => {
  it('begins and ends once, and during it nobody leaves, nobody is restarted and no tick is missed', async () => {
    await simulate(
      async (world) => {
        const nodes = await friends(world);
        flood(world, source);
        await world.run(FLOOD_MS + 5_000);
        for (const node of nodes) {
          expect(world.told(node, 'flood.began')).toHaveLength(1);
          expect(world.told(node, 'flood.ended')).toHaveLength(1);
          expect(world.told(node, 'peer.left')).toHaveLength(0);
          expect(world.told(node, 'child.restarted')).toHaveLength(0);
          expect(world.told(node, 'beacon.up')).toHaveLength(1);
        }
      },
      { keepLog: true },
    );
  });

  it('is forgotten two holds after its end, and the friends are still there', async () => {
    await simulate(
      async (world) => {
        const nodes = await friends(world);
        flood(world, source);
        await world.run(FLOOD_MS + 5_000 + 2 * HOLD_MS + 1_000);
        for (const node of nodes) {
          expect(node.peers).toBe(3);
          const friendsThatLeft = world
            .told(node, 'peer.left')
            .filter(({ line }) => String(line.fields.peer).startsWith('node-'));
          expect(friendsThatLeft).toHaveLength(0);
        }
      },
      { keepLog: true },
    );
  });

  it('gives a friend that died in it one whole hold after its end, and at most two', async () => {
    await simulate(
      async (world) => {
        const [node, victim] = await friends(world);
        flood(world, source);
        await world.run(1_000);
        victim?.kill();
        await world.untilTold(node, 'flood.ended', FLOOD_MS + 5_000);
        await world.run(HOLD_MS - 10);
        expect(node.peers).toBeGreaterThanOrEqual(3);
        await world.run(HOLD_MS + 2_000);
        expect(node.peers).toBe(2);
      },
      { keepLog: true },
    );
  });
});

it('A flood that lasts longer than the tick and the hold lets neither the tick be missed nor anybody leave', async () => {
  await simulate(
    async (world) => {
      const [node] = await friends(world);
      const source = SOURCES['from one source'];
      for (let round = 0; round < 6; round++) {
        flood(world, source);
        await world.run(FLOOD_MS);
      }
      await world.run(5_000);
      expect(world.told(node, 'tick.missed')).toHaveLength(0);
      expect(world.told(node, 'peer.left')).toHaveLength(0);
      expect(world.told(node, 'flood.ended')).toHaveLength(1);
    },
    { keepLog: true },
  );
});

it('A flood of garbage costs the friends nothing but a pause', async () => {
  await simulate(
    async (world) => {
      const [node] = await friends(world);
      const garbage = [
        Buffer.from('M-SEARCH * HTTP/1.1'),
        Buffer.alloc(1_400, 'multitastic:'),
        Buffer.alloc(0),
      ];
      world.lan.flood(FLOOD_PER_SECOND, FLOOD_MS, (count) => ({
        from: { address: '10.9.9.9', port: 1_900 },
        payload: garbage[count % garbage.length] as Buffer,
      }));
      await world.run(FLOOD_MS + 5_000);
      expect(world.told(node, 'flood.ended')).toHaveLength(1);
      expect(world.isComplete).toBe(true);
      await world.run(2 * HOLD_MS);
      expect(world.told(node, 'peer.left')).toHaveLength(0);
    },
    { keepLog: true },
  );
});

it('A loud sender within the whole budget is cut off alone: no flood, and the friends are heard', async () => {
  await simulate(
    async (world) => {
      const [node] = await friends(world);
      world.lan.flood(200, FLOOD_MS, (count) => ({
        from: { address: '10.9.9.9', port: 49_001 },
        payload: Buffer.from(`multitastic:false-${count % 5}`),
      }));
      await world.run(FLOOD_MS + HOLD_MS + 2_000);
      expect(world.told(node, 'flood.began')).toHaveLength(0);
      expect(world.isComplete).toBe(true);
    },
    { keepLog: true },
  );
});

it('A flood below the whole budget in the name of a friend’s address does not make it leave', async () => {
  await simulate(
    async (world) => {
      const [node, friend] = await friends(world);
      const address = friend?.endpoint?.address ?? '';
      world.lan.flood(300, 4 * HOLD_MS, () => ({
        from: { address, port: 5_000 },
        payload: Buffer.from('multitastic:false'),
      }));
      await world.run(4 * HOLD_MS);
      expect(world.told(node, 'flood.began')).toHaveLength(0);
      expect(world.told(node, 'peer.left')).toEqual([]);
    },
    { keepLog: true, watch: 'loosely' },
  );
});

it('One false name a second that falls silent does not make a fleet of 100 speak again and again', async () => {
  const questionsOf = async (hostile: boolean) => {
    let questions = 0;
    await simulate(
      async (world) => {
        world.startNodes(100);
        await world.run(60_000);
        if (hostile)
          world.lan.flood(1, 2 * FLOOD_MS, (count) => ({
            from: { address: '10.9.9.9', port: 5_000 + count },
            payload: plainFrames.encode(rich(count, { holdMs: FLOOD_MS })),
          }));
        await world.run(FLOOD_MS);
        world.onObserved((_, seen) => {
          const said = seen.saw === 'send' && !seen.to && saidIn(seen.payload);
          if (said && said.frame === 'rich' && said.asks) questions++;
        });
        await world.run(FLOOD_MS);
      },
      { watch: 'loosely' },
    );
    return questions;
  };
  expect(await questionsOf(false)).toBeLessThan(10);
  // Of the hundred about ten each second, and those who speak before they have heard them.
  expect(await questionsOf(true)).toBeLessThan((20 * FLOOD_MS) / 1_000);
});

it('False names that fall silent one by one, ten a second, are asked for once a second by each', async () => {
  await simulate(async (world) => {
    const [node] = await friends(world);
    let questions = 0;
    world.onObserved((observed, seen) => {
      if (observed !== node || seen.saw !== 'send' || seen.to) return;
      const said = saidIn(seen.payload);
      if (said?.frame === 'rich' && said.asks) questions++;
    });
    world.lan.flood(10, FLOOD_MS, (count) => ({
      from: { address: '10.9.9.9', port: 5_000 + count },
      payload: plainFrames.encode(rich(count, { holdMs: 3_000 })),
    }));
    await world.run(FLOOD_MS);
    expect(questions).toBeGreaterThan(FLOOD_MS / 2_000);
    expect(questions).toBeLessThanOrEqual(3 + FLOOD_MS / 1_000);
  });
});
