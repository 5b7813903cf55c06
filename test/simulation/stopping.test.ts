import { describe, expect, it } from 'vitest';
import type { Condition } from '../support/simulated-devices.ts';
import type { SimulatedHost } from '../support/simulated-host.ts';
import { Simulation, simulate } from '../support/simulation.ts';

describe('A node that is told to stop', () => {
  it('stops within a second and leaves nothing behind, at the moment of any line of its log', async () => {
    const lines = await linesToldUntilStop(Number.POSITIVE_INFINITY);
    expect(lines).toBeGreaterThan(50);
    for (let line = 1; line <= lines; line++) await linesToldUntilStop(line);
  });

  it('stops within a second and leaves nothing behind, at any time', async () => {
    for (let afterMs = 0; afterMs < 60_000; afterMs += 250)
      await simulate(async (world) => {
        const [node] = world.startNodes(2);
        await world.run(afterMs);
        void node?.stop();
        await world.run(1_000);
        expect(node?.isRunning).toBe(false);
      });
  });

  it.each<Condition>(['fails', 'hangs'])(
    'stops within a second when the rest of the board %s',
    async (condition) => {
      await simulate(async (world) => {
        world.startNodes(2, { wifi: condition, vitals: condition, led: condition });
        await world.run(700_000);
        expect(world.isComplete).toBe(true);
      });
    },
  );
});

it('A checker sees what a stopped node leaves behind', async () => {
  const world = new Simulation();
  const [node] = world.startNodes(1);
  await world.run(5_000);
  node?.leak();
  await expect(world.end()).rejects.toThrow('timers left at the end: 1');
});

/** A node that lives through much and is told to stop when it tells its nth line; returns how many it told. */
async function linesToldUntilStop(nth: number): Promise<number> {
  let told = 0;
  await simulate(async (world) => {
    const node = world.addNode({ environment: { RECEIVE_BUDGET: '10' } });
    world.startNodes(1);
    world.onTold(({ node: teller, line }) => {
      if (teller !== node || line.event === 'peer.heard') return;
      if (++told === nth) void node.stop();
    });
    node.start();
    await liveThrough(world, node.host);
    expect(node.isRunning).toBe(told < nth);
  });
  return told;
}

/** Everything that makes a node tell something. */
async function liveThrough(world: Simulation, host: SimulatedHost): Promise<void> {
  await world.run(3_000);
  world.lan.flood(400, 3_000, (count) => ({
    from: { address: `10.200.0.${count & 255}`, port: 1 },
    payload: Buffer.from(`multitastic:false-${count}`),
  }));
  await world.run(8_000);
  host.setCarrier('wlan0', false);
  await world.run(3_000);
  host.setCarrier('wlan0', true);
  await world.run(2_000);
  host.setAddress('wlan0', undefined);
  await world.run(500);
  host.setAddress('wlan0', world.freshAddress());
  await world.run(5_000);
}
