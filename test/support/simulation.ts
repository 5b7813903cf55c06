/**
 * A simulated world from one seed: a LAN, hosts, whole nodes, time, and the checkers that watch all of it. The same seed
 * gives the same log to the byte, so whatever fails once can be looked at for as long as it takes.
 */
import type { Endpoint, LogLine } from '../../src/system/system.ts';
import type { Watch } from './checkers.ts';
import type { Observation } from './observations.ts';
import { SeededRandom } from './seeded-random.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { SimulatedLan } from './simulated-lan.ts';
import { type NodeOptions, SimulatedNode } from './simulated-node.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What of the log is kept to be shown when something fails. */
const TAIL_LINES = 300;
const LOOK_EVERY_MS = 250;
/** What stopping may take, and some for what the kernel has still to do. */
const STOP_MS = 1_500;

export interface Told {
  readonly at: number;
  readonly node: SimulatedNode;
  readonly line: LogLine;
}

/** What the script did to the world, among what was told. */
interface Note {
  readonly at: number;
  readonly note: string;
}

export interface SimulationOptions {
  readonly seed?: number;
  /** Keep every line, not only the last ones. */
  readonly keepLog?: boolean;
  readonly watch?: Watch;
}

export class Simulation {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly lan: SimulatedLan;
  readonly nodes: SimulatedNode[] = [];
  readonly #keepLog: boolean;
  readonly #watch: Watch;
  readonly #log: (Told | Note)[] = [];
  readonly #watchers = new Set<(told: Told) => void>();
  readonly #observers = new Set<(node: SimulatedNode, observation: Observation) => void>();
  readonly #violations: string[] = [];
  /** By endpoint, whose it is or was last. */
  readonly #devices = new Map<string, string>();
  /** By device, its latest endpoint. */
  readonly #latest = new Map<string, string>();
  #nextAddress = 1;

  constructor({ seed = 1, keepLog = false, watch = 'closely' }: SimulationOptions = {}) {
    this.random = new SeededRandom(seed);
    this.lan = new SimulatedLan(this.clock, this.random.fork());
    this.#keepLog = keepLog;
    this.#watch = watch;
    this.#everySecond();
  }

  /** A host that is on the LAN, with a fresh address. */
  addHost(name = `host-${this.lan.hosts.length + 1}`): SimulatedHost {
    const host = this.lan.addHost(name);
    host.plug('wlan0', this.freshAddress());
    return host;
  }

  freshAddress(): string {
    const number = this.#nextAddress++;
    return `10.0.${number >> 8}.${number & 255}`;
  }

  /** A node that is not yet started, on a host of its own unless told where. */
  addNode(options: Partial<NodeOptions> = {}, host = this.addHost()): SimulatedNode {
    const name = options.name ?? `node-${this.nodes.length + 1}`;
    const label = `${name}#${this.nodes.length + 1}`;
    const node = new SimulatedNode(
      label,
      host,
      { ...options, name },
      {
        clock: this.clock,
        lan: this.lan,
        random: this.random.fork(),
        watch: this.#watch,
        names: {
          deviceAt: (endpoint) => this.deviceAt(endpoint),
          isOvertaken: (endpoint) => this.#latest.get(this.deviceAt(endpoint) ?? '') !== inText(endpoint),
          devicesNamed: (wanted) => this.nodes.filter((each) => each.name === wanted).length,
        },
        onLine: (teller, line) => this.#told(teller, line),
        onObservation: (observed, observation) => this.#observed(observed, observation),
        fail: (failing, what) => this.fail(`${failing.label}: ${what}`),
      },
    );
    this.nodes.push(node);
    return node;
  }

  /** The label of the device whose endpoint this is, or was last. */
  deviceAt(endpoint: Endpoint): string | undefined {
    return this.#devices.get(inText(endpoint));
  }

  /** Nodes on hosts of their own, started now. */
  startNodes(count: number, options: Partial<NodeOptions> = {}): SimulatedNode[] {
    const nodes = Array.from({ length: count }, () => this.addNode(options));
    for (const node of nodes) node.start();
    return nodes;
  }

