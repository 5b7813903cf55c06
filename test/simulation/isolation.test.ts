import { describe, expect, it } from 'vitest';
import type { SimulatedNode } from '../support/simulated-node.ts';
import { type Simulation, simulate } from '../support/simulation.ts';

const HOLD_MS = 35_000;
const HOUR_MS = 3_600_000;

type Four = readonly [SimulatedNode, SimulatedNode, SimulatedNode, SimulatedNode];

async function friends(world: Simulation, environment: Record<string, string> = {}): Promise<Four> {
  const nodes = world.startNodes(4, { environment, led: 'fails' });
  await world.run(60_000);
  return nodes as unknown as Four;
}

/** The states that a node has told, without the one of a moment. */
function states(world: Simulation, node: SimulatedNode): readonly unknown[] {
  const told = world.told(node, 'reachability.changed').map(({ line }) => line.fields.to);
  return told.filter((state) => state !== 'unknown');
}

function evidence(world: Simulation, node: SimulatedNode, state: string): string {
  const told = world.told(node, 'reachability.changed').filter(({ line }) => line.fields.to === state);
  return String(told.at(-1)?.line.fields.evidence);
}

describe('Reachability', () => {
  it('is mute for a node that is not heard, and ok for those who do not hear it', async () => {
    await simulate(
      async (world) => {
        const [node, ...others] = await friends(world);
        for (const other of others) world.lan.block(node.host, other.host);
        await world.untilTold(node, 'healing.tried', 3 * HOLD_MS + 60_000);
        expect(states(world, node)).toEqual(['ok', 'mute']);
        for (const other of others) expect(states(world, other)).toEqual(['ok']);
        for (const other of others) world.lan.unblock(node.host, other.host);
        await world.until('it is ok', 2 * HOLD_MS, () => states(world, node).at(-1) === 'ok');
      },
      { keepLog: true },
    );
  });

  it('is deaf for a node that hears nobody: three times it opens its sockets anew, then it asks, and is alone', async () => {
    await simulate(
      async (world) => {
        const [node, ...others] = await friends(world);
        for (const other of others) world.lan.block(other.host, node.host);
        await world.run(6 * HOLD_MS);
        const steps = world.told(node, 'healing.tried').map(({ line }) => line.fields.step);
        expect(steps).toEqual(['reopen', 'reopen', 'reopen', 'ask']);
        expect(states(world, node)).toEqual(['ok', 'deaf', 'alone']);
        expect(evidence(world, node, 'alone')).toContain('none of 3 answers');
        for (const other of others) expect(states(world, other)).toEqual(['ok']);
      },
      { keepLog: true },
    );
  });

  it('says so when multicast is filtered and unicast passes', async () => {
    await simulate(
      async (world) => {
        const nodes = await friends(world);
        world.lan.filtersMulticast = true;
        await world.run(6 * HOLD_MS);
        for (const node of nodes) expect(evidence(world, node, 'alone')).toContain('multicast is filtered');
      },
      { keepLog: true },
    );
  });

  it('is healed by fresh sockets where a switch has forgotten who wants multicast', async () => {
    await simulate(
      async (world) => {
        const [node, ...others] = await friends(world);
        node.host.isForgotten = true;
        await world.until('it is ok again', 2 * HOLD_MS, () => states(world, node).join() === 'ok,deaf,ok');
        for (const each of [node, ...others]) expect(world.told(each, 'peer.left')).toHaveLength(0);
        expect(world.isComplete).toBe(true);
      },
      { keepLog: true },
    );
  });
});

describe('An access point that isolates its stations', () => {
  it('has nobody told to have left before a second hold, and everybody meets again when it stops', async () => {
    await simulate(
      async (world) => {
        const nodes = await friends(world);
        for (const [part, node] of nodes.entries()) node.host.part = part;
        await world.run(2 * HOLD_MS - 17_000);
        for (const node of nodes) expect(world.told(node, 'peer.left')).toHaveLength(0);
        await world.run(HOLD_MS);
        for (const node of nodes) expect(node.peers).toBe(0);
        for (const node of nodes) node.host.part = 0;
        await world.until('all know all', 61_000, () => world.isComplete);
      },
      { keepLog: true },
    );
  });
});

describe('The Wi-Fi connection', () => {
  it.each([
    ['once an hour at most, for whoever allows it', { WIFI_RECONNECT: 'on' }, 4],
    ['never, for whoever does not', {}, 0],
  ])('is re-activated %s', async (_, environment, most) => {
    await simulate(
      async (world) => {
        const [node, ...others] = await friends(world, environment);
        let count = 0;
        world.onObserved((observed, { saw }) => {
          if (observed === node && saw === 'reconnect') count++;
        });
        await world.run(HOUR_MS);
        expect(count).toBe(0);
        for (let round = 0; round < 8; round++) {
          for (const other of others) world.lan.block(other.host, node.host);
          await world.run(HOUR_MS / 4);
          for (const other of others) world.lan.unblock(other.host, node.host);
          await world.run(HOUR_MS / 8);
        }
        expect(count).toBeLessThanOrEqual(most);
        expect(count > 0).toBe(most > 0);
      },
      { keepLog: true },
    );
  });
});

it('A flood that lasts longer than a hold is told as an overload, and nobody is said to be gone', async () => {
  await simulate(
    async (world) => {
      const [node] = await friends(world, { RECEIVE_BUDGET: '40' });
      world.lan.flood(300, 2 * HOLD_MS, (count) => ({
        from: { address: '10.9.9.9', port: 1_900 },
        payload: Buffer.from(`M-SEARCH ${count}`),
      }));
      await world.run(2 * HOLD_MS + 20_000);
      expect(states(world, node)).toEqual(['ok', 'overloaded', 'ok']);
      expect(world.told(node, 'peer.left')).toHaveLength(0);
    },
    { keepLog: true },
  );
});
