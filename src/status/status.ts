/**
 * The node's status as everybody may see it, made from the snapshot, the roster and what happened: `/status.json` is this
 * very object, the page shows it, and `/metrics` counts it. Pure. Its shape is a promise, documented in README.md: fields
 * may be added; anything else raises `schema`.
 */
import type { MulticastGroup } from '../system/system.ts';
import type { Friend, FriendCounts } from './friend-list.ts';
import type { Happening } from './history.ts';
import type { LedState } from './led-pattern.ts';
import type { Snapshot } from './snapshot.ts';
import { stateInWords } from './words.ts';

export const SCHEMA = 1;

/** Everything but the lists. */
export interface Summary {
  readonly schema: typeof SCHEMA;
  readonly device: {
    readonly name: string;
    readonly id: string;
    readonly version: string;
    /** The board's, in the maker's words. */
    readonly model: string | null;
  };
  readonly uptimeSeconds: number;
  readonly state: {
    /** For people. */
    readonly text: string;
    readonly led: LedState;
    /** For how long. */
    readonly ledSeconds: number;
    readonly reachability: Snapshot['reachability'];
    /** Why it became so, in words. */
    readonly evidence: string;
    readonly announcing: boolean;
    readonly fault: boolean;
    readonly flooded: boolean;
    /** As `/healthz` tells. */
    readonly well: boolean;
  };
  readonly network: {
    readonly address: string | null;
    readonly interface: string | null;
    readonly wireless: boolean;
    readonly group: MulticastGroup;
    /** Whether the fleet has a key. */
    readonly sealed: boolean;
    readonly announceIntervalSeconds: number;
  };
  readonly wifi: { readonly ssid: string; readonly signalDbm: number } | null;
  readonly vitals: {
    readonly memoryTotalBytes: number;
    readonly memoryAvailableBytes: number;
    readonly temperatureCelsius: number | null;
    readonly loopDelayMs: number;
  } | null;
  /** Memory that this program takes. */
  readonly residentBytes: number;
  /** How often the sockets were started afresh after a crash. */
  readonly restarts: number;
  readonly friends: FriendCounts;
}

/** Something that happened. */
export interface Note {
  readonly secondsAgo: number;
  readonly level: Happening['level'];
  readonly event: string;
  readonly message: string;
}

export interface Status extends Summary {
  readonly peers: readonly Friend[];
  /** The latest last, at most 20. */
  readonly healed: readonly Note[];
  /** The latest last, at most 50. */
  readonly events: readonly Note[];
}

export interface SummarySources {
  readonly snapshot: Snapshot;
  readonly friends: FriendCounts;
  readonly led: LedState;
  readonly ledSince: number;
  readonly well: boolean;
  readonly startedAt: number;
  readonly residentBytes: number;
}

export function summaryOf(sources: SummarySources, now: number): Summary {
  const { snapshot, friends, led, ledSince, well, startedAt, residentBytes } = sources;
  const { name, id, version, model, address, vitals, wifi } = snapshot;
  return {
    schema: SCHEMA,
    device: { name, id, version, model: model ?? null },
    uptimeSeconds: toMilliseconds(now - startedAt),
    state: {
      text: stateInWords(snapshot, friends),
      led,
      ledSeconds: toMilliseconds(now - ledSince),
      reachability: snapshot.reachability,
      evidence: snapshot.evidence,
      announcing: snapshot.beacon === 'up',
      fault: snapshot.fault,
      flooded: snapshot.flooded,
      well,
    },
    network: {
      address: address?.address ?? null,
      interface: address?.interface ?? null,
      wireless: address?.wireless ?? false,
      group: snapshot.group,
      sealed: snapshot.sealed,
      announceIntervalSeconds: snapshot.announceIntervalMs / 1000,
    },
    wifi: wifi ? { ssid: wifi.ssid, signalDbm: wifi.signalDbm } : null,
    vitals: vitals
      ? {
          memoryTotalBytes: vitals.memoryTotalBytes,
          memoryAvailableBytes: vitals.memoryAvailableBytes,
          temperatureCelsius: vitals.temperatureCelsius ?? null,
          loopDelayMs: vitals.loopDelayMs,
        }
      : null,
    residentBytes,
    restarts: snapshot.restarts,
    friends,
  };
}

export function notesOf(happenings: readonly Happening[], now: number): Note[] {
  return happenings.map(({ at, level, event, message }) => ({
    secondsAgo: Math.round((now - at) / 100) / 10,
    level,
    event,
    message,
  }));
}

/** Seconds, as precise as the LED's edges. */
function toMilliseconds(ms: number): number {
  return Math.round(ms) / 1000;
}
