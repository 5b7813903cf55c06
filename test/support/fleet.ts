/** Devices that do not exist, on one host of the lab, but with an address each as long as there are few. */
import type { JsonLineProcess } from './json-line-process.ts';
import type { LabSession } from './lab-session.ts';

/** The roster takes no more peers of one address than 64. */
const ADDRESSES_MAX = 24;

export interface FleetOptions {
  readonly devices?: number;
  readonly names?: readonly string[];
  /** Seconds between announcements of one device. */
  readonly interval?: number;
  /** Every how many devices one hears nobody real. */
  readonly deafEvery?: number;
  /** Share of announcements that do not arrive. */
  readonly loss?: number;
}

export async function startFleet(session: LabSession, options: FleetOptions): Promise<JsonLineProcess> {
  const { names = [], devices = names.length, interval = 2, deafEvery = 0, loss = 0 } = options;
  const host = session.lab.addHost('fleet', '10.77.0.100');
  const addresses = Array.from(
    { length: Math.min(devices, ADDRESSES_MAX) },
    (_, at) => `10.77.0.${101 + at}`,
  );
  for (const address of addresses) host.addAddress(address);
  const fleet = session.startScript(host, 'fleet-speaker', {
    addresses: addresses.join(','),
    devices,
    names: JSON.stringify(names),
    interval,
    'deaf-every': deafEvery,
    loss,
  });
  await fleet.waitFor('speaking');
  return fleet;
}
