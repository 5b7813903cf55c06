/**
 * What goes on in one random life: devices, weather, faults. All of it follows from a seed, and any part can be left out:
 * a scenario is written as `seed:length`, or, with the numbers of what is left of it, `seed:length:devices:faults`.
 */
import { FAULTS } from './faults.ts';
import { SeededRandom } from './seeded-random.ts';
import type { Condition } from './simulated-devices.ts';

interface Measure {
  /** Within which faults begin and end. */
  readonly faultyMs: number;
  readonly faultMsMax: number;
  readonly faultsMost: number;
  readonly devicesMost: number;
}

const LENGTHS = {
  moment: { faultyMs: 120_000, faultMsMax: 50_000, faultsMost: 15, devicesMost: 7 },
  minutes: { faultyMs: 1_200_000, faultMsMax: 120_000, faultsMost: 40, devicesMost: 30 },
  day: { faultyMs: 24 * 3_600_000, faultMsMax: 1_800_000, faultsMost: 100, devicesMost: 30 },
} satisfies Record<string, Measure>;

/** Two minutes, twenty, or a whole day. */
export type Length = keyof typeof LENGTHS;

export interface Device {
  readonly number: number;
  readonly name: string;
  /** The number of the first device there. */
  readonly host: number;
  readonly startsMs: number;
  readonly drift: number;
  readonly latenessMs: number;
  readonly earlinessMs: number;
  readonly led: Condition;
  readonly wifi: Condition;
  readonly vitals: Condition;
}

export interface Fault {
  readonly number: number;
  readonly kind: string;
  readonly beginsMs: number;
  readonly lastsMs: number;
  /** The number of the device it happens to. */
  readonly device: number;
  /** Its own chance, so that it is the same whatever else is left out. */
  readonly seed: number;
}

export interface Scenario {
  readonly seed: number;
  readonly length: Length;
  readonly loss: number;
  /** Whether the fleet has a key. */
  readonly sealed: boolean;
  readonly calmMs: number;
  readonly devices: readonly Device[];
  readonly faults: readonly Fault[];
}

/** Most are small, because what fails in a small fleet is understood sooner. */
export function scenarioOf(seed: number, length: Length): Scenario {
  const random = new SeededRandom(seed);
  const { devicesMost, faultsMost } = LENGTHS[length];
  const loss = random.chance(0.5) ? random.between(0, 0.2) : 0;
  const calmMs = random.between(0, 30_000);
  const devices: Device[] = [];
  const count = 2 + Math.floor((devicesMost - 1) * random.fraction() ** 2);
  while (devices.length < count) devices.push(deviceOf(devices, random));
  const faults = Array.from({ length: random.whole(1, faultsMost) }, (_, number) =>
    faultOf(number, count, LENGTHS[length], random),
  );
  const sealed = random.chance(0.5);
  return { seed, length, loss, sealed, calmMs, devices, faults };
}

function deviceOf(before: readonly Device[], random: SeededRandom): Device {
  const number = before.length;
  const sharesHost = number > 0 && random.chance(0.25);
  const isTwin = number > 0 && random.chance(0.15);
  return {
    number,
    name: isTwin ? random.pick(before).name : `node-${number}`,
    host: sharesHost ? random.pick(before).host : number,
    startsMs: random.between(0, 2_000),
    drift: random.between(-0.002, 0.002),
    latenessMs: random.between(0, 30),
    earlinessMs: random.fraction(),
    // Its pattern is most of what there is to compute.
    led: random.chance(0.2) ? 'works' : 'fails',
    wifi: random.pick(['works', 'fails', 'hangs']),
    vitals: random.pick(['works', 'fails', 'hangs']),
  };
}

function faultOf(number: number, devices: number, measure: Measure, random: SeededRandom): Fault {
  const { faultyMs, faultMsMax } = measure;
  const beginsMs = random.between(0, faultyMs);
  return {
    number,
    kind: random.pick(Object.keys(FAULTS)),
    beginsMs,
    lastsMs: Math.min(faultMsMax * random.fraction() ** 2, faultyMs - beginsMs),
    device: random.whole(0, devices - 1),
    seed: random.whole(0, 2 ** 32 - 1),
  };
}

export function endOf({ faults }: Scenario): number {
  return Math.max(0, ...faults.map(({ beginsMs, lastsMs }) => beginsMs + lastsMs));
}

/** Whatever happens to a device that is left out is left out, too. */
export function keeping(scenario: Scenario, devices: readonly Device[], faults: readonly Fault[]): Scenario {
  const kept = new Set(devices.map(({ number }) => number));
  return { ...scenario, devices, faults: faults.filter(({ device }) => kept.has(device)) };
}

export function inText({ seed, length, devices, faults }: Scenario): string {
  const numbers = (parts: readonly { readonly number: number }[]) =>
    parts.map(({ number }) => number).join(',');
  return `${seed}:${length}:${numbers(devices)}:${numbers(faults)}`;
}

export function scenarioIn(text: string): Scenario {
  const [seed = '', length = '', devices, faults] = text.split(':');
  if (!/^\d+$/.test(seed) || !isLength(length)) throw new Error(`no scenario: ${text}`);
  const whole = scenarioOf(Number(seed), length);
  const among = (numbers: string) => new Set(numbers.split(',').filter(Boolean).map(Number));
  const kept = { devices: devices && among(devices), faults: faults !== undefined && among(faults) };
  return keeping(
    whole,
    whole.devices.filter(({ number }) => !kept.devices || kept.devices.has(number)),
    whole.faults.filter(({ number }) => !kept.faults || kept.faults.has(number)),
  );
}

export function isLength(text: string): text is Length {
  return text in LENGTHS;
}

/** For whoever has to understand why it fails. */
export function inWords({ loss, sealed, devices, faults }: Scenario): string {
  const fleet = sealed ? 'a fleet with a key' : 'a fleet without a key';
  const lines = [`${fleet}, of whose datagrams ${Math.round(100 * loss)} % are lost`];
  for (const { number, name, host, drift } of devices) {
    const where = host === number ? '' : ` on the host of device ${host}`;
    lines.push(`device ${number}, ${name}${where}, whose clock drifts by ${Math.round(1e6 * drift)} ppm`);
  }
  for (const { number, kind, device, beginsMs, lastsMs } of [...faults].sort(
    (a, b) => a.beginsMs - b.beginsMs,
  ))
    lines.push(
      `fault ${number}: ${kind}, of device ${device}, after ${seconds(beginsMs)}, for ${seconds(lastsMs)}`,
    );
  return lines.join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
