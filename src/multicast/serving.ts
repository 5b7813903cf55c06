/** Sockets, from opening to closing, again and again until told to stop: what whoever owns a pair of them has in common. */
import type { DatagramSocket } from '../system/system.ts';

export interface Round {
  /** Undefined when told to stop before there are any. */
  readonly open: (signal: AbortSignal) => Promise<DatagramSocket | undefined>;
  readonly up: (socket: DatagramSocket) => void;
  /** The sockets are still open, and are about to be closed in order. */
  readonly ending?: () => Promise<void>;
  readonly down: (socket: DatagramSocket) => Promise<void>;
}

export class Serving {
  #end: () => void = () => {};
  #crash: (cause: Error) => void = () => {};

  /** Settles when told to stop and all is closed; rejects with what {@link crash} was told. */
  async run(signal: AbortSignal, round: Round): Promise<void> {
    signal.addEventListener('abort', () => this.#end());
    while (!signal.aborted) await this.#serve(signal, round);
  }

  /** The present round ends, and the next begins. */
  renew(): void {
    this.#end();
  }

  crash(cause: Error): void {
    this.#crash(cause);
  }

  async #serve(signal: AbortSignal, { open, up, ending, down }: Round): Promise<void> {
    const served = new Promise<void>((resolve, reject) => {
      this.#end = resolve;
      this.#crash = reject;
    });
    served.catch(() => {}); // Awaited below; a crash may come while the sockets are still being opened.
    const socket = await open(signal);
    if (!socket) return;
    try {
      if (signal.aborted) return;
      up(socket);
      await served;
      await ending?.();
    } finally {
      await down(socket);
    }
  }
}
