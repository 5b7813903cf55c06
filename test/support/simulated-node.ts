/** One device's program: `app.ts` itself, with a simulated world around it, started, stopped, killed and started again. */
import { app } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Endpoint, LogLine, System } from '../../src/system/system.ts';
import { checkersOf, fewCheckersOf, type RosterView, type Watch } from './checkers.ts';
import type { Checker, Observation, Watched } from './observations.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type Condition, simulatedLed, simulatedVitals, simulatedWifi } from './simulated-devices.ts';
import { framesOf, type Keys, understood } from './simulated-frames.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedLan } from './simulated-lan.ts';
import { datagramNetwork, type Owner } from './simulated-sockets.ts';
import { ProcessClock, type VirtualClock } from './virtual-clock.ts';

export interface NodeOptions {
  readonly name: string;
  /** That of its host, unless told; as copied SD cards have it. */
  readonly id?: string;
  /** As the environment of the process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly drift?: number;
  /** How late its timers fire, at most. */
  readonly latenessMs?: number;
  /** How early they fire, at most; on a real event loop up to 1 ms. */
  readonly earlinessMs?: number;
  readonly led?: Condition;
  readonly wifi?: Condition;
  readonly vitals?: Condition;
}

/** What a node needs to know of the simulation it lives in. */
export interface Surroundings {
  readonly clock: VirtualClock;
  readonly lan: SimulatedLan;
  readonly random: SeededRandom;
  readonly watch: Watch;
  readonly names: Pick<Watched, 'deviceAt' | 'devicesNamed' | 'isOvertaken'>;
  readonly onLine: (node: SimulatedNode, line: LogLine) => void;
  readonly onObservation: (node: SimulatedNode, observation: Observation) => void;
  readonly fail: (node: SimulatedNode, what: string) => void;
}

/** From start to end. */
interface Process {
  readonly clock: ProcessClock;
  readonly stop: AbortController;
  readonly owner: Owner & { alive: boolean };
  running: boolean;
  readonly roster: RosterView;
  ended: Promise<unknown>;
}

export class SimulatedNode {
  /** Tells devices of one name apart. */
  readonly label: string;
  readonly name: string;
  readonly host: SimulatedHost;
  readonly id: string;
  #config: Config;
  readonly #options: NodeOptions;
  readonly #world: Surroundings;
  #process: Process | undefined;

  constructor(label: string, host: SimulatedHost, options: NodeOptions, world: Surroundings) {
    this.label = label;
    this.name = options.name;
    this.host = host;
    this.id = options.id ?? host.id;
    this.#config = readConfig(options.environment ?? {}).config;
    this.#options = options;
    this.#world = world;
  }

  get isRunning(): boolean {
    return this.#process?.running ?? false;
  }

  /** It was told to stop, and says goodbye still. */
  get isStopping(): boolean {
    return this.isRunning && this.#process?.stop.signal.aborted === true;
  }

