/** Everything that can happen on a node, in one union: what the stages tell, and what the node tells of itself. */
import type { AddressEvent } from '../address/addresses.ts';
import type { NameEvent } from '../boot/name-watcher.ts';
import type { BootEvent } from '../boot/orchestrator.ts';
import type { BeaconEvent } from '../multicast/beacon.ts';
import type { RosterEvent } from '../roster/roster-events.ts';
import type { SelfCheckEvent } from '../self-check/healer.ts';
import type { Restart } from '../supervision/supervisor.ts';
import type { MulticastGroup, VitalSigns } from '../system/system.ts';

export type NodeEvent =
  | {
      readonly event: 'node.started';
      readonly name: string;
      readonly id: string;
      readonly version: string;
      /** Whether the fleet has a key. */
      readonly sealed: boolean;
      readonly group: MulticastGroup;
      readonly announceIntervalMs: number;
      readonly holdMs: number;
    }
  /** `signal`: what asked us to stop. */
  | { readonly event: 'node.stopping'; readonly signal: string }
  /** It blinks, so that the person who asked from this address sees which device it is. */
  | { readonly event: 'node.identified'; readonly address: string; readonly blinkMs: number }
  | { readonly event: 'node.blinked' }
  | { readonly event: 'node.stopped' }
  | { readonly event: 'node.gave-up'; readonly cause: Error }
  /** Whether we do our work, when that has changed. */
  | { readonly event: 'node.well' }
  | { readonly event: 'node.unwell' }
  | AddressEvent
  | BootEvent
  | NameEvent
  | BeaconEvent
  | RosterEvent
  | SelfCheckEvent
  | { readonly event: 'tick.missed'; readonly silentMs: number }
  | ({ readonly event: 'child.restarted' } & Restart)
  /** Changes of peers that had no line of their own in the last second. */
  | {
      readonly event: 'peers.summarized';
      readonly joined: number;
      readonly renewed: number;
      readonly restarted: number;
      readonly left: number;
      readonly peers: number;
    }
  | { readonly event: 'http.up'; readonly port: number; readonly address: string | undefined }
  /** The status page cannot be served; told once, and tried again. */
  | { readonly event: 'http.unavailable'; readonly port: number; readonly cause: Error }
  | { readonly event: 'led.unavailable'; readonly led: string; readonly cause: Error }
  | { readonly event: 'wifi.connected'; readonly ssid: string; readonly signalDbm: number }
  | { readonly event: 'wifi.sampled'; readonly ssid: string; readonly signalDbm: number }
  | { readonly event: 'wifi.unavailable'; readonly cause: Error }
  | { readonly event: 'wifi.reconnected' }
  | { readonly event: 'wifi.not-reconnected'; readonly cause: Error }
  | { readonly event: 'board.identified'; readonly model: string }
  | ({ readonly event: 'vitals.sampled'; readonly loopDelayMs: number } & VitalSigns)
  | { readonly event: 'vitals.unavailable'; readonly cause: Error };
