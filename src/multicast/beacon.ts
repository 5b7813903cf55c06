/**
 * Owns the sockets: announces, hears itself and others, and hands on what it heard. What to make of a datagram is
 * `hearing.ts`, when to speak `announcer.ts`, when to stop listening `flood-guard.ts`; here is only the resource.
 */
import type { UsableAddress } from '../address/addresses.ts';
import type { Announcement, IdentifyReply, IdentifyRequest } from '../datagram/announcement.ts';
import type { Frames } from '../datagram/frames.ts';
import type { RichMessage } from '../datagram/rich.ts';
import type { Child } from '../supervision/child.ts';
import type { Tick } from '../supervision/tick.ts';
import { pause } from '../supervision/waiting.ts';
import type {
  Clock,
  DatagramHandler,
  DatagramNetwork,
  DatagramSocket,
  Endpoint,
  MulticastGroup,
  Random,
} from '../system/system.ts';
import { Announcer, type SendEvent, type Voice } from './announcer.ts';
import { type FloodEvent, FloodGuard } from './flood-guard.ts';
import { Hearing, type Refusal, type UnicastMessage } from './hearing.ts';
import { openWhenReady } from './opening.ts';
import { missedAt, Overflow } from './overflow.ts';
import { ReceiveBudget } from './receive-budget.ts';
import { Serving } from './serving.ts';
import { TokenBucket } from './token-bucket.ts';

export type BeaconEvent =
  | {
      readonly event: 'beacon.up';
      readonly address: UsableAddress;
      readonly group: MulticastGroup;
      /** The UDP port that our announcements come from. */
      readonly sourcePort: number;
    }
  | { readonly event: 'beacon.down'; readonly received: number; readonly dropped: number }
  /** Closed and opened again, in the hope that this heals something. */
  | { readonly event: 'beacon.reopened'; readonly sourcePort: number }
  /** The network refuses the sockets (port in use, address gone): a state that is waited out, not a crash. */
  | { readonly event: 'beacon.blocked'; readonly code: string }
  | { readonly event: 'beacon.unblocked' }
  /** The first refusal of its kind, to the group or to us alone, since the beacon came up. */
  | { readonly event: 'datagram.refused'; readonly reason: Refusal; readonly from: Endpoint }
  | SendEvent
  | FloodEvent;

export interface BeaconOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly datagrams: DatagramNetwork;
  readonly group: MulticastGroup;
  readonly address: UsableAddress;
  readonly frames: Frames;
  readonly voice: Voice;
  /** Whether the whole node is about to end, so that a goodbye is due. */
  readonly isLeaving: () => boolean;
  readonly announceIntervalMs: number;
  readonly holdMs: number;
  /** Datagrams per second, in the mean. */
  readonly receiveBudget: number;
  readonly tick: Pick<Tick, 'pull' | 'suspend' | 'resume'>;
  readonly onEvent: (event: BeaconEvent) => void;
  /** An announcement, never in our echo. True: it has prolonged somebody's presence, which no recording does. */
  readonly onAnnouncement: (said: Announcement, from: Endpoint, now: number) => boolean;
  /** A peer answered the question that we asked it by unicast. */
  readonly onAnswer: (from: Endpoint) => void;
  /** A person asks which device it is that bears a name. Undefined: it is not ours, and there is nothing to reply. */
  readonly onIdentify: (asked: IdentifyRequest, from: Endpoint) => IdentifyReply | undefined;
}

/** A goodbye is said twice, because it may be lost. */
const GOODBYE_AGAIN_MS = 50;
/** Datagrams per second, in the mean: eight peers answer our question at once, and now and then somebody asks one. */
const UNICAST_BUDGET = 20;
/** Whoever wants to know asks once an hour or so; a stranger's questions shall not keep the radio busy. */
const ANSWERS_PER_SECOND = 1;
const ANSWERS_BURST = 5;

/** What there is only while the sockets are open. */
interface Open {
  readonly socket: DatagramSocket;
  readonly announcer: Announcer;
  readonly guard: FloodGuard;
}

