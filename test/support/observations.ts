/** What can be seen of one process from outside: everything it does to the simulated world, and what the world does to it. */
import type { Endpoint, LogLine, NetworkInterface } from '../../src/system/system.ts';
import type { Said } from './said.ts';

export type Observation =
  | { readonly saw: 'line'; readonly line: LogLine }
  /** It looked at the interface table. */
  | { readonly saw: 'look'; readonly table: readonly NetworkInterface[] }
  /** It asks for a pair of sockets. */
  | { readonly saw: 'opening'; readonly address: string }
  | { readonly saw: 'opened'; readonly local: Endpoint }
  | { readonly saw: 'closed' }
  /** The receiver was opened or shut, while the sender goes on. */
  | { readonly saw: 'listening'; readonly on: boolean }
  /** It tried to send, to the group unless `to` is told; `code` is why it could not. */
  | {
      readonly saw: 'send';
      readonly payload: Uint8Array;
      readonly to?: Endpoint | undefined;
      readonly code?: string | undefined;
    }
  /** A datagram for it alone is handed to it. */
  | { readonly saw: 'unicast'; readonly payload: Uint8Array; readonly from: Endpoint }
  /** It asks for its Wi-Fi connection to be re-activated. */
  | { readonly saw: 'reconnect' }
  /** A datagram is handed to it. */
  | {
      readonly saw: 'delivery';
      readonly payload: Uint8Array;
      readonly from: Endpoint;
      readonly echo: boolean;
    }
  /** It has dealt with that datagram. */
  | {
      readonly saw: 'delivered';
      readonly payload: Uint8Array;
      readonly from: Endpoint;
      readonly echo: boolean;
    }
  | { readonly saw: 'led'; readonly does: 'open' | 'close' | 'on' | 'off' }
  /** A second has passed. */
  | { readonly saw: 'second' }
  /** It is told to stop. */
  | { readonly saw: 'stopping' }
  /** The node has ended, of itself or because it was told to. */
  | { readonly saw: 'end'; readonly error?: unknown };

/** What a checker may know of the process it watches. */
export interface Watched {
  /** An allowed name. */
  readonly name: string;
  /** Stays as long as the device. */
  readonly id: string;
  /** Whether its fleet has a key. */
  readonly sealed: boolean;
  readonly announceIntervalMs: number;
  readonly holdMs: number;
  /** Datagrams per second. */
  readonly receiveBudget: number;
  /** By the clock of the process. */
  now(): number;
  pendingTimers(): number;
  /** How many watches of the interface table, and listeners for the status page, it has not closed. */
  openWatches(): number;
  /** Which simulated device has, or last had, this endpoint; undefined for a stranger. */
  deviceAt(endpoint: Endpoint): string | undefined;
  /** Whether the device there has opened other sockets since: what comes from here was overtaken. */
  isOvertaken(endpoint: Endpoint): boolean;
  /** What an announcement says to this process; undefined when it can or may not understand it. */
  understands(payload: Uint8Array): Said | undefined;
  /** How many simulated devices bear this name. */
  devicesNamed(name: string): number;
}

/** Watches one process and reports what must never happen. Nothing is thrown: the process would catch it. */
export interface Checker {
  see(observation: Observation): void;
}

export type Fail = (what: string) => void;
