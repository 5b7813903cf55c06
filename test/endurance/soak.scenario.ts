/**
 * Twenty devices on one LAN of the real kernel, an hour long, with an accident every twenty seconds: nothing crashes,
 * nothing grows, and in the end all know all.
 *
 * SOAK_MINUTES=10 is a shorter one, SOAK_SEED=2 has other accidents.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { LabHost } from '../support/lab-host.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { GROUP, type NodeProcess, TEST_PORT } from '../support/node-process.ts';
import { SeededRandom } from '../support/seeded-random.ts';

const session = useNetworkLab('nft', 'bridge');

const { SOAK_MINUTES = '60', SOAK_SEED = '1' } = process.env;
const DEVICES = 20;
const EVERY_MS = 20_000;
const LASTS_MS = [2_000, 15_000] as const;
/** Two holds of an interval of 5 s, and the second looks of a ladder. */
const CALM_MS = 60_000;
const SETTINGS = { ANNOUNCE_INTERVAL_S: '5', LOG_LEVEL: 'info' };
const MIB = 1024 * 1024;
/** Of one process since it was a minute old: V8 compiles what an accident needs for the first time. */
const GROWTH_BYTES_MAX = 8 * MIB;

/** A place on the LAN, and the process that runs there now. */
class Device {
  readonly host: LabHost;
  readonly #name: string;
  readonly #address: string;
  readonly #otherAddress: string;
  node: NodeProcess;
  /** Of the present process, when it had settled. */
  settled = { residentBytes: 0, openFiles: 0 };
  starts = 0;

  constructor(index: number) {
    this.#name = `pi-${index}`;
    this.#address = `10.77.0.${10 + index}`;
    this.#otherAddress = `10.77.0.${110 + index}`;
    this.host = session.lab.addHost(this.#name, this.#address);
    this.node = this.start();
  }

  start(): NodeProcess {
    this.starts++;
    this.settled = { residentBytes: 0, openFiles: 0 };
    this.node = session.startNode(this.host, this.#name, { settings: SETTINGS });
    return this.node;
  }

  settle(): void {
    const { residentBytes, openFiles } = this.node;
    this.settled = { residentBytes, openFiles };
  }

  /** Each begins at once and returns what ends it. */
  readonly accidents: Readonly<Record<string, () => () => unknown>> = {
    'no carrier': () => {
      this.host.carrier(false);
      return () => this.host.carrier(true);
    },
    'interface down': () => {
      this.host.administrative(false);
      return () => {
        this.host.administrative(true);
        this.host.addDefaultRoute();
      };
    },
    'interface gone': () => {
      this.host.detach();
      return () => {
        this.host.attach();
        this.host.addAddress(this.#address);
        this.host.addDefaultRoute();
      };
    },
    'another address': () => {
      this.host.changeAddress(this.#address, this.#otherAddress);
      return () => this.host.changeAddress(this.#otherAddress, this.#address);
    },
    'no address': () => {
      this.host.removeAddress(this.#address);
      return () => {
        this.host.addAddress(this.#address);
        this.host.addDefaultRoute();
      };
    },
    'hears not even itself': () => {
      this.host.drop('input', TEST_PORT);
      return () => this.host.dropNothing();
    },
    'hears nobody': () => {
      this.host.loseMulticast('to us', GROUP);
      return () => session.lab.filterNothing();
    },
    'heard by nobody': () => {
      this.host.loseMulticast('from us', GROUP);
      return () => session.lab.filterNothing();
    },
    'power lost': () => {
      this.host.losePower();
      return () => this.start();
    },
    stopped: () => {
      const ended = this.node.stop();
      return async () => {
        expect((await ended).code).toBe(0);
        this.start();
      };
    },
  };
}

const counts: Record<string, number> = {};
const rows: Record<string, string | number>[] = [];
afterAll(() => {
  console.table(counts);
  console.table(rows);
});

/** How many friends it has, by its own last word on them. */
function friends(node: NodeProcess): unknown {
  return node.records.findLast(({ fields }) => 'peers' in fields)?.fields.peers;
}

function reachability(node: NodeProcess): unknown {
  return node.all('reachability.changed').at(-1)?.fields.to;
}

test(`${DEVICES} devices, ${SOAK_MINUTES} minutes, an accident every ${EVERY_MS / 1000} s`, async () => {
  const random = new SeededRandom(Number(SOAK_SEED));
  const devices = Array.from({ length: DEVICES }, (_, index) => new Device(index));
  await sleep(CALM_MS);
  for (const device of devices) device.settle();
  for (let left = (Number(SOAK_MINUTES) * 60_000) / EVERY_MS; left > 0; left--) {
    const startedAt = performance.now();
    const device = random.pick(devices);
    const kind = random.pick(Object.keys(device.accidents));
    counts[kind] = (counts[kind] ?? 0) + 1;
    const mend = device.accidents[kind]?.();
    await sleep(random.between(...LASTS_MS));
    await mend?.();
    await sleep(Math.max(0, EVERY_MS - (performance.now() - startedAt)));
    // Whoever was started by the accident before has had its twenty seconds.
    for (const each of devices) if (each.settled.residentBytes === 0 && each !== device) each.settle();
  }
  await sleep(CALM_MS);
  for (const device of devices) if (device.settled.residentBytes === 0) device.settle();
  for (const { host, node, settled, starts } of devices) {
    const { residentBytes, openFiles } = node;
    rows.push({
      device: node.name,
      starts,
      'memory then': `${(settled.residentBytes / MIB).toFixed(1)} MiB`,
      'memory now': `${(residentBytes / MIB).toFixed(1)} MiB`,
      'open files': `${settled.openFiles} → ${openFiles}`,
      'group users': host.membershipUsers(GROUP),
      restarts: node.all('child.restarted').length,
      friends: Number(friends(node)),
      reachability: String(reachability(node)),
    });
    expect(node.running, node.story(10)).toBe(true);
    expect(openFiles).toBeLessThanOrEqual(settled.openFiles);
    expect(residentBytes - settled.residentBytes).toBeLessThanOrEqual(GROWTH_BYTES_MAX);
    expect(host.membershipUsers(GROUP)).toBe(1);
    expect(friends(node)).toBe(DEVICES - 1);
    expect(reachability(node)).toBe('ok');
    expect(node.all('tree.gave-up')).toEqual([]);
  }
});
