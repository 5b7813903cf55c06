/**
 * Feeds devices inputs until one of them does what it must not, and then looks for the least that it takes. Each device
 * lives through some thousands, as on a hostile LAN; the same seed gives the same inputs.
 */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SeededRandom } from '../support/seeded-random.ts';
import { Device, type Sabotage } from './device.ts';
import { corpus, hexOf, type Input } from './input.ts';
import { Mutator } from './mutator.ts';
import { least } from './shrinking.ts';

/** For one input, of the processor's time: what else the machine does is not the device's fault. */
const STALL_MS = 50;
/** Collecting garbage is in one of them, but not in all. */
const STALL_LOOKS = 3;
const LIFE_INPUTS = 20_000;
/** What a device may keep of all that it heard, and what may be left of all devices. */
const DEVICE_BYTES_MAX = 8e6;
const REST_BYTES_MAX = 8e6;
/** From when on everything is loaded and compiled. */
const WARM_UP_LIVES = 2;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

export interface Finding {
  readonly what: string;
  /** In hexadecimal, the least found that does it; none if it took the whole run. */
  readonly inputs: readonly string[];
}

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  readonly sabotage?: Sabotage | undefined;
  readonly onLife?: (told: {
    done: number;
    outcomes: number;
    deviceBytes: number;
    restBytes: number;
  }) => void;
}

/** The first thing that is wrong; undefined when nothing is. */
export async function fuzz({ inputs, seed, sabotage, onLife }: FuzzOptions): Promise<Finding | undefined> {
  const mutator = new Mutator(new SeededRandom(seed), corpus());
  let warm = await heldBytes();
  for (let done = 0; done < inputs; done += LIFE_INPUTS) {
    const isWarm = done >= WARM_UP_LIVES * LIFE_INPUTS;
    const before = await heldBytes();
    if (!isWarm) warm = before;
    const restBytes = before - warm;
    if (restBytes > REST_BYTES_MAX) return { what: 'memory is not given back', inputs: [] };
    let device: Device | undefined = await Device.start(sabotage);
    const life: Input[] = [];
    const what = await live(device, mutator, life, Math.min(LIFE_INPUTS, inputs - done), sabotage);
    if (what !== undefined) {
      await device.stop();
      const shortest = await least(life, async (some) => (await outcomeOf(some, sabotage)) !== undefined);
      return { what: (await outcomeOf(shortest, sabotage)) ?? what, inputs: shortest.map(hexOf) };
    }
    life.length = 0;
    const withDevice = await heldBytes();
    await device.stop();
    device = undefined;
    const deviceBytes = withDevice - (await heldBytes());
    if (isWarm && deviceBytes > DEVICE_BYTES_MAX) return { what: 'a device keeps too much', inputs: [] };
    onLife?.({ done: done + LIFE_INPUTS, outcomes: mutator.outcomes, deviceBytes, restBytes });
  }
  return undefined;
}

/** Lives until something is wrong. The last of the inputs is then the one that showed it. */
async function live(
  device: Device,
  mutator: Mutator,
  life: Input[],
  inputs: number,
  sabotage: Sabotage | undefined,
): Promise<string | undefined> {
  while (life.length < inputs) {
    const input = mutator.next();
    life.push(input);
    const before = process.cpuUsage();
    try {
      const outcome = device.take(input);
      if (typeof outcome === 'string') mutator.learn(input, outcome);
      else await outcome;
    } catch (error) {
      return String(error);
    }
    // Mostly it was the garbage of all inputs before. But this device may be slow only once, so others live the same.
    if (processorMs(before) > STALL_MS && (await outcomeOf(life, sabotage)) !== undefined) return 'it stalls';
  }
  return undefined;
}

/** What is wrong when a new device hears these; undefined if nothing is. */
export async function outcomeOf(inputs: readonly Input[], sabotage?: Sabotage): Promise<string | undefined> {
  let leastMs = inputs.length > 0 ? Number.POSITIVE_INFINITY : 0;
  for (let look = 0; look < STALL_LOOKS && leastMs > STALL_MS; look++) {
    const device = await Device.start(sabotage);
    try {
      let before = process.cpuUsage();
      for (const input of inputs) {
        before = process.cpuUsage();
        await device.take(input);
      }
      leastMs = Math.min(leastMs, processorMs(before));
    } catch (error) {
      return String(error);
    } finally {
      await device.stop();
    }
  }
  return leastMs > STALL_MS ? `it takes ${Math.round(leastMs)} ms for the last of these` : undefined;
}

function processorMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

/** Twice, because what garbage holds outside of the heap is given back only after the first time. */
async function heldBytes(): Promise<number> {
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
