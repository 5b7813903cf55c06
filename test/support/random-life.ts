/** A random fleet and a random sequence of faults, both from the world's seed; and then peace, and what must be true then. */
import { FAULTS, mendAll, startAgain } from './faults.ts';
import { type Simulation, simulate } from './simulation.ts';

const INTERVAL_MS = 15_000;
const HOLD_MS = 35_000;
const HELLO_MS = 1_500;
/** An announcement of its own is never later than this. */
const REGULAR_MS = 1.1 * INTERVAL_MS;
/** False names make a fleet look larger than it is, and its holds longer, by up to an interval where they make it a hundred. */
const PATIENCE_MS = 15_000;
const FAULTY_MS = 120_000;
const FAULT_MS_MAX = 50_000;
/** Large enough for all nodes of one host, small enough that a flood is quickly computed. */
const ENVIRONMENT = { RECEIVE_BUDGET: '40' };

/** Lives one random life; throws what a checker found. */
export function liveRandomly(seed: number, keepLog = false): Promise<Simulation> {
  return simulate(
    async (world) => {
      populate(world);
      await world.run(world.random.between(0, 30_000));
      scheduleFaults(world);
      await world.run(FAULTY_MS);
      mendAll(world);
      await recover(world);
    },
    { seed, keepLog },
  );
}

function populate(world: Simulation): void {
  const { random, lan } = world;
  world.lan.weather.loss = random.chance(0.5) ? random.between(0, 0.2) : 0;
  for (let count = random.whole(2, 7); count > 0; count--) {
    const host = lan.hosts.length > 0 && random.chance(0.25) ? random.pick(lan.hosts) : world.addHost();
    const twin = world.nodes.length > 0 && random.chance(0.15) ? random.pick(world.nodes).name : undefined;
    const node = world.addNode(
      {
        ...(twin !== undefined && { name: twin }),
        environment: ENVIRONMENT,
        drift: random.between(-0.002, 0.002),
        latenessMs: random.between(0, 30),
        earlinessMs: random.fraction(),
        led: random.chance(0.1) ? 'fails' : 'works',
        wifi: random.pick(['works', 'fails', 'hangs']),
        vitals: random.pick(['works', 'fails', 'hangs']),
      },
      host,
    );
    world.clock.after(random.between(0, 2_000), () => startAgain(node));
  }
}

function scheduleFaults(world: Simulation): void {
  const { random, clock } = world;
  const kinds = Object.keys(FAULTS);
  for (let count = random.whole(1, 15); count > 0; count--) {
    const kind = random.pick(kinds);
    const beginsMs = random.between(0, FAULTY_MS);
    const lastsMs = Math.min(FAULT_MS_MAX * random.fraction() ** 2, FAULTY_MS - beginsMs);
    clock.after(beginsMs, () => begin(world, kind, lastsMs));
  }
}

function begin(world: Simulation, kind: string, lastsMs: number): void {
  const { random, clock } = world;
  const node = random.pick(world.nodes);
  world.note(`${kind}: ${node.label}, for ${Math.round(lastsMs)} ms`);
  const afterwards = (mend: () => void) => {
    clock.after(lastsMs, mend);
  };
  FAULTS[kind]?.({ world, random, host: node.host, node, afterwards });
}

async function recover(world: Simulation): Promise<void> {
  world.note('the faults are over');
  const hasTwins = new Set(world.nodes.map(({ name }) => name)).size < world.nodes.length;
  // A twin may have to speak twice until both are known to be there.
  const knownWithinMs = (hasTwins ? 3 : 2) * REGULAR_MS + HELLO_MS;
  await world.until('every roster is complete', knownWithinMs, () => world.knowsAll);
  await world.run(knownWithinMs + HOLD_MS + PATIENCE_MS);
  if (!world.isComplete) world.fail(`the rosters hold more than the fleet: ${rosters(world)}`);
}

function rosters(world: Simulation): string {
  return world.nodes
    .map(({ label, lists }) => {
      const known = lists.filter((each) => each !== '?');
      return `${label} lists ${known.join(', ')} and ${lists.length - known.length} others`;
    })
    .join('; ');
}
