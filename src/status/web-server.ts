/**
 * Serves the status page and what machines read. Some time after the start, because loading HTTP costs the board time and
 * the first announcement comes first; and on a port that is in use life goes on without it.
 */
import { TokenBucket } from '../multicast/token-bucket.ts';
import { backOffMs } from '../supervision/back-off.ts';
import type { Child } from '../supervision/child.ts';
import { aborted, pause } from '../supervision/waiting.ts';
import { asError } from '../system/errors.ts';
import type { Clock, HttpAnswer, HttpRequest, HttpServer } from '../system/system.ts';
import { EventStream } from './event-stream.ts';
import type { NodeEvent } from './events.ts';
import { answerTo, type Page, tooMany, type Views } from './http-routes.ts';
import type { StatusBoard } from './status-board.ts';

/** The hello is over by then. */
const START_MS = 2_000;
/** Whoever has the port may be our own predecessor, or stay for good. */
const RETRY_FIRST_MS = 5_000;
const RETRY_MAX_MS = 300_000;
/** Requests: a page needs two, a scrape one; more would take the core from its real work. */
const REQUESTS_PER_SECOND = 20;
const REQUESTS_BURST = 100;
/** However often it is asked for, a view is made so often. */
const VIEW_FRESH_MS = 500;

export interface WebServerOptions {
  readonly clock: Clock;
  readonly http: HttpServer;
  readonly port: number;
  readonly board: StatusBoard;
  readonly page: Page | undefined;
  readonly onEvent: (event: NodeEvent) => void;
  /** More was asked of us than we answer, which takes memory. */
  readonly onStrain: () => void;
}

export class WebServer implements Child {
  readonly id = 'web-server';
  readonly #options: WebServerOptions;
  readonly #stream: EventStream;
  readonly #views: Views;
  readonly #budget: TokenBucket;
  #failures = 0;

  constructor(options: WebServerOptions) {
    const { clock, board, page } = options;
    this.#options = options;
    this.#budget = new TokenBucket(REQUESTS_PER_SECOND, REQUESTS_BURST, clock.now());
    const whole = new View(clock, () => Buffer.from(JSON.stringify(board.status())));
    const stream = new EventStream({
      clock,
      whole: () => whole.value().toString(),
      changes: (flashes) => {
        // Whoever comes now must not be told what was, and then only what changes after this.
        whole.forget();
        return JSON.stringify(board.changes(flashes));
      },
      onIdle: () => board.forgetChanges(),
    });
    const metrics = new View(clock, () => Buffer.from(board.metrics(stream.readers)));
    const health = new View(clock, () => {
      const { state } = board.summary();
      return { well: state.well, state: state.led, text: state.text };
    });
    this.#stream = stream;
    this.#views = {
      page,
      status: () => whole.value(),
      metrics: () => metrics.value(),
      health: () => health.value(),
      events: () => (stream.isFull ? undefined : { stream: (reader) => stream.open(reader) }),
    };
  }

  /** Something has happened on this node. */
  note(event: NodeEvent): void {
    if (event.event !== 'datagram.refused') this.#stream.note();
  }

  /** A friend was heard. */
  noteHeard(): void {
    this.#stream.note();
    this.#stream.flash();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, port } = this.#options;
    if (port === 0) return aborted(signal);
    await pause(clock, START_MS, signal);
    while (!signal.aborted) {
      await this.#serve(signal);
      const delayMs = backOffMs(Math.max(1, this.#failures), RETRY_FIRST_MS, RETRY_MAX_MS);
      await pause(clock, delayMs, signal);
    }
  }

  async #serve(signal: AbortSignal): Promise<void> {
    const { http, port, board, onEvent, onStrain } = this.#options;
    try {
      const listener = await http.listen(port, {
        answer: (request) => this.#answer(request),
        onTurnedAway: onStrain,
      });
      this.#failures = 0;
      if (!signal.aborted) onEvent({ event: 'http.up', port, address: board.snapshot.address?.address });
      await aborted(signal);
      this.#stream.stop();
      await listener.close();
    } catch (error) {
      this.#failures++;
      if (this.#failures === 1 && !signal.aborted)
        onEvent({ event: 'http.unavailable', port, cause: asError(error) });
    }
  }

  /** The health check is never refused: whoever asks too much must not make this device look ill. */
  #answer(request: HttpRequest): HttpAnswer {
    const isAllowed = this.#budget.take(1, this.#options.clock.now()) || request.target === '/healthz';
    if (isAllowed) return answerTo(request, this.#views);
    this.#options.onStrain();
    return tooMany();
  }
}

/** The same again while it is fresh enough, so that no number of readers can make us compute. */
class View<T> {
  readonly #clock: Clock;
  readonly #make: () => T;
  #made: { readonly value: T; readonly at: number } | undefined;

  constructor(clock: Clock, make: () => T) {
    this.#clock = clock;
    this.#make = make;
  }

  value(): T {
    const now = this.#clock.now();
    if (!this.#made || now - this.#made.at >= VIEW_FRESH_MS) this.#made = { value: this.#make(), at: now };
    return this.#made.value;
  }

  forget(): void {
    this.#made = undefined;
  }
}
