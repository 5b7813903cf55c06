/**
 * Keeps in contact with the device: by its stream of events, by asking now and then where there is no stream to be had,
 * and by noticing silence, because a device that loses its power hangs up on nobody.
 */
import type { Status } from '../status.ts';
import type { Told } from './model.ts';

/** The device says something every four seconds. */
const SILENCE_MS = 9_500;
const LOOK_EVERY_MS = 1_000;
const ASK_EVERY_MS = 3_000;
const ASK_TIMEOUT_MS = 2_500;

export interface ConnectionOptions {
  readonly onWhole: (status: Status) => void;
  readonly onChange: (told: Told) => void;
  /** `silentSeconds`: undefined while there is contact. */
  readonly onContact: (silentSeconds: number | undefined) => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  #source: EventSource | undefined;
  #heardAt = performance.now();
  #askedAt = Number.NEGATIVE_INFINITY;
  #isLost = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#open();
    setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  #open(): void {
    this.#source?.close();
    const source = new EventSource('/events');
    this.#source = source;
    source.addEventListener('status', ({ data }) => this.#whole(JSON.parse(data)));
    source.addEventListener('change', ({ data }) => {
      this.#heard();
      this.#options.onChange(JSON.parse(data));
    });
  }

  #whole(status: Status): void {
    this.#heard();
    this.#options.onWhole(status);
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#isLost = false;
    this.#options.onContact(undefined);
  }

  #look(): void {
    const silentMs = performance.now() - this.#heardAt;
    const isStreaming = this.#source?.readyState === EventSource.OPEN;
    if (silentMs > SILENCE_MS) this.#isLost = true;
    if (this.#isLost) this.#options.onContact(Math.round(silentMs / 1000));
    if (isStreaming && !this.#isLost) return;
    if (performance.now() - this.#askedAt > ASK_EVERY_MS) void this.#ask();
  }

  /** Whether the device is there at all; and if it is, a new stream, unless one is just being opened. */
  async #ask(): Promise<void> {
    if (performance.now() - this.#askedAt < LOOK_EVERY_MS) return;
    this.#askedAt = performance.now();
    try {
      const answer = await fetch('/status.json', {
        signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
        cache: 'no-store',
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.#whole(await answer.json());
      if (this.#source?.readyState !== EventSource.OPEN) this.#open();
    } catch {
      this.#isLost = true;
      this.#options.onContact(Math.round((performance.now() - this.#heardAt) / 1000));
    }
  }
}
