import { describe, expect, it } from 'vitest';
import type { SimulatedNode } from '../support/simulated-node.ts';
import { type Simulation, simulate } from '../support/simulation.ts';

const INTERVAL_MS = 15_000;
const HOLD_MS = 35_000;

/** How long until every other node has heard this one again, counted from now; at most `withinMs`. */
async function untilHeardByAll(world: Simulation, node: SimulatedNode, withinMs: number): Promise<number> {
  const others = new Set(world.nodes.filter((each) => each !== node && each.isRunning));
  const stop = world.onTold(({ node: teller, line }) => {
    if (line.event !== 'peer.heard') return;
    const { address, port } = line.fields as { address: string; port: number };
    if (world.deviceAt({ address, port }) === node.label) others.delete(teller);
  });
  const tookMs = await world.until(`${node.label} is heard by all`, withinMs, () => others.size === 0);
  stop();
  return tookMs;
}

/** Four nodes that know each other, and the first of them with its host. */
async function friends(world: Simulation, environment: Record<string, string> = {}) {
  const nodes = world.startNodes(4, { environment });
  await world.run(60_000);
  const node = nodes[0] as SimulatedNode;
  return { node, others: nodes.slice(1), host: node.host };
}

describe('A node whose network changes', () => {
  it('waits for its first address, and is heard by all within one second of it', async () => {
    await simulate(async (world) => {
      const { others } = await friends(world);
      const host = world.addHost();
      host.unplug('wlan0');
      const late = world.addNode({}, host);
      late.start();
      await world.run(100_000);
      host.plug('wlan0', undefined, { carrier: false });
      await world.run(5_000);
      host.setCarrier('wlan0', true);
      await world.run(2_000);
      host.setAddress('wlan0', world.freshAddress());
      await untilHeardByAll(world, late, 1_000);
      await world.until('it knows all', 1_000, () => late.lists.length === others.length + 1);
    });
  });

  it('has its new address on all others within one second, as the same peer', async () => {
    await simulate(
      async (world) => {
        const { node, others, host } = await friends(world);
        host.setAddress('wlan0', world.freshAddress());
        await untilHeardByAll(world, node, 1_000);
        for (const other of others) {
          expect(world.told(other, 'peer.renewed')).toHaveLength(1);
          expect(other.peers).toBe(3);
        }
      },
      { keepLog: true },
    );
  });

  it.each([50, 500, 990, 1_010, 3_000, 60_000])(
    'is heard by all and hears all within 1.2 s after its link was down for %i ms',
    async (downMs) => {
      await simulate(async (world) => {
        const { node, host } = await friends(world);
        host.setCarrier('wlan0', false);
        await world.run(downMs);
        host.setCarrier('wlan0', true);
        await untilHeardByAll(world, node, 1_200);
        await world.until('all know all', 1_000, () => world.isComplete);
        await world.run(3 * INTERVAL_MS);
        expect(world.isComplete).toBe(true);
      });
    },
  );

  it('lets nobody leave while its own link is down, and each peer has a whole hold afterwards', async () => {
    await simulate(
      async (world) => {
        const { node, others, host } = await friends(world);
        host.setCarrier('wlan0', false);
        await world.run(10_000);
        for (const other of others) other.kill();
        await world.run(10 * HOLD_MS);
        expect(node.peers).toBe(3);
        host.setCarrier('wlan0', true);
        await world.untilTold(node, 'beacon.up', 1_200);
        await world.run(HOLD_MS - 100);
        expect(node.peers).toBe(3);
        // And another one, because all fall silent at once.
        await world.run(HOLD_MS);
        expect(node.peers).toBe(3);
        await world.run(200);
        expect(node.peers).toBe(0);
      },
      { keepLog: true },
    );
  });

  it('is heard within one second after its interface was made anew', async () => {
    await simulate(async (world) => {
      const { node, host } = await friends(world);
      const address = host.address();
      host.unplug('wlan0');
      await world.run(200);
      host.plug('wlan0', address);
      await untilHeardByAll(world, node, 1_000);
    });
  });

  it('is heard within one second after its address has come back', async () => {
    await simulate(async (world) => {
      const { node, host } = await friends(world);
      const address = host.address();
      host.setAddress('wlan0', undefined);
      await world.run(20_000);
      host.setAddress('wlan0', address);
      await untilHeardByAll(world, node, 1_000);
    });
  });

  it('takes another interface within 1.5 s when its own dies, and its own when it is back', async () => {
    await simulate(
      async (world) => {
        const { node, host } = await friends(world);
        host.plug('eth0', world.freshAddress(), { wireless: false });
        await world.run(5_000);
        expect(world.told(node, 'address.changed')).toHaveLength(0);
        host.setCarrier('wlan0', false);
        await untilHeardByAll(world, node, 1_500);
        expect(world.told(node, 'address.changed')).toHaveLength(1);
        await world.run(INTERVAL_MS);
        host.setCarrier('wlan0', true);
        await world.untilTold(node, 'address.changed', 100);
        await untilHeardByAll(world, node, 1_000);
      },
      { keepLog: true },
    );
  });

  it('is heard within a look and one second when every hint is lost', async () => {
    await simulate(async (world) => {
      const { node, host } = await friends(world);
      host.hintLoss = 1;
      for (const change of [
        () => host.setAddress('wlan0', world.freshAddress()),
        () => {
          host.setCarrier('wlan0', false);
          host.setCarrier('wlan0', true);
        },
        () => host.plug('wlan0', world.freshAddress()),
      ]) {
        change();
        await untilHeardByAll(world, node, 15_000 + 1_000);
        await world.run(HOLD_MS);
      }
    });
  });

  it('makes two changes of five addresses within half a second: the first at once, the last when it has settled', async () => {
    await simulate(
      async (world) => {
        const { node, host } = await friends(world);
        for (let change = 0; change < 5; change++) {
          host.setAddress('wlan0', world.freshAddress());
          await world.run(100);
        }
        await world.run(1_000);
        expect(world.told(node, 'address.changed')).toHaveLength(2);
        expect(world.told(node, 'address.changed')[1]?.line.fields.address).toBe(host.address());
        await world.until('all know all', 1_000, () => world.isComplete);
      },
      { keepLog: true },
    );
  });

  it('does not lose an address that is back within a second', async () => {
    await simulate(
      async (world) => {
        const { node, host } = await friends(world);
        const address = host.address();
        host.setAddress('wlan0', undefined);
        await world.run(900);
        host.setAddress('wlan0', address);
        await world.run(5_000);
        expect(world.told(node, 'address.lost')).toHaveLength(0);
        expect(world.told(node, 'beacon.up')).toHaveLength(1);
      },
      { keepLog: true },
    );
  });

  it('makes one change of a burst of hints', async () => {
    await simulate(
      async (world) => {
        const { node, host } = await friends(world);
        host.setAddress('wlan0', world.freshAddress());
        for (let count = 0; count < 50; count++) host.hint();
        await world.run(5_000);
        expect(world.told(node, 'address.changed')).toHaveLength(1);
        expect(world.told(node, 'beacon.up')).toHaveLength(2);
      },
      { keepLog: true },
    );
  });
});

describe('A LAN that falls apart', () => {
  it('loses the few after the hold and the many after two, and finds them within an interval and a tenth', async () => {
    await simulate(
      async (world) => {
        const { node, others } = await friends(world);
        const [far] = others.slice(-1) as [SimulatedNode];
        far.host.part = 1;
        await world.run(HOLD_MS - 1.1 * INTERVAL_MS);
        expect(node.peers).toBe(3);
        await world.run(1.1 * INTERVAL_MS + 100);
        expect([node.peers, far.peers]).toEqual([2, 3]);
        await world.run(HOLD_MS);
        expect([node.peers, far.peers]).toEqual([2, 0]);
        far.host.part = 0;
        await world.until('all know all', 1.1 * INTERVAL_MS + 1_000, () => world.isComplete);
        expect(world.told(node, 'peer.left')).toHaveLength(1);
      },
      { keepLog: true },
    );
  });
});
