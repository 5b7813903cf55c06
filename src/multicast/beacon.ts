/**
 * Owns the sockets: announces, hears itself and others, and hands on what it heard. What to make of a datagram is
 * `hearing.ts`, when to speak `announcer.ts`, when to stop listening `flood-guard.ts`; here is only the resource.
 */
import type { UsableAddress } from '../address/addresses.ts';
import type { Announcement } from '../datagram/announcement.ts';
import { encodeClassic } from '../datagram/classic.ts';
import { backOffMs } from '../supervision/back-off.ts';
import type { Child } from '../supervision/child.ts';
import type { Tick } from '../supervision/tick.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import { errorCode } from '../system/errors.ts';
import type {
  Clock,
  DatagramNetwork,
  DatagramSocket,
  Endpoint,
  MulticastGroup,
  Random,
} from '../system/system.ts';
import { Announcer, type SendEvent } from './announcer.ts';
import { type FloodEvent, FloodGuard } from './flood-guard.ts';
import { Hearing, type Refusal } from './hearing.ts';
import { ReceiveBudget } from './receive-budget.ts';

export type BeaconEvent =
  | {
      readonly event: 'beacon.up';
      readonly address: UsableAddress;
      readonly group: MulticastGroup;
      /** The UDP port that our announcements come from. */
      readonly sourcePort: number;
    }
  | { readonly event: 'beacon.down'; readonly received: number; readonly dropped: number }
  /** The network refuses the sockets (port in use, address gone): a state that is waited out, not a crash. */
  | { readonly event: 'beacon.blocked'; readonly code: string }
  | { readonly event: 'beacon.unblocked' }
  /** The first refusal of its kind since the beacon came up. */
  | { readonly event: 'datagram.refused'; readonly reason: Refusal; readonly from: Endpoint }
  | SendEvent
  | FloodEvent;

export interface BeaconOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly datagrams: DatagramNetwork;
  readonly group: MulticastGroup;
  readonly address: UsableAddress;
  /** An allowed name. */
  readonly name: string;
  readonly announceIntervalMs: number;
  /** Datagrams per second, in the mean. */
  readonly receiveBudget: number;
  readonly tick: Pick<Tick, 'pull' | 'suspend' | 'resume'>;
  readonly onEvent: (event: BeaconEvent) => void;
  /** A peer's announcement; never our own. */
  readonly onAnnouncement: (said: Announcement, from: Endpoint) => void;
}

/** What a network says when it is not ready for us. Everything else crashes the beacon, and the supervisor decides. */
const NOT_READY = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'ENODEV', 'ENETUNREACH', 'ENETDOWN']);
const BLOCKED_FIRST_MS = 1_000;
const BLOCKED_MAX_MS = 10_000;

/** What there is only while the sockets are open. */
interface Open {
  readonly announcer: Announcer;
  readonly guard: FloodGuard;
}

export class Beacon implements Child {
  readonly id = 'beacon';
  readonly #options: BeaconOptions;
  readonly #budget: ReceiveBudget;
  readonly #hearing: Hearing;
  #open: Open | undefined;
  #crash: (cause: Error) => void = () => {};

  constructor(options: BeaconOptions) {
    this.#options = options;
    this.#budget = new ReceiveBudget(options.receiveBudget, options.clock.now());
    this.#hearing = new Hearing(this.#budget);
  }

  async run(signal: AbortSignal): Promise<void> {
    const crashed = new Promise<never>((_, reject) => {
      this.#crash = reject;
    });
    crashed.catch(() => {}); // Awaited below; a crash may come while the sockets are still being opened.
    const socket = await this.#openSocket(signal);
    if (!socket) return;
    try {
      if (!signal.aborted) this.#up(socket);
      await Promise.race([aborted(signal), crashed]);
    } finally {
      await this.#down(socket);
    }
  }

  /** Somebody who may not know us yet was heard. `peers`: how many there are. */
  answer(peers: number): void {
    this.#open?.announcer.answer(peers);
  }

  /** Tries until the network is ready; undefined when told to stop before that. */
  async #openSocket(signal: AbortSignal): Promise<DatagramSocket | undefined> {
    const { clock, tick, onEvent } = this.#options;
    for (let failures = 1; !signal.aborted; failures++) {
      const opened = await this.#tryOpen();
      if (typeof opened !== 'string') {
        if (failures > 1) onEvent({ event: 'beacon.unblocked' });
        tick.resume();
        return opened;
      }
      if (failures === 1) onEvent({ event: 'beacon.blocked', code: opened });
      tick.suspend();
      await pause(clock, backOffMs(failures, BLOCKED_FIRST_MS, BLOCKED_MAX_MS), signal);
    }
    return undefined;
  }

  /** The sockets, or why the network is not ready for them. */
  async #tryOpen(): Promise<DatagramSocket | string> {
    const { datagrams, group, address } = this.#options;
    try {
      return await datagrams.open(group, address.address, {
        onDatagram: (payload, from, echo) => this.#onDatagram(payload, from, echo),
        onError: (error) => this.#crash(error),
      });
    } catch (error) {
      const code = errorCode(error);
      if (code && NOT_READY.has(code)) return code;
      throw error;
    }
  }

  #up(socket: DatagramSocket): void {
    const { clock, random, announceIntervalMs, tick, address, group, onEvent } = this.#options;
    const frame = encodeClassic(this.#options.name);
    onEvent({ event: 'beacon.up', address, group, sourcePort: socket.local.port });
    this.#open = {
      announcer: new Announcer({
        clock,
        random,
        announceIntervalMs,
        send: () => socket.send(frame),
        onEvent,
      }),
      guard: new FloodGuard({
        clock,
        budget: this.#budget,
        hearing: this.#hearing,
        tick,
        listen: (on) => socket.listen(on).catch(this.#crash),
        onEvent,
      }),
    };
  }

  async #down(socket: DatagramSocket): Promise<void> {
    const wasOpen = this.#open;
    this.#open = undefined;
    wasOpen?.announcer.stop();
    wasOpen?.guard.stop();
    await socket.close();
    if (wasOpen) this.#options.onEvent({ event: 'beacon.down', ...this.#hearing.counts() });
  }

  #onDatagram(payload: Uint8Array, from: Endpoint, echo: boolean): void {
    if (!this.#open) return;
    this.#options.tick.pull();
    if (echo) return;
    const now = this.#options.clock.now();
    const heard = this.#hearing.hear(payload, from.address, now);
    if (typeof heard === 'string') return this.#refused(heard, from, now);
    this.#open.announcer.heard(now);
    this.#options.onAnnouncement(heard, from);
  }

  #refused(reason: Refusal, from: Endpoint, now: number): void {
    if (this.#hearing.refused(reason) === 1)
      this.#options.onEvent({ event: 'datagram.refused', reason, from });
    if (reason === 'whole-budget') this.#open?.guard.exhausted(now);
  }
}
