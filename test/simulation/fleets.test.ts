import { afterAll, describe, expect, it } from 'vitest';
import { fleetIntervalMs } from '../../src/multicast/cadence.ts';
import { type FleetFigures, figuresOf, inTable } from '../support/fleet-figures.ts';
import type { SimulatedNode } from '../support/simulated-node.ts';
import { type Simulation, simulate } from '../support/simulation.ts';

/**
 * NEWCOMER_SEEDS=300 lets more newcomers come than usual, FLEET_SIZES=10,100,1000 measures larger fleets, FLEET_MINUTES=60
 * lets one live longer, FLEET_LOSSY=1000 and FLEET_LOSSY_SEEDS=1-10 let a larger one, and newcomers to it, find themselves in bad
 * weather, and more often, FLEET_GROWTH=100,500 lets one grow more.
 */
const { NEWCOMER_SEEDS = '12', FLEET_SIZES = '10,100', FLEET_MINUTES = '3' } = process.env;
const { FLEET_LOSSY = '150', FLEET_LOSSY_SEEDS = '1-1', FLEET_GROWTH = '30,120' } = process.env;
const INTERVAL_MS = 15_000;
/** For the largest fleets, on a slow machine. */
const HOURS_MS = 6 * 3_600_000;
/** Everybody hears a datagram at one moment, or not at all. */
const BAD_WEATHER = { loss: 0.2, doubling: 0, delayMs: 0 };
const FAIR_WEATHER = { loss: 0, doubling: 0, delayMs: 0 };

const [FIRST_LOSSY_SEED = 1, LAST_LOSSY_SEED = 1] = FLEET_LOSSY_SEEDS.split('-').map(Number);

/** Started within a second. */
function powerUp(world: Simulation, count: number): readonly SimulatedNode[] {
  world.lan.weather = { ...FAIR_WEATHER };
  const nodes = Array.from({ length: count }, () => world.addNode({ led: 'fails' }));
  for (const node of nodes) world.clock.after(world.random.between(0, 1_000), () => node.start());
  return nodes;
}

function intervalOf(size: number): number {
  return Math.max(INTERVAL_MS, fleetIntervalMs(size));
}

/** How long it takes, to the second; undefined when not within `withinMs`. */
async function secondsUntil(
  world: Simulation,
  isDone: () => boolean,
  withinMs: number,
): Promise<number | undefined> {
  for (let seconds = 1; seconds <= withinMs / 1_000; seconds++) {
    await world.run(1_000);
    if (isDone()) return seconds;
  }
  return undefined;
}

function allKnowAll(nodes: readonly SimulatedNode[]): boolean {
  return nodes.every(({ peers }) => peers === nodes.length - 1);
}

function percent(count: number, of: number): number {
  return (100 * count) / of;
}

describe('A newcomer among 50, where a fifth of all datagrams is lost', () => {
  const timeout = 60_000 + Number(NEWCOMER_SEEDS) * 5_000;

  it('knows 95 % of them within two seconds, and 95 % of them know it', { timeout }, async () => {
    const knows: number[] = [];
    const isKnown: number[] = [];
    for (let seed = 1; seed <= Number(NEWCOMER_SEEDS); seed++)
      await simulate(
        async (world) => {
          const others = powerUp(world, 50);
          await world.run(2 * INTERVAL_MS);
          world.lan.weather = { ...BAD_WEATHER };
          const newcomer = world.addNode({ led: 'fails' });
          newcomer.start();
          await world.run(2_000);
          knows.push(percent(others.filter((other) => newcomer.knows(other)).length, 50));
          isKnown.push(percent(others.filter((other) => other.knows(newcomer)).length, 50));
        },
        { seed, watch: 'loosely' },
      );
    console.log(`a newcomer after 2 s: ${spread('knows', knows)}; ${spread('is known by', isKnown)}`);
    expect(mean(knows)).toBeGreaterThanOrEqual(95);
    expect(mean(isKnown)).toBeGreaterThanOrEqual(95);
  });
});

describe('A newcomer to a fleet that no longer fits into one list, where a fifth is lost', () => {
  it('knows everybody after two intervals, and everybody knows it', async () => {
    await simulate(
      async (world) => {
        const others = powerUp(world, 150);
        await world.run(2 * INTERVAL_MS);
        world.lan.weather = { ...BAD_WEATHER };
        const newcomer = world.addNode({ led: 'fails' });
        newcomer.start();
        await world.run(2 * INTERVAL_MS);
        expect(others.filter((other) => !newcomer.knows(other))).toEqual([]);
        expect(others.filter((other) => !other.knows(newcomer))).toEqual([]);
      },
      { watch: 'loosely' },
    );
  });

  it(`knows all ${FLEET_LOSSY} within two intervals, and they know it`, { timeout: HOURS_MS }, async () => {
    const size = Number(FLEET_LOSSY);
    for (let seed = FIRST_LOSSY_SEED; seed <= LAST_LOSSY_SEED; seed++)
      await simulate(
        async (world) => {
          const others = powerUp(world, size);
          await world.run(2 * intervalOf(size));
          expect(allKnowAll(others)).toBe(true);
          world.lan.weather = { ...BAD_WEATHER };
          world.addNode({ led: 'fails' }).start();
          const seconds = await secondsUntil(world, () => allKnowAll(world.nodes), 2 * intervalOf(size));
          console.log(`seed ${seed}: a newcomer to ${size}, a fifth lost, is met after ${seconds} s`);
          expect(seconds, `seed ${seed}`).toBeDefined();
          for (const node of world.nodes) node.kill();
        },
        { seed, watch: 'barely' },
      );
  });
});

