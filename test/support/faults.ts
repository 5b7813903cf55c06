/** Everything that goes wrong on a LAN of small devices, each for a while: it begins when called and ends by itself. */
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Simulation } from './simulation.ts';

interface Scene {
  readonly world: Simulation;
  readonly random: SeededRandom;
  readonly host: SimulatedHost;
  readonly node: SimulatedNode;
  /** Calls back when the fault is over. */
  readonly afterwards: (mend: () => void) => void;
}

/** Strangers say this many datagrams a second: far above the budget of the nodes of a random world. */
const FLOOD_PER_SECOND = 300;
const FLOOD_MS_MAX = 5_000;

export const FAULTS: Readonly<Record<string, (scene: Scene) => void>> = {
  'carrier lost': ({ host, afterwards }) => {
    host.setCarrier('wlan0', false);
    afterwards(() => host.setCarrier('wlan0', true));
  },
  'carrier flaps': ({ host, random, world }) => {
    let delayMs = 0;
    for (let flap = random.whole(1, 4); flap > 0; flap--)
      for (const carrier of [false, true]) {
        world.clock.after(delayMs, () => host.setCarrier('wlan0', carrier));
        delayMs += random.between(1, 2_500);
      }
  },
  'another address': ({ host, world }) => host.setAddress('wlan0', world.freshAddress()),
  'no address': ({ host, world, random, afterwards }) => {
    const before = host.address();
    host.setAddress('wlan0', undefined);
    afterwards(() => host.setAddress('wlan0', random.chance(0.5) ? before : world.freshAddress()));
  },
  'interface made anew': ({ host, world, random }) => {
    const address = host.address() ?? world.freshAddress();
    host.unplug('wlan0');
    const same = random.chance(0.5);
    world.clock.after(random.between(0, 2_000), () =>
      host.plug('wlan0', same ? address : world.freshAddress()),
    );
  },
  'another interface': ({ host, world, afterwards }) => {
    host.plug('eth0', world.freshAddress(), { wireless: false });
    afterwards(() => host.unplug('eth0'));
  },
  partition: ({ world, random, afterwards }) => {
    for (const each of world.lan.hosts) each.part = random.whole(0, 1);
    afterwards(() => {
      for (const each of world.lan.hosts) each.part = 0;
    });
  },
  'one-way link': ({ world, host, random, afterwards }) => {
    const other = random.pick(world.lan.hosts);
    world.lan.block(host, other);
    afterwards(() => world.lan.unblock(host, other));
  },
  'bad weather': ({ world, random, afterwards }) => {
    const { lan } = world;
    lan.weather = {
      loss: random.between(0, 0.5),
      doubling: random.between(0, 0.3),
      delayMs: random.between(2, 900),
    };
    afterwards(() => lan.calmDown());
  },
  'kernel deaf': ({ host, afterwards }) => {
    host.isDeaf = true;
    afterwards(() => {
      host.isDeaf = false;
    });
  },
  'port in use': ({ host, afterwards }) => {
    host.refusal = 'EADDRINUSE';
    for (const pair of host.pairs) pair.break('EIO');
    afterwards(() => {
      host.refusal = undefined;
    });
  },
  'sockets forbidden for a moment': ({ host, world }) => {
    host.refusal = 'EACCES';
    for (const pair of host.pairs) pair.break('EIO');
    world.clock.after(3_000, () => {
      if (host.refusal === 'EACCES') host.refusal = undefined;
    });
  },
  'sockets break': ({ host }) => {
    for (const pair of host.pairs) pair.break('EIO');
  },
  'hints lost or late': ({ host, random, afterwards }) => {
    host.hintLoss = random.fraction();
    host.hintDelayMs = random.between(0, 5_000);
    afterwards(() => {
      host.hintLoss = 0;
      host.hintDelayMs = 0;
    });
  },
  'hints for nothing': ({ host, world, random }) => {
    for (let count = random.whole(1, 30); count > 0; count--)
      world.clock.after(random.between(0, 3_000), () => host.hint());
  },
  'killed and started again': ({ node, afterwards }) => {
    node.kill();
    afterwards(() => startAgain(node));
  },
  'stopped and started again': ({ node, afterwards }) => {
    void node.stop();
    afterwards(() => startAgain(node));
  },
  'flood of false names': ({ world, random }) => {
    const oneSource = random.chance(0.5);
    const batch = random.whole(0, 1_000);
    world.lan.flood(FLOOD_PER_SECOND, random.between(100, FLOOD_MS_MAX), (count) => ({
      from: {
        address: `10.${100 + (batch >> 3)}.${batch & 7}.${oneSource ? 1 : count & 255}`,
        port: 1_024 + count,
      },
      payload: Buffer.from(`multitastic:false-${batch}-${count}`),
    }));
  },
};

/** Unless another fault has done so; as soon as it has stopped. */
export function startAgain(node: SimulatedNode): void {
  if (node.isStopping) void node.ended.then(() => startAgain(node));
  else if (!node.isRunning) node.start();
}

/** Ends every fault that is left, whatever it was. */
export function mendAll(world: Simulation): void {
  world.lan.clearSky();
  for (const host of world.lan.hosts) {
    host.isDeaf = false;
    host.refusal = undefined;
    host.hintLoss = 0;
    host.hintDelayMs = 0;
    if (!host.has('wlan0')) host.plug('wlan0', world.freshAddress());
    host.setCarrier('wlan0', true);
    if (!host.address()) host.setAddress('wlan0', world.freshAddress());
    if (host.has('eth0')) host.unplug('eth0');
  }
  for (const node of world.nodes) startAgain(node);
}
