/** What we tell others of ourselves besides that we are there. Pure. */
import type { Facts } from '../datagram/announcement.ts';
import type { Snapshot } from './snapshot.ts';

export function factsOf({ version, vitals, wifi }: Snapshot, uptimeMs: number): Facts {
  return {
    firmware: version,
    uptimeSeconds: Math.round(uptimeMs / 1000),
    ...(vitals && {
      memoryPercent: Math.round(100 - (100 * vitals.memoryAvailableBytes) / vitals.memoryTotalBytes),
    }),
    ...(vitals?.temperatureCelsius !== undefined && {
      temperatureCelsius: Math.round(vitals.temperatureCelsius),
    }),
    ...(wifi && { signalDbm: wifi.signalDbm }),
  };
}
