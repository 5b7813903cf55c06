/**
 * When to announce next. Pure. A burst of hellos after every bind, because multicast over Wi-Fi loses 10–40 % and a
 * sleeping receiver batches; then regularly, with jitter, so that a fleet powered up together does not speak together,
 * and the more rarely the larger the fleet is (RFC 3550 §6.2 has both ideas); and in answer to whoever asks for us.
 */
import { HOLD_S_MOST, holdOf } from '../datagram/hold.ts';
import type { Random } from '../system/system.ts';
import { TokenBucket } from './token-bucket.ts';

const HELLO_OFFSETS_MS = [0, 500, 1_000, 1_500];
/** What a whole fleet may say in the mean, outside of hellos and answers. */
export const FLEET_PER_SECOND = 20;
/** An interval grows by so much at once that the hold told before still covers it. */
const GROWTH_MAX = 1.5;
/**
 * The more there are, the more often it happens that two announcements of one of them are lost in a row. So each power of
 * ten beyond this many adds an interval to the hold.
 */
const PATIENCE_FROM = 10;
/** Answers of many devices spread over this span. */
export const ANSWER_WITHIN_MS = 400;
/** Three answers in quick succession, as many as hellos may be waiting for, then one in 5 s. */
const ANSWER_BURST = 3;
export const ANSWERS_PER_SECOND = 0.2;
/** Of those who are asked about this many answer; the others are asked again, or are heard in an interval. */
export const ANSWERERS = 50;
/** From this many announcements heard in a second on, nobody answers or asks: the LAN is busy introducing itself. */
const CROWDED_PER_SECOND = 60;
/** Three questions in quick succession, then one a second, however many names fall silent one by one. */
const DOUBT_BURST = 3;
const DOUBTS_PER_SECOND = 1;
/**
 * When everybody misses the same peer, about this many ask for it in the first second. In each next one so many times more
 * want to: most have heard it by then, and who still wants to is reassured when enough others ask first.
 */
const DOUBTERS = 10;
const DOUBTERS_GROWTH = 5;
const DOUBT_STEP_MS = 1_000;

export interface Due {
  /** Whoever is not listed is asked to announce itself. */
  readonly asks: boolean;
}

export interface CadenceOptions {
  /** In a small fleet. */
  readonly announceIntervalMs: number;
  /** How long our silence is to be borne then. */
  readonly holdMs: number;
  readonly random: Random;
}

/** Give or take a tenth, so that devices that were powered up together drift apart. */
export function jittered(intervalMs: number, random: Random): number {
  return intervalMs * (0.9 + 0.2 * random.fraction());
}

/** At which each member of a large fleet announces itself, so that all of them together stay within their share. */
export function fleetIntervalMs(peers: number): number {
  return ((peers + 1) * 1000) / FLEET_PER_SECOND;
}

export class Cadence {
  readonly #options: CadenceOptions;
  readonly #random: Random;
  readonly #answers: TokenBucket;
  readonly #quiet: TokenBucket;
  readonly #doubts: TokenBucket;
  #intervalMs: number;
  /** How many peers there are. */
  #peers = 0;
  /** Bounded by the number of hellos. */
  #helloAt: number[];
  #regularAt: number;
  #answerAt = Number.POSITIVE_INFINITY;
  #askAt = Number.POSITIVE_INFINITY;
  #doubtAt = Number.POSITIVE_INFINITY;

  /** Begins with the hello, now. */
  constructor(options: CadenceOptions, now: number) {
    const { announceIntervalMs, random } = options;
    this.#options = options;
    this.#intervalMs = announceIntervalMs;
    this.#random = random;
    this.#answers = new TokenBucket(ANSWERS_PER_SECOND, ANSWER_BURST, now);
    this.#quiet = new TokenBucket(CROWDED_PER_SECOND, CROWDED_PER_SECOND, now);
    this.#doubts = new TokenBucket(DOUBTS_PER_SECOND, DOUBT_BURST, now);
    this.#helloAt = HELLO_OFFSETS_MS.map((offset) => now + offset);
    this.#regularAt = now + announceIntervalMs * random.fraction();
  }