  async run(forMs: number): Promise<void> {
    await this.clock.run(this.clock.now + forMs, () => this.#violations.length > 0);
    this.#throwIfViolated();
  }

  /** Lets time pass until `done`, and returns how long it took; fails when that is more than `withinMs`. */
  async until(what: string, withinMs: number, done: () => boolean): Promise<number> {
    const from = this.clock.now;
    const isDone = await this.clock.run(from + withinMs, () => this.#violations.length > 0 || done());
    if (!isDone && this.#violations.length === 0) this.fail(`not within ${withinMs} ms: ${what}`);
    this.#throwIfViolated();
    return this.clock.now - from;
  }

  /** As `until`, but looks only now and then, because it costs much to look. */
  async untilSoon(what: string, withinMs: number, done: () => boolean): Promise<void> {
    const until = this.clock.now + withinMs;
    while (!done() && this.clock.now < until) await this.run(Math.min(LOOK_EVERY_MS, until - this.clock.now));
    if (!done()) this.fail(`not within ${withinMs} ms: ${what}`);
    this.#throwIfViolated();
  }

  /** Lets time pass until `event` is told by `node`, counted from now. */
  async untilTold(node: SimulatedNode, event: string, withinMs: number): Promise<LogLine> {
    let found: LogLine | undefined;
    const stop = this.onTold((told) => {
      if (told.node === node && told.line.event === event) found ??= told.line;
    });
    await this.until(`${node.label} tells ${event}`, withinMs, () => found !== undefined);
    stop();
    return found as LogLine;
  }

  /** Stops everything that runs and checks that nothing is left; every simulation ends with it. */
  async end(): Promise<void> {
    const running = this.nodes.filter((node) => node.isRunning);
    for (const node of running) void node.stop();
    await this.run(STOP_MS);
    const late = running.filter((node) => node.isRunning);
    if (late.length > 0) this.fail(`still running: ${late.map(({ label }) => label)}`);
    this.#throwIfViolated();
  }

  onTold(watcher: (told: Told) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  onObserved(observer: (node: SimulatedNode, observation: Observation) => void): void {
    this.#observers.add(observer);
  }

  /** Events told by a node so far; needs the whole log. */
  told(node: SimulatedNode, event: string): readonly Told[] {
    if (!this.#keepLog) throw new Error('the log is not kept');
    const told = this.#log.filter((each) => 'node' in each);
    return told.filter((each) => each.node === node && each.line.event === event);
  }

  get log(): string {
    return this.#log.map(inWords).join('\n');
  }

  /** Every node lists exactly the others that run. */
  get isComplete(): boolean {
    const running = this.nodes.filter((node) => node.isRunning);
    return running.every((node) => isEqual(node.lists, labelsWithout(node, running)));
  }

  /** Every node lists all others that run, and possibly some that are no more. */
  get knowsAll(): boolean {
    const running = this.nodes.filter((node) => node.isRunning);
    return running.every((node) => {
      const { lists } = node;
      return labelsWithout(node, running).every((label) => lists.includes(label));
    });
  }

  /** Something for the reader of the log to know. */
  note(note: string): void {
    this.#keep({ at: this.clock.now, note });
  }

  fail(what: string): void {
    this.#violations.push(`${this.clock.now.toFixed(3)} ms: ${what}`);
  }

  #throwIfViolated(): void {
    if (this.#violations.length === 0) return;
    const tail = this.#log.slice(-TAIL_LINES).filter(isTelling).map(inWords);
    throw new Error([...this.#violations, '', 'The last lines of the log:', ...tail].join('\n'));
  }

  #told(node: SimulatedNode, line: LogLine): void {
    const told = { at: this.clock.now, node, line };
    this.#keep(told);
    for (const watcher of this.#watchers) watcher(told);
  }

  #keep(entry: Told | Note): void {
    this.#log.push(entry);
    if (!this.#keepLog && this.#log.length > 2 * TAIL_LINES) this.#log.splice(0, TAIL_LINES);
  }

  #observed(node: SimulatedNode, observation: Observation): void {
    if (observation.saw === 'opened') {
      this.#devices.set(inText(observation.local), node.label);
      this.#latest.set(node.label, inText(observation.local));
    }
    for (const observer of this.#observers) observer(node, observation);
  }

  #everySecond(): void {
    this.clock.after(1_000, () => {
      for (const node of this.nodes) node.second();
      this.#everySecond();
    });
  }
}

/** Runs a script in a fresh world and ends it in order; the checkers have the last word. */
export async function simulate(
  script: (world: Simulation) => Promise<void>,
  options: SimulationOptions = {},
): Promise<Simulation> {
  const world = new Simulation(options);

  await script(world);
  await world.end();
  return world;
}

/** Most lines say that somebody was heard; among the last ones they may matter. */
function isTelling(entry: Told | Note, index: number, { length }: readonly unknown[]): boolean {
  return index >= length - 10 || 'note' in entry || entry.line.event !== 'peer.heard';
}

function inWords(entry: Told | Note): string {
  const at = entry.at.toFixed(3).padStart(14);
  if ('note' in entry) return `${at} ** ${entry.note}`;
  const { node, line } = entry;
  const { level, event, message, fields } = line;
  return `${at} ${node.label} ${level} ${event} ${message} ${JSON.stringify(fields)}`;
}

function inText({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}

function labelsWithout(node: SimulatedNode, all: readonly SimulatedNode[]): readonly string[] {
  return all.filter((other) => other !== node).map(({ label }) => label);
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}
