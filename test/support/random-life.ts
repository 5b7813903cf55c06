/** Lives a scenario: a random fleet and a random sequence of faults; and then peace, and what must be true then. */
import { FAULTS, mendAll, startAgain } from './faults.ts';
import { endOf, type Fault, type Scenario } from './scenario.ts';
import { SeededRandom } from './seeded-random.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedNode } from './simulated-node.ts';
import { type Simulation, simulate, type Told } from './simulation.ts';

const INTERVAL_MS = 15_000;
const HELLO_MS = 1_500;
/** Whoever is told to stop just before the faults end says goodbye first, and is started again then. */
const STOPPED_WITHIN_MS = 5_000;
/** An announcement of its own is never later than this. */
const REGULAR_MS = 1.1 * INTERVAL_MS;
/** How often a node looks whether it is isolated. */
const LOOK_EVERY_MS = 2_000;
/** False names make a fleet look larger than it is, and its holds longer: of as many as a roster takes, so long. */
const HOLD_MOST_MS = 200_000;
/** Large enough for all nodes of one host, small enough that a flood is quickly computed. */
const RECEIVE_BUDGET = { few: '40', many: '100' };
const FEW = 8;
const FLEET_KEY = Buffer.alloc(32, 'one key for all').toString('base64');
/** What broken and forbidden sockets say. */
const OF_THE_FAULTS = /\b(EIO|EACCES)$/;

/** Throws what a checker found. */
export function live(scenario: Scenario, keepLog = false): Promise<Simulation> {
  return simulate(
    async (world) => {
      const reachability = watch(world);
      const nodes = populate(world, scenario);
      await world.run(scenario.calmMs);
      for (const fault of scenario.faults)
        world.clock.after(fault.beginsMs, () => begin(world, fault, nodes.get(fault.device)));
      await world.run(endOf(scenario));
      mendAll(world);
      await recover(world, scenario, reachability);
    },
    { seed: scenario.seed, keepLog },
  );
}

/**
 * What each node says of its reachability. Fails when one gives up, except for a while: where its sockets are broken or
 * forbidden again and again, or its kernel is deaf.
 */
function watch(world: Simulation): ReadonlyMap<SimulatedNode, unknown> {
  const reachability = new Map<SimulatedNode, unknown>();
  world.onTold(({ node, line: { event, fields, message } }) => {
    if (event === 'reachability.changed') reachability.set(node, fields.to);
    const isOfTheFaults = node.host.isDeaf || OF_THE_FAULTS.test(String(fields.cause));
    const isForNow = event === 'tree.gave-up' && isOfTheFaults;
    if (event.endsWith('.gave-up') && !isForNow) world.fail(`${node.label}: ${message}`);
  });
  return reachability;
}

function populate(
  world: Simulation,
  { loss, sealed, devices }: Scenario,
): ReadonlyMap<number, SimulatedNode> {
  world.lan.usualLoss = loss;
  const environment = {
    RECEIVE_BUDGET: devices.length <= FEW ? RECEIVE_BUDGET.few : RECEIVE_BUDGET.many,
    ...(sealed && { FLEET_KEY }),
  };
  const hosts = new Map<number, SimulatedHost>();
  const nodes = new Map<number, SimulatedNode>();
  for (const { number, host, startsMs, ...device } of devices) {
    const its = hosts.get(host) ?? world.addHost();
    hosts.set(host, its);
    const node = world.addNode({ ...device, environment }, its);
    nodes.set(number, node);
    world.clock.after(startsMs, () => startAgain(node));
  }
  return nodes;
}

function begin(world: Simulation, { kind, lastsMs, seed }: Fault, node: SimulatedNode | undefined): void {
  if (!node) return;
  world.note(`${kind}: ${node.label}, for ${Math.round(lastsMs)} ms`);
  const afterwards = (mend: () => void) => {
    world.clock.after(lastsMs, mend);
  };
  FAULTS[kind]?.({ world, random: new SeededRandom(seed), host: node.host, node, afterwards });
}

/**
 * Within how many intervals all know all. A twin may have to speak twice until both are known to be there. With a key one
 * that another process of its machine has taken the place of has to prove itself anew, and to whom this has happened as
 * well, it first has to be introduced again.
 */
function intervalsToKnowAll({ devices, sealed }: Scenario): number {
  const hasTwins = new Set(devices.map(({ name }) => name)).size < devices.length;
  const sharesMachines = new Set(devices.map(({ host }) => host)).size < devices.length;
  if (sealed && sharesMachines) return 5;
  return hasTwins ? 3 : 2;
}

async function recover(
  world: Simulation,
  scenario: Scenario,
  reachability: ReadonlyMap<SimulatedNode, unknown>,
): Promise<void> {
  world.note('the faults are over');
  const knownWithinMs = intervalsToKnowAll(scenario) * REGULAR_MS + HELLO_MS;
  const { nodes } = world;
  await world.untilSoon('everybody runs', STOPPED_WITHIN_MS, () => nodes.every((node) => !node.isStopping));
  const knownAt = world.clock.now + knownWithinMs;
  const leftMs = () => Math.max(0, knownAt - world.clock.now);
  await world.untilSoon('every roster is complete', leftMs(), () => world.knowsAll);
  await world.untilSoon('everybody is reachable', leftMs() + LOOK_EVERY_MS, () =>
    nodes.every((node) => reachability.get(node) === 'ok' || nodes.length === 1),
  );
  // Whoever was listed all the time may have been missed for long, and be heard only now.
  await world.run(leftMs());
  world.onTold((told) => judgeDeparture(world, told));
  // By their own count: whom exactly they list can no longer be told after a flood of which names were summed up.
  const isExact = () => world.knowsAll && nodes.every(({ peers }) => peers === nodes.length - 1);
  await world.untilSoon('nobody else is listed', HOLD_MOST_MS, isExact);
  await world.run(knownWithinMs);
  if (!isExact()) world.fail(`the rosters are not the fleet: ${rosters(world)}`);
}

/** In peace nobody leaves who is there. */
function judgeDeparture(world: Simulation, { node, line: { event, fields } }: Told): void {
  if (event !== 'peer.left' || fields.reason === 'leaving') return;
  const there = world.nodes.find(
    ({ endpoint }) => endpoint?.address === fields.address && endpoint?.port === fields.port,
  );
  if (there?.isRunning) world.fail(`${node.label} says that ${there.label} has left, who is there`);
}

function rosters(world: Simulation): string {
  return world.nodes
    .map(({ label, lists, peers }) => `${label} says ${peers} and lists ${lists.join(', ')}`)
    .join('; ');
}
