/**
 * What every command that listens to the fleet is made of: the stages of the node up to its ears. Like the node it waits
 * for a network, follows the address, and opens its sockets anew; unlike it, it never announces itself.
 */
import type { AddressEvent } from './address/addresses.ts';
import { AddressWatcher } from './address/watcher.ts';
import { type BootEvent, Orchestrator } from './boot/orchestrator.ts';
import type { Config } from './config.ts';
import type { Announcement } from './datagram/announcement.ts';
import type { Frames } from './datagram/frames.ts';
import type { RichMessage } from './datagram/rich.ts';
import type { UnicastMessage } from './multicast/hearing.ts';
import { Listener, type ListenerEvent } from './multicast/listener.ts';
import type { Child } from './supervision/child.ts';
import { type Restart, Supervisor } from './supervision/supervisor.ts';
import type { Endpoint, System } from './system/system.ts';

/** As those of the node's own sockets. */
const RESTARTS_MAX = 5;
const PERIOD_MS = 60_000;
const STOP_TIMEOUT_MS = 500;

export type ListeningSystem = Pick<System, 'clock' | 'interfaces' | 'datagrams'>;

export type ListeningEvent =
  | AddressEvent
  | BootEvent
  | ListenerEvent
  | ({ readonly event: 'child.restarted' } & Restart);

export interface ListeningOptions {
  readonly frames: Frames;
  readonly onEvent: (event: ListeningEvent) => void;
  readonly onAnnouncement: (said: Announcement, from: Endpoint, now: number) => void;
  /** What was said to us alone, in answer to what we sent. */
  readonly onUnicast?: (said: UnicastMessage, from: Endpoint) => void;
}

export interface Listening {
  /** To be run in this order. */
  readonly children: readonly Child[];
  /** To the group, or by unicast; nothing while there is no network. */
  readonly send: (message: RichMessage, to?: Endpoint) => void;
  /** When something from this address was last thrown away unread, or may have been. */
  readonly missedAt: (address: string) => number | undefined;
}

export function listening(system: ListeningSystem, config: Config, options: ListeningOptions): Listening {
  const { clock } = system;
  let listener: Listener | undefined;
  const orchestrator = new Orchestrator({
    clock,
    tree: (address) =>
      new Supervisor({
        id: 'listening',
        clock,
        children: () => {
          listener = new Listener({ ...system, ...config, ...options, address });
          return [listener];
        },
        restartsMax: RESTARTS_MAX,
        periodMs: PERIOD_MS,
        stopTimeoutMs: STOP_TIMEOUT_MS,
        onRestart: (restart) => options.onEvent({ event: 'child.restarted', ...restart }),
      }),
    onEvent: options.onEvent,
  });
  const watcher = new AddressWatcher({
    clock,
    interfaces: system.interfaces,
    networkInterface: config.networkInterface,
    onEvent: (event) => {
      options.onEvent(event);
      orchestrator.onAddress(event);
    },
  });
  return {
    children: [orchestrator, watcher],
    send: (message, to) => listener?.send(message, to),
    missedAt: (address) => listener?.missedAt(address),
  };
}