export class Beacon implements Child {
  readonly id = 'beacon';
  readonly #options: BeaconOptions;
  readonly #budget: ReceiveBudget;
  readonly #hearing: Hearing;
  /** What comes to us alone has a budget of its own: shutting the receiver would not stop it. */
  readonly #unicast: Hearing;
  readonly #answers: TokenBucket;
  readonly #overflow = new Overflow(() => this.#open?.socket.lost() ?? 0);
  #open: Open | undefined;
  readonly #serving = new Serving();
  /** What an answer to our latest question repeats. */
  #questionToken: string | undefined;
  #opened = 0;
  /** Kept when the sockets are opened anew: peers who hear nobody either can ask us only where they heard us last. */
  #sourcePort: number | undefined;
  #over = false;

  constructor(options: BeaconOptions) {
    this.#options = options;
    this.#budget = new ReceiveBudget(options.receiveBudget, options.clock.now());
    this.#hearing = new Hearing(options.frames, this.#budget);
    this.#unicast = new Hearing(options.frames, new ReceiveBudget(UNICAST_BUDGET, options.clock.now()));
    this.#answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWERS_BURST, options.clock.now());
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#serving.run(signal, {
        open: (until) => this.#openSocket(until),
        up: (socket) => this.#up(socket),
        ending: async () => {
          if (this.#options.isLeaving()) await this.#sayGoodbye();
        },
        down: (socket) => this.#down(socket),
      });
    } finally {
      this.#over = true;
      if (this.#opened > 0) this.#options.onEvent({ event: 'beacon.down', ...this.#hearing.counts() });
    }
  }

  /** How long our silence is to be borne. */
  get holdMs(): number {
    return this.#open?.announcer.holdMs ?? this.#options.holdMs;
  }

  /** At which we announce ourselves now: the more rarely the larger the fleet. */
  get intervalMs(): number {
    return this.#open?.announcer.intervalMs ?? this.#options.announceIntervalMs;
  }

  /** Of datagrams, without our own echo, as long as `beacon.down` has not told them. */
  get counts(): { readonly received: number; readonly dropped: number } {
    return this.#over ? { received: 0, dropped: 0 } : this.#hearing.counts();
  }

  /** When something from this address was last thrown away unread, by us or perhaps by the kernel; -Infinity: never. */
  missedAt(address: string): number {
    return missedAt(address, this.#budget, this.#overflow);
  }

  /** Somebody asks for us, and for about `asked` devices in all. */
  answer(asked: number): void {
    this.#open?.announcer.answer(asked);
  }

  /** Somebody who speaks only the classic frame may not know us. */
  answerClassic(): void {
    this.#open?.announcer.answerClassic();
  }

  /** What we announce is another than before: says so at once. */
  news(): void {
    this.#open?.announcer.news();
  }

  /** Asks for those who are not on our list. */
  ask(): void {
    this.#open?.announcer.ask();
  }

  /** Closes the sockets and opens them again: the kernel then reports our membership anew, and we say hello. */
  reopen(): void {
    if (this.#open) this.#serving.renew();
  }

  /** Asks each by unicast whether it is there. */
  question(peers: readonly Endpoint[]): void {
    const { frames, random } = this.#options;
    this.#questionToken = random.token();
    const question = frames.encode({ frame: 'question', token: this.#questionToken });
    for (const peer of peers) this.#open?.socket.send(question, peer).catch(() => {}); // No answer says as much.
  }

  /** Undefined when told to stop before the network is ready; until it is, silence proves nothing. */
  async #openSocket(signal: AbortSignal): Promise<DatagramSocket | undefined> {
    const { clock, datagrams, group, address, tick, onEvent } = this.#options;
    const handler: DatagramHandler = {
      onDatagram: (payload, from, echo) => this.#onDatagram(payload, from, echo),
      onUnicast: (payload, from) => this.#onUnicast(payload, from),
      onError: (error) => this.#serving.crash(error),
    };
    const socket = await openWhenReady(
      {
        clock,
        open: () => datagrams.open(group, address.address, handler, this.#sourcePort),
        onBlocked: (code) => {
          tick.suspend();
          onEvent({ event: 'beacon.blocked', code });
        },
        onUnblocked: () => onEvent({ event: 'beacon.unblocked' }),
      },
      signal,
    );
    if (socket) tick.resume();
    return socket;
  }

  #up(socket: DatagramSocket): void {
    const { clock, random, announceIntervalMs, holdMs, tick, address, group, voice, onEvent } = this.#options;
    const sourcePort = socket.local.port;
    this.#sourcePort = sourcePort;
    if (this.#opened++ === 0) onEvent({ event: 'beacon.up', address, group, sourcePort });
    else onEvent({ event: 'beacon.reopened', sourcePort });
    this.#open = {
      socket,
      announcer: new Announcer({
        clock,
        random,
        announceIntervalMs,
        holdMs,
        voice,
        send: (payload) => socket.send(payload),
        onEvent,
      }),
      guard: new FloodGuard({
        clock,
        budget: this.#budget,
        hearing: this.#hearing,
        tick,
        listen: (on) => socket.listen(on).catch((error) => this.#serving.crash(error)),
        onEvent,
      }),
    };
  }

  async #sayGoodbye(): Promise<void> {
    const { clock } = this.#options;
    this.#open?.announcer.leave();
    await pause(clock, GOODBYE_AGAIN_MS, new AbortController().signal);
    this.#open?.announcer.leave();
  }

  async #down(socket: DatagramSocket): Promise<void> {
    const wasOpen = this.#open;
    this.#open = undefined;
    wasOpen?.announcer.stop();
    wasOpen?.guard.stop();
    await socket.close();
  }

  #onDatagram(payload: Uint8Array, from: Endpoint, echo: boolean): void {
    if (!this.#open) return;
    const now = this.#options.clock.now();
    this.#options.tick.pull(now);
    this.#overflow.received(now);
    if (echo) return;
    const heard = this.#hearing.hear(payload, from.address, now);
    if (typeof heard === 'string') return this.#refused(heard, from, now);
    if (heard.frame === 'identify') return this.#identify(heard, payload.length, from);
    // Recordings are to be had for nothing, and would make the LAN seem too busy for questions.
    if (this.#options.onAnnouncement(heard, from, now)) this.#open?.announcer.heard(now);
  }

  #onUnicast(payload: Uint8Array, from: Endpoint): void {
    if (!this.#open) return;
    const now = this.#options.clock.now();
    const heard = this.#unicast.hearUnicast(payload, from.address, now);
    if (typeof heard === 'string') return this.#tellRefusal(this.#unicast, heard, from);
    this.#onUnicastMessage(heard, payload.length, from);
  }

  #onUnicastMessage(heard: UnicastMessage, bytes: number, from: Endpoint): void {
    const { onAnswer } = this.#options;
    if (heard.frame === 'identify') this.#identify(heard, bytes, from);
    if (heard.frame === 'question') this.#reply({ frame: 'answer', token: heard.token }, bytes, from);
    if (heard.frame === 'answer' && heard.token === this.#questionToken) onAnswer(from);
  }

  #identify(asked: IdentifyRequest, bytes: number, from: Endpoint): void {
    const reply = this.#options.onIdentify(asked, from);
    if (reply) this.#reply(reply, bytes, from);
  }

  /** By unicast, and never more than was said: a false source address shall not make us louder than its owner. */
  #reply(message: RichMessage, bytesMax: number, to: Endpoint): void {
    const { clock, frames } = this.#options;
    if (!this.#answers.take(1, clock.now())) return;
    const reply = frames.encode(message);
    if (reply.length <= bytesMax) this.#open?.socket.send(reply, to).catch(() => {}); // Whoever asked may ask again.
  }

  #refused(reason: Refusal, from: Endpoint, now: number): void {
    this.#tellRefusal(this.#hearing, reason, from);
    if (reason === 'whole-budget') this.#open?.guard.exhausted(now);
  }

  #tellRefusal(hearing: Hearing, reason: Refusal, from: Endpoint): void {
    if (hearing.refused(reason) === 1) this.#options.onEvent({ event: 'datagram.refused', reason, from });
  }
}