  /** The labels of the devices that it lists; a device that it does not know by its endpoint is `?`. */
  get lists(): readonly string[] {
    const { names } = this.#world;
    return (this.#process?.roster.endpoints ?? []).map((endpoint) => names.deviceAt(endpoint) ?? '?').sort();
  }

  /** Whether it lists another, where that one is now. */
  knows(other: SimulatedNode): boolean {
    const { endpoint } = other;
    return endpoint !== undefined && (this.#process?.roster.knows(endpoint) ?? false);
  }

  /** Where its announcements come from. */
  get endpoint(): Endpoint | undefined {
    return [...this.host.pairs].find(({ owner }) => owner === this.#process?.owner)?.local;
  }

  /** How many peers it has said there are. */
  get peers(): number {
    return this.#process?.roster.peers ?? 0;
  }

  /** As the environment says from now on. */
  configure(environment: Readonly<Record<string, string>>): void {
    this.#config = readConfig(environment).config;
  }

  start(): void {
    if (this.isRunning) throw new Error(`${this.label} is running`);
    const clock = this.#newClock();
    const watches = { open: 0 };
    const { checkers, roster } = this.#newCheckers(clock, watches);
    const owner = {
      device: this.label,
      alive: true,
      see: (observation: Observation) => {
        if (owner.alive) this.#see(observation, checkers);
      },
    };
    const stop = new AbortController();
    const { name, id } = this;
    const frames = framesOf(this.#keys);
    const node = app(this.#system(clock, owner, watches), this.#config, {
      name,
      id,
      frames,
      version: '0.0.0',
    });
    // It may be told to stop while it is being started.
    const process: Process = { clock, stop, owner, roster, running: true, ended: Promise.resolve() };
    this.#process = process;
    process.ended = node.run(stop.signal).then(
      () => this.#end(owner),
      (error) => this.#end(owner, error),
    );
  }

  /** Tells it to stop; settles with what it rejected with, or undefined. */
  async stop(signal = 'SIGTERM'): Promise<unknown> {
    if (!this.#process || !this.isRunning) return undefined;
    this.#process.owner.see({ saw: 'stopping' });
    this.#process.stop.abort(signal);
    return this.#process.ended;
  }

  /** Settles when the node ends, with what it rejected with. */
  get ended(): Promise<unknown> {
    return this.#process?.ended ?? Promise.resolve();
  }

  /** SIGKILL: the kernel closes its sockets, and nothing of it ever runs again. */
  kill(): void {
    if (!this.#process) return;
    this.#process.owner.alive = false;
    this.#process.running = false;
    this.#process.clock.kill();
    for (const pair of [...this.host.pairs])
      if (pair.owner === this.#process.owner) this.host.pairs.delete(pair);
  }

  /** Leaves a timer behind: what a forgetful program would do. */
  leak(): void {
    this.#process?.clock.after(3_600_000, () => {});
  }

  /** A second has passed. */
  second(): void {
    if (this.isRunning) this.#process?.owner.see({ saw: 'second' });
  }

  #end(owner: Owner, error?: unknown): unknown {
    if (this.#process?.owner === owner) this.#process.running = false;
    owner.see({ saw: 'end', error });
    return error;
  }

  #newClock(): ProcessClock {
    const { random, clock } = this.#world;
    const { drift = 0, latenessMs = 0, earlinessMs = 0 } = this.#options;
    const isExact = latenessMs + earlinessMs === 0;
    return new ProcessClock(clock, {
      offsetMs: random.between(0, 1e6),
      drift,
      // Mostly punctual: a busy moment is rare.
      latenessMs: () => (isExact ? 0 : latenessMs * random.fraction() ** 4 - earlinessMs * random.fraction()),
    });
  }

  get #keys(): Keys | undefined {
    const { fleetKeys } = this.#config;
    return typeof fleetKeys === 'object' ? fleetKeys : undefined;
  }

  #newCheckers(
    clock: ProcessClock,
    watches: { readonly open: number },
  ): { readonly checkers: readonly Checker[]; readonly roster: RosterView } {
    const keys = this.#keys;
    const watched: Watched = {
      ...this.#world.names,
      name: this.name,
      id: this.id,
      sealed: keys !== undefined,
      understands: (payload) => understood(payload, keys),
      announceIntervalMs: this.#config.announceIntervalMs,
      holdMs: this.#config.holdMs,
      receiveBudget: this.#config.receiveBudget,
      now: () => clock.now(),
      pendingTimers: () => clock.pendingTimers,
      openWatches: () => watches.open,
    };
    const choose = this.#world.watch === 'closely' ? checkersOf : fewCheckersOf;
    return choose(watched, (what) => this.#world.fail(this, what));
  }

  #see(observation: Observation, checkers: readonly Checker[]): void {
    this.#world.onObservation(this, observation);
    for (const checker of checkers) checker.see(observation);
  }

  #system(clock: ProcessClock, owner: Owner, watches: { open: number }): System {
    const { host } = this;
    const { random, lan, watch } = this.#world;
    const { led = 'works', wifi = 'works', vitals = 'works' } = this.#options;
    const chance = random.fork();
    return {
      clock,
      random: random.fork(),
      interfaces: watchedTable(host, owner, watches),
      datagrams: datagramNetwork({
        clock: this.#world.clock,
        host,
        owner,
        callMs: (most) => most * chance.fraction(),
        transmit: (pair, payload, to) => lan.transmit(pair, payload, to),
      }),
      led: simulatedLed(led, owner.see),
      log: {
        writes: (level) => watch !== 'barely' || level !== 'debug',
        write: (line) => {
          if (!owner.alive) return;
          this.#world.onLine(this, line);
          owner.see({ saw: 'line', line });
        },
      },
      wifi: simulatedWifi(wifi, owner.see),
      vitals: simulatedVitals(vitals),
      heartbeat: { beat: () => {} },
      heap: {
        keepSmall: async () => {},
        preferSpeed: async () => {},

        giveBack: async () => {},
        residentBytes: () => 0,
      },
      http: {
        listen: async () => {
          watches.open++;
          return {
            close: async () => {
              watches.open--;
            },
          };
        },
      },
    };
  }
}

/** The host's interface table, with what the process asks of it observed. */
function watchedTable(host: SimulatedHost, owner: Owner, watches: { open: number }): System['interfaces'] {
  return {
    snapshot: () => {
      const table = host.snapshot();
      owner.see({ saw: 'look', table });
      return table;
    },
    watch: (hint) => {
      const watch = host.watch(() => {
        if (owner.alive) hint();
      });
      watches.open++;
      return {
        close: () => {
          watches.open--;
          watch.close();
        },
      };
    },
  };
}
