/**
 * Hears the group without belonging to the fleet: what a person's command is made of. It announces nothing; what it is told
 * to send it sends. Without an echo of its own silence proves nothing to it, so it only opens its sockets anew now and
 * then: a switch that forgot us is told again.
 */
import type { UsableAddress } from '../address/addresses.ts';
import type { Announcement } from '../datagram/announcement.ts';
import type { Frames } from '../datagram/frames.ts';
import type { RichMessage } from '../datagram/rich.ts';
import type { Child } from '../supervision/child.ts';
import type {
  Clock,
  DatagramNetwork,
  DatagramSocket,
  Endpoint,
  MulticastGroup,
  Timer,
} from '../system/system.ts';
import { type FloodEvent, FloodGuard } from './flood-guard.ts';
import { Hearing, type Refusal, type UnicastMessage } from './hearing.ts';
import { openWhenReady } from './opening.ts';
import { missedAt, Overflow } from './overflow.ts';
import { ReceiveBudget } from './receive-budget.ts';
import { Serving } from './serving.ts';

/** Four intervals of a small fleet; far above what a large one leaves between two of its announcements. */
const SILENCE_MS = 60_000;

export type ListenerEvent =
  | { readonly event: 'listener.up'; readonly address: UsableAddress; readonly group: MulticastGroup }
  | { readonly event: 'listener.down'; readonly received: number; readonly dropped: number }
  /** The network refuses the sockets: a state that is waited out. */
  | { readonly event: 'listener.blocked'; readonly code: string }
  | { readonly event: 'listener.unblocked' }
  /** The first refusal of its kind. */
  | { readonly event: 'datagram.refused'; readonly reason: Refusal; readonly from: Endpoint }
  | FloodEvent;

export interface ListenerOptions {
  readonly clock: Clock;
  readonly datagrams: DatagramNetwork;
  readonly group: MulticastGroup;
  readonly address: UsableAddress;
  readonly frames: Frames;
  /** Datagrams per second, in the mean. */
  readonly receiveBudget: number;
  readonly onEvent: (event: ListenerEvent) => void;
  readonly onAnnouncement: (said: Announcement, from: Endpoint, now: number) => void;
  /** What was said to us alone, in answer to what we sent. */
  readonly onUnicast?: (said: UnicastMessage, from: Endpoint) => void;
}

/** There is no tick to keep. */
const NO_TICK = { suspend: () => {}, resume: () => {} };

interface Open {
  readonly socket: DatagramSocket;
  readonly guard: FloodGuard;
}

export class Listener implements Child {
  readonly id = 'listener';
  readonly #options: ListenerOptions;
  readonly #budget: ReceiveBudget;
  readonly #hearing: Hearing;
  readonly #overflow = new Overflow(() => this.#open?.socket.lost() ?? 0);
  #open: Open | undefined;
  #wasUp = false;
  #heard = false;
  #silence: Timer | undefined;
  readonly #serving = new Serving();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#budget = new ReceiveBudget(options.receiveBudget, options.clock.now());
    this.#hearing = new Hearing(options.frames, this.#budget);
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#serving.run(signal, {
        open: (until) => this.#openSocket(until),
        up: (socket) => this.#up(socket),
        down: (socket) => this.#down(socket),
      });
    } finally {
      if (this.#wasUp) this.#options.onEvent({ event: 'listener.down', ...this.#hearing.counts() });
    }
  }

  /** When something from this address was last thrown away unread, by us or perhaps by the kernel; -Infinity: never. */
  missedAt(address: string): number {
    return missedAt(address, this.#budget, this.#overflow);
  }

  /** To the group, or by unicast. What is lost on the way, or before it, is for the sender to say again. */
  send(message: RichMessage, to?: Endpoint): void {
    this.#open?.socket.send(this.#options.frames.encode(message), to).catch(() => {});
  }

  #openSocket(signal: AbortSignal): Promise<DatagramSocket | undefined> {
    const { clock, datagrams, group, address, onEvent } = this.#options;
    const handler = {
      onDatagram: (payload: Uint8Array, from: Endpoint, echo: boolean) => {
        if (!echo) this.#onDatagram(payload, from);
      },
      onUnicast: (payload: Uint8Array, from: Endpoint) => this.#onUnicast(payload, from),
      onError: (error: Error) => this.#serving.crash(error),
    };
    return openWhenReady(
      {
        clock,
        open: () => datagrams.open(group, address.address, handler),
        onBlocked: (code) => onEvent({ event: 'listener.blocked', code }),
        onUnblocked: () => onEvent({ event: 'listener.unblocked' }),
      },
      signal,
    );
  }

  #up(socket: DatagramSocket): void {
    const { clock, address, group, onEvent } = this.#options;
    const guard = new FloodGuard({
      clock,
      budget: this.#budget,
      hearing: this.#hearing,
      tick: NO_TICK,
      listen: (on) => socket.listen(on).catch((error) => this.#serving.crash(error)),
      onEvent,
    });
    this.#open = { socket, guard };
    this.#awaitSilence();
    if (!this.#wasUp) onEvent({ event: 'listener.up', address, group });
    this.#wasUp = true;
  }

  async #down(socket: DatagramSocket): Promise<void> {
    this.#silence?.cancel();
    this.#open?.guard.stop();
    this.#open = undefined;
    await socket.close();
  }

  #awaitSilence(): void {
    this.#heard = false;
    this.#silence = this.#options.clock.after(SILENCE_MS, () => {
      if (this.#heard) this.#awaitSilence();
      else this.#serving.renew();
    });
  }

  #onDatagram(payload: Uint8Array, from: Endpoint): void {
    if (!this.#open) return;
    this.#heard = true;
    const now = this.#options.clock.now();
    this.#overflow.received(now);
    const heard = this.#hearing.hear(payload, from.address, now);
    if (typeof heard === 'string') return this.#refused(heard, from, now);
    if (heard.frame === 'rich' || heard.frame === 'classic') this.#options.onAnnouncement(heard, from, now);
  }

  #onUnicast(payload: Uint8Array, from: Endpoint): void {
    if (!this.#open) return;
    const now = this.#options.clock.now();
    const heard = this.#hearing.hearUnicast(payload, from.address, now);
    if (typeof heard === 'string') return this.#refused(heard, from, now);
    this.#options.onUnicast?.(heard, from);
  }

  #refused(reason: Refusal, from: Endpoint, now: number): void {
    if (this.#hearing.refused(reason) === 1)
      this.#options.onEvent({ event: 'datagram.refused', reason, from });
    if (reason === 'whole-budget') this.#open?.guard.exhausted(now);
  }
}