describe.each([
  [0, 0],
  [0.1, 2],
])('A fleet of 120, whose lists take turns, where %f of all is lost', (loss, most) => {
  it(`has nobody said to be mute or not to hear us, and at most ${most} an hour to be gone`, {
    timeout: HOURS_MS,
  }, async () => {
    const wrong: string[] = [];
    let left = 0;
    await simulate(
      async (world) => {
        powerUp(world, 120);
        await world.run(4 * INTERVAL_MS);
        world.lan.weather = { ...BAD_WEATHER, loss };
        world.onTold(({ node, line: { event, fields, message } }) => {
          if (fields.reason === 'silent') left++;
          if (event === 'peers.summarized') left += Number(fields.left);
          if (event === 'peer.one-way' || fields.to === 'mute' || fields.to === 'deaf')
            wrong.push(`${node.label}: ${message}`);
        });
        await world.run(Number(FLEET_MINUTES) * 60_000);
        for (const node of world.nodes) node.kill();
      },
      { watch: 'barely' },
    );
    expect(wrong).toEqual([]);
    expect(left / 120 / (Number(FLEET_MINUTES) / 60)).toBeLessThanOrEqual(most);
  });
});

describe('A fleet that is powered up within a second', () => {
  it('of 300 knows itself within two intervals, and takes itself for no flood', async () => {
    await simulate(
      async (world) => {
        const nodes = powerUp(world, 300);
        let floods = 0;
        world.onTold(({ line }) => {
          if (line.event === 'flood.began') floods++;
        });
        const seconds = await secondsUntil(world, () => allKnowAll(nodes), 2 * intervalOf(300));
        console.log(`300 powered up within a second know each other after ${seconds} s`);
        expect(seconds).toBeDefined();
        expect(floods).toBe(0);
        for (const node of nodes) node.kill();
      },
      { watch: 'barely' },
    );
  });

  it(`of ${FLEET_LOSSY} knows itself within two intervals where a fifth is lost`, {
    timeout: HOURS_MS,
  }, async () => {
    const size = Number(FLEET_LOSSY);
    for (let seed = FIRST_LOSSY_SEED; seed <= LAST_LOSSY_SEED; seed++)
      await simulate(
        async (world) => {
          const nodes = powerUp(world, size);
          world.lan.weather = { ...BAD_WEATHER };
          const seconds = await secondsUntil(world, () => allKnowAll(nodes), 2 * intervalOf(size));
          console.log(`seed ${seed}: ${size}, a fifth lost, know each other after ${seconds} s`);
          expect(seconds, `seed ${seed}`).toBeDefined();
          for (const node of nodes) node.kill();
        },
        { seed, watch: 'barely' },
      );
  });
});

describe(`A fleet that grows (${FLEET_GROWTH}) and shrinks again`, () => {
  it('has nobody said to have left but who has said goodbye', { timeout: HOURS_MS }, async () => {
    const [few = 0, many = 0] = FLEET_GROWTH.split(',').map(Number);
    await simulate(
      async (world) => {
        let left = 0;
        let silent = 0;
        world.onTold(({ line: { event, fields } }) => {
          if (event === 'peer.left') left++;
          if (event === 'peers.summarized') left += Number(fields.left);
          if (event === 'peer.left' && fields.reason === 'silent') silent++;
        });
        const first = powerUp(world, few);
        await world.run(4 * intervalOf(few));
        const more = powerUp(world, many - few);
        await world.run(4 * intervalOf(many));
        expect(left).toBe(0);
        expect(world.nodes.filter(({ peers }) => peers !== many - 1)).toHaveLength(0);
        for (const node of more) void node.stop();
        await world.run(6 * intervalOf(many));
        expect(silent).toBe(0);
        expect(first.filter(({ peers }) => peers !== few - 1)).toHaveLength(0);
      },
      { watch: 'barely' },
    );
  });
});

describe('A fleet at rest', () => {
  const figures: FleetFigures[] = [];

  it.each(FLEET_SIZES.split(',').map(Number))(
    'of %i says at most 20 datagrams a second',
    {
      timeout: HOURS_MS,
    },
    async (size) => {
      await simulate(
        async (world) => {
          powerUp(world, size);
          await world.run(4 * intervalOf(size));
          figures.push(await figuresOf(world, 2 * intervalOf(size)));
          for (const node of world.nodes) node.kill();
        },
        { watch: 'barely' },
      );
      expect(figures.at(-1)?.datagramsPerSecond).toBeLessThanOrEqual(20);
    },
  );

  afterAll(() => console.log(inTable(figures)));
});

function mean(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0) / values.length;
}

function spread(what: string, values: readonly number[]): string {
  const enough = values.filter((each) => each >= 95).length;
  return `${what} ${mean(values).toFixed(1)} %, at least ${Math.min(...values)} %, ${enough} of ${values.length} times 95 % or more`;
}
