/**
 * Tells whoever watches the page what has changed, as server-sent events, at most four times a second. A reader that does
 * not keep up is told nothing more until it has read what it was sent, and then everything at once: so it costs memory
 * for one status, never for a queue. `status` is everything, `change` what is different; one comes every few seconds even
 * when nothing is, so that silence means that contact is lost.
 */
import type { Clock, HttpReader, Timer } from '../system/system.ts';

/** At most four a second. */
const APART_MS = 250;
/** The page gives us up after a little more than two of these. */
const BEAT_MS = 4_000;
/** Each costs a socket, and the encoding of its own copy. */
const READERS_MAX = 8;
/** A reader that has not taken what it was sent this long ago is gone without a word. */
const BEHIND_MAX_MS = 20_000;
/** A phone out of reach neither takes nor refuses data, so each stream ends after this; who is there connects again. */
const WATCHING_MAX_MS = 300_000;
/** How soon the browser tries again by itself. */
const RETRY_MS = 1_000;
/** The LED itself shows no more than eight in a row. */
const FLASHES_MAX = 16;

export interface EventStreamOptions {
  readonly clock: Clock;
  /** All there is to say, as JSON. */
  readonly whole: () => string;
  /** What has changed since the last time, as JSON. `flashes`: when friends were heard. */
  readonly changes: (flashes: readonly number[]) => string;
  /** Nobody watches any more. */
  readonly onIdle: () => void;
}

interface Watching {
  /** Since when it has not taken all that it was sent. */
  behindSince: number | undefined;
  readonly since: number;
}

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #readers = new Map<HttpReader, Watching>();
  #flashes: number[] = [];
  #isNews = false;
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  get readers(): number {
    return this.#readers.size;
  }

  get isFull(): boolean {
    return this.#readers.size >= READERS_MAX;
  }

  /** Returns what to call when the reader is gone. */
  open(reader: HttpReader): () => void {
    this.#readers.set(reader, { behindSince: undefined, since: this.#options.clock.now() });
    reader.send(`retry: ${RETRY_MS}\n\n`);
    reader.send(message('status', this.#options.whole()));
    if (!this.#timer) this.#await(BEAT_MS);
    return () => this.#gone(reader);
  }

  /** Something has happened. Costs nothing when nobody watches. */
  note(): void {
    if (this.#readers.size === 0 || this.#isNews) return;
    this.#isNews = true;
    this.#await(Math.max(0, this.#sentAt + APART_MS - this.#options.clock.now()));
  }

  /** A friend was heard, which the LED shows. */
  flash(): void {
    if (this.#readers.size > 0 && this.#flashes.length < FLASHES_MAX)
      this.#flashes.push(this.#options.clock.now());
  }

  /** Hangs up on everybody. */
  stop(): void {
    for (const reader of [...this.#readers.keys()]) reader.end();
    this.#timer?.cancel();
  }

  #await(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(delayMs, () => this.#tell());
  }

  #tell(): void {
    const now = this.#options.clock.now();
    const text = message('change', this.#options.changes(this.#flashes));
    this.#isNews = false;
    this.#flashes = [];
    this.#sentAt = now;
    for (const [reader, watching] of [...this.#readers]) this.#send(text, reader, watching, now);
    if (this.#readers.size > 0) this.#await(BEAT_MS);
  }

  #send(text: string, reader: HttpReader, watching: Watching, now: number): void {
    if (now - watching.since > WATCHING_MAX_MS) return reader.end();
    if (reader.pendingBytes > 0) {
      watching.behindSince ??= now;
      if (now - watching.behindSince > BEHIND_MAX_MS) reader.end();
      return;
    }
    reader.send(watching.behindSince === undefined ? text : message('status', this.#options.whole()));
    watching.behindSince = undefined;
  }

  #gone(reader: HttpReader): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isNews = false;
    this.#flashes = [];
    this.#options.onIdle();
  }
}

function message(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
