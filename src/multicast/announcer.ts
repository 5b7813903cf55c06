/** Says our announcement when it is due: the cadences on a clock, with one timer to the next announcement. */
import { errorCode } from '../system/errors.ts';
import type { Clock, Random, Timer } from '../system/system.ts';
import { Cadence } from './cadence.ts';
import { ClassicCadence } from './classic-cadence.ts';
import { Survey } from './survey.ts';

/** As often as the original program, which forgets after 35 s: whoever speaks only its frame must hear us in time. */
const CLASSIC_MS_MAX = 15_000;

export type SendEvent =
  | { readonly event: 'send.failed'; readonly code: string }
  | { readonly event: 'send.recovered'; readonly failures: number };

export interface Manner {
  /** Whoever is not listed is asked to announce itself. */
  readonly asks: boolean;
  /** Our last word. */
  readonly leaving: boolean;
  /** How long our silence is to be borne. */
  readonly holdMs: number;
}

/** What there is to say, made anew for each announcement. */
export interface Voice {
  announcement(manner: Manner): Uint8Array;
  /** For those who understand nothing else. */
  classic(): Uint8Array;
  /** How many peers there are, and how many of them speak only the classic frame. */
  peers(): number;
  classicPeers(): number;
  /** How many of them speak the rich frame, and how many those claim that there are. */
  richPeers(): number;
  claimedPeers(): number;
  /** Since when somebody has been in doubt for whom too few others have asked; undefined when there is nobody. */
  unaskedSince(): number | undefined;
}

export interface AnnouncerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly announceIntervalMs: number;
  /** How long our silence is to be borne at that interval. */
  readonly holdMs: number;
  readonly voice: Voice;
  /** Sends to the group; rejects with the system's error code. */
  readonly send: (payload: Uint8Array) => Promise<void>;
  readonly onEvent: (event: SendEvent) => void;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #cadence: Cadence;
  readonly #classic: ClassicCadence;
  readonly #survey: Survey;
  /** By error code: the kernel has a few dozen. */
  readonly #failures = new Map<string, number>();
  #timer: Timer | undefined;
  /** When the timer is due. */
  #dueAt: number | undefined;
  #stopped = false;

  /** Says hello at once. */
  constructor(options: AnnouncerOptions) {
    const { clock, random, announceIntervalMs, voice } = options;
    this.#options = options;
    this.#cadence = new Cadence(options, clock.now());
    const classicMs = Math.min(announceIntervalMs, CLASSIC_MS_MAX);
    this.#classic = new ClassicCadence(classicMs, random, voice.classicPeers() > 0, clock.now());
    this.#survey = new Survey(options, clock.now());
    this.#await();
  }

  /** How long our silence is to be borne. */
  get holdMs(): number {
    return this.#cadence.holdMs;
  }

  get intervalMs(): number {
    return this.#cadence.intervalMs;
  }

  /** An announcement of a peer was heard. */
  heard(now: number): void {
    this.#cadence.heard(now);
  }

  /** Somebody asks for us, and for about `asked` devices in all. */
  answer(asked: number): void {
    this.#cadence.asked(asked, this.#options.clock.now());
    this.#await();
  }

  /** Somebody who speaks only the classic frame may not know us. */
  answerClassic(): void {
    const { clock, voice } = this.#options;
    this.#classic.newcomer(voice.richPeers(), clock.now());
    this.#await();
  }

  /** What we announce is another than before. */
  news(): void {
    this.#cadence.news(this.#options.clock.now());
    this.#await();
  }

  /** Asks for whoever is in doubt, unless others have. */
  ask(): void {
    const since = this.#options.voice.unaskedSince();
    if (since === undefined) return;
    this.#cadence.doubt(since, this.#options.clock.now());
    this.#await();
  }

  /** Says goodbye, now, and nothing else any more: a word after it would be taken for a return. */
  leave(): void {
    this.stop();
    this.#say({ asks: false, leaving: true, holdMs: this.#cadence.holdMs });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #await(): void {
    const { clock } = this.#options;
    const dueAt = Math.min(this.#cadence.dueAt, this.#classic.dueAt, this.#survey.dueAt);
    if (this.#stopped || dueAt === this.#dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    this.#timer = clock.after(Math.max(0, dueAt - clock.now()), () => this.#announce());
  }

  #announce(): void {
    const { clock, voice } = this.#options;
    const now = clock.now();
    this.#dueAt = undefined;
    if (voice.unaskedSince() === undefined) this.#cadence.reassured();
    if (this.#survey.dueAt <= now && this.#survey.look(voice.richPeers(), voice.claimedPeers(), now))
      if (this.#cadence.inquire(now)) this.#survey.asked();
    if (this.#classic.dueAt <= now) {
      if (this.#classic.announce(voice.classicPeers() > 0, now)) this.#send(voice.classic());
      // Nobody needs it any more. But who knows us by that frame alone would soon think that we are gone.
      else this.#cadence.news(now);
    }
    // The event loop counts in whole milliseconds, so its timers may fire a fraction early.
    if (this.#cadence.dueAt <= now) {
      const { asks } = this.#cadence.announce(voice.peers(), now);
      this.#say({ asks, leaving: false, holdMs: this.#cadence.holdMs });
    }
    this.#await();
  }

  #say(manner: Manner): void {
    this.#send(this.#options.voice.announcement(manner));
  }

  #send(payload: Uint8Array): void {
    this.#options.send(payload).then(
      () => this.#sent(),
      (error) => this.#refused(errorCode(error) ?? 'unknown'),
    );
  }

  #sent(): void {
    if (this.#failures.size === 0 || this.#stopped) return;
    const failures = [...this.#failures.values()].reduce((total, each) => total + each, 0);
    this.#failures.clear();
    this.#options.onEvent({ event: 'send.recovered', failures });
  }

  /** Every refusal to send is a state of the network: told once a kind, counted, and left to the tick if it lasts. */
  #refused(code: string): void {
    if (this.#stopped) return;
    const failures = (this.#failures.get(code) ?? 0) + 1;
    this.#failures.set(code, failures);
    if (failures === 1) this.#options.onEvent({ event: 'send.failed', code });
  }
}
