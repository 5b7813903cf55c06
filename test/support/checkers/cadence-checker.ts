/**
 * Announcements: never more than a fleet can bear, and never none for longer than was promised, flood or not; numbered
 * one by one, under one id and one boot token for as long as the process lives.
 */
import type { Checker, Fail, Observation, Watched } from '../observations.ts';
import type { RichSaid } from '../said.ts';

const HELLOS = 4;
const ANSWERS_AT_ONCE = 3;
const ANSWER_EVERY_MS = 5_000;
const GOODBYES = 2;
/** Whoever is in doubt is asked for, all of them together. */
const ASKS_AT_ONCE = 3;
const ASK_EVERY_MS = 1_000;
/** Questions of a survey: at least, and one more for so many peers. */
const SURVEY_LEAST = 3;
const SURVEY_PEERS = 8;
/** Of the interval, at least and at most. */
const JITTER = { least: 0.9, most: 1.1 };
const SLACK_MS = 100;
/** A hold is told in whole seconds. */
const ROUNDED_MS = 500;
/** The span in which a hello is over, and a span in which the regular announcements count. */
const SPANS_MS = [2_000, 15_000, 60_000];
const SPAN_MS_MAX = 60_000;

interface Sent {
  readonly at: number;
  readonly kind: 'classic' | 'asks' | 'tells';
}

export class CadenceChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  /** Within the longest span. */
  #sent: Sent[] = [];
  #boundAt: number[] = [];
  /** The latest announcement, or since when there should be some; undefined while there are no sockets. */
  #lastAt: number | undefined;
  #last: RichSaid | undefined;
  /** The most that any peer has said to hear. */
  #claimed = 0;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    const now = this.#watched.now();
    if (observation.saw === 'send' && !observation.to) this.#announced(observation.payload, now);
    if (observation.saw === 'delivery' && !observation.echo) this.#noteClaim(observation.payload);
    if (observation.saw === 'second') this.#judgeSilence(now);
    if (observation.saw === 'stopping' || observation.saw === 'closed') this.#lastAt = undefined;
    if (observation.saw !== 'opened') return;
    this.#boundAt.push(now);
    this.#lastAt = now;
  }

  #noteClaim(payload: Uint8Array): void {
    const said = this.#watched.understands(payload);
    if (said?.frame === 'rich') this.#claimed = Math.max(this.#claimed, said.peers);
  }

  #announced(payload: Uint8Array, now: number): void {
    const said = this.#watched.understands(payload);
    if (said?.frame === 'classic') return this.#note('classic', now);
    if (said?.frame !== 'rich') return this.#fail('announces what nobody understands');
    this.#judgeIdentity(said);
    this.#judgeSilence(now);
    this.#last = said;
    this.#lastAt = said.leaving ? undefined : now;
    this.#note(said.asks ? 'asks' : 'tells', now);
  }

  #judgeIdentity({ id, boot, sequence, name }: RichSaid): void {
    if (id !== this.#watched.id || name !== this.#watched.name) this.#fail(`says it is ${name} (${id})`);
    if (this.#last && boot !== this.#last.boot) this.#fail('changes its boot token');
    const expected = this.#last ? this.#last.sequence + 1 : 0;
    if (sequence !== expected) this.#fail(`numbers an announcement ${sequence}, where ${expected} is next`);
  }

  #note(kind: Sent['kind'], now: number): void {
    this.#sent = [...this.#sent.filter(({ at }) => now - at < SPAN_MS_MAX), { at: now, kind }];
    this.#boundAt = this.#boundAt.filter((at) => now - at < 2 * SPAN_MS_MAX);
    for (const spanMs of SPANS_MS) this.#judgeRate(spanMs, now);
  }

  /** Every bind allows a hello, a first regular announcement and answers anew. */
  #judgeRate(spanMs: number, now: number): void {
    const count = { classic: 0, asks: 0, tells: 0 };
    for (const { at, kind } of this.#sent) if (now - at < spanMs) count[kind]++;
    // A bind counts as long as its hello may reach into the span.
    const binds = this.#boundAt.filter((at) => now - at < spanMs + 2_000).length;
    const answers = (binds + 1) * ANSWERS_AT_ONCE + spanMs / ANSWER_EVERY_MS;
    const regular = binds + spanMs / (JITTER.least * this.#watched.announceIntervalMs) + 1;
    const most = {
      classic: answers + regular,
      asks: binds * HELLOS + (binds + 1) * ASKS_AT_ONCE + spanMs / ASK_EVERY_MS + this.#surveys(now),
      tells: answers + regular + GOODBYES,
    };
    for (const kind of ['classic', 'asks', 'tells'] as const)
      if (count[kind] > most[kind])
        this.#fail(
          `${count[kind]} announcements (${kind}) in ${spanMs} ms, where ${Math.floor(most[kind])} may be`,
        );
  }

  /** An interval after a bind whoever knows of fewer peers than others claim asks a few times more. */
  #surveys(now: number): number {
    const intervalMs = Math.max(this.#watched.announceIntervalMs, 50 * (this.#claimed + 1));
    const binds = this.#boundAt.filter((at) => now - at > intervalMs && now - at < 3 * intervalMs).length;
    return binds * (SURVEY_LEAST + this.#claimed / SURVEY_PEERS + 1);
  }

  /** The hold told covers two intervals and some. */
  #judgeSilence(now: number): void {
    const silentMs = this.#lastAt === undefined ? 0 : now - this.#lastAt;
    const { announceIntervalMs, holdMs } = this.#watched;
    const longerMs = ((this.#last?.holdMs ?? holdMs) + ROUNDED_MS - holdMs) / 2;
    const most = JITTER.most * (announceIntervalMs + longerMs) + SLACK_MS;
    if (silentMs > most) this.#fail(`said nothing for ${silentMs} ms`);
  }
}