  /** When the next announcement is due. */
  get dueAt(): number {
    return Math.min(this.#certainAt, this.#doubtAt);
  }

  /** What the next announcement promises: it covers the present interval, and that which we are growing to step by step. */
  get holdMs(): number {
    const { announceIntervalMs, holdMs } = this.#options;
    const intervalMs = Math.max(this.#intervalMs, this.#wantedIntervalMs);
    const longerMs = holdOf(intervalMs) - holdOf(announceIntervalMs);
    const patienceMs = intervalMs * Math.max(0, Math.log10(this.#peers / PATIENCE_FROM));
    // Nobody believes a longer one.
    return Math.min(HOLD_S_MOST * 1_000, holdMs + longerMs + patienceMs);
  }

  /** In force until the next regular announcement. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** An announcement is made now; whatever made it due, it has answered everybody. */
  announce(peers: number, now: number): Due {
    this.#peers = peers;
    const asks = Math.min(this.#helloAt[0] ?? Number.POSITIVE_INFINITY, this.#askAt, this.#doubtAt) <= now;
    this.#answerAt = Number.POSITIVE_INFINITY;
    this.#askAt = Number.POSITIVE_INFINITY;
    this.#doubtAt = Number.POSITIVE_INFINITY;
    this.#helloAt = this.#helloAt.filter((at) => at > now);
    if (this.#regularAt <= now) {
      this.#intervalMs = this.#nextIntervalMs;
      this.#regularAt = now + jittered(this.#intervalMs, this.#random);
    }
    return { asks };
  }

  /** An announcement of a peer was heard. */
  heard(now: number): void {
    this.#quiet.take(1, now);
  }

  /** Somebody asks for us, and for about `asked` devices in all: decides whether to announce ourselves soon. */
  asked(asked: number, now: number): void {
    if (this.#certainAt <= now + ANSWER_WITHIN_MS) return;
    if (this.#quiet.level(now) < 1) return;
    if (this.#random.fraction() >= ANSWERERS / asked) return;
    if (!this.#answers.take(1, now)) return;
    this.#answerAt = now + ANSWER_WITHIN_MS * this.#random.fraction();
  }

  /** What we announce is no longer what we announced: says so at once. */
  news(now: number): void {
    this.#answerAt = now;
  }

  /** Somebody is missing: asks for it now, unless the LAN is busy. True: asks. */
  inquire(now: number): boolean {
    const asks = this.#quiet.level(now) >= 1;
    if (asks) this.#askAt = now;
    return asks;
  }

  /** Somebody has been in doubt since then: decides whether to ask for it soon. */
  doubt(since: number, now: number): void {
    const doubters = DOUBTERS * DOUBTERS_GROWTH ** Math.round((now - since) / DOUBT_STEP_MS);
    if (Math.min(this.#askAt, this.#doubtAt) <= now + ANSWER_WITHIN_MS) return;
    if (this.#quiet.level(now) < 1 || this.#random.fraction() >= doubters / this.#peers) return;
    if (!this.#doubts.take(1, now)) return;
    this.#doubtAt = now + ANSWER_WITHIN_MS * this.#random.fraction();
  }

  /** Whoever was in doubt was heard, or enough others have asked for it. */
  reassured(): void {
    this.#doubtAt = Number.POSITIVE_INFINITY;
  }

  /** When the next is due that nothing calls off. */
  get #certainAt(): number {
    const helloAt = this.#helloAt[0] ?? Number.POSITIVE_INFINITY;
    return Math.min(helloAt, this.#regularAt, this.#answerAt, this.#askAt);
  }

  get #nextIntervalMs(): number {
    return Math.min(this.#wantedIntervalMs, GROWTH_MAX * this.#intervalMs);
  }

  get #wantedIntervalMs(): number {
    return Math.max(this.#options.announceIntervalMs, fleetIntervalMs(this.#peers));
  }
}
