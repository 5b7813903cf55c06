/** Writes events to the log, and sums up changes of peers when there are more in a second than a person can read. */
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Log, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { isDebug, logLine } from './log-lines.ts';

/** Lines on changes of peers. The dashboard keeps 1000 lines and drops floods of them unseen. */
const PEER_LINES_PER_SECOND = 10;
const SECOND_MS = 1_000;

const NOTHING_UNTOLD = { joined: 0, renewed: 0, restarted: 0, left: 0, peers: 0 };

type PeerChange = Extract<
  NodeEvent,
  { event: 'peer.joined' | 'peer.renewed' | 'peer.restarted' | 'peer.left' | 'peer.two-way' | 'peer.one-way' }
>;

export class Journal implements Child {
  readonly id = 'journal';
  readonly #clock: Clock;
  readonly #log: Log;
  #second: Timer | undefined;
  #lines = 0;
  #untold = { ...NOTHING_UNTOLD };

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.#second?.cancel();
    this.#sumUp();
  }

  tell(event: NodeEvent): void {
    if (isDebug(event) && !this.#log.writes('debug')) return;
    if (isPeerChange(event) && !this.#hasRoom(event)) return;
    this.#log.write(logLine(event));
  }

  /** Whether this change still gets a line in the present second, which begins with the first change. */
  #hasRoom(event: PeerChange): boolean {
    this.#second ??= this.#clock.after(SECOND_MS, () => this.#secondEnds());
    if (this.#lines < PEER_LINES_PER_SECOND) {
      this.#lines++;
      return true;
    }
    if (event.event === 'peer.joined') this.#untold.joined++;
    if (event.event === 'peer.renewed') this.#untold.renewed++;
    if (event.event === 'peer.restarted') this.#untold.restarted++;
    if (event.event === 'peer.left') this.#untold.left++;
    this.#untold.peers = event.peers;
    return false;
  }

  #secondEnds(): void {
    this.#second = undefined;
    this.#lines = 0;
    this.#sumUp();
  }

  #sumUp(): void {
    const { joined, renewed, restarted, left } = this.#untold;
    if (joined + renewed + restarted + left > 0)
      this.#log.write(logLine({ event: 'peers.summarized', ...this.#untold }));
    this.#untold = { ...NOTHING_UNTOLD };
  }
}

function isPeerChange(event: NodeEvent): event is PeerChange {
  return event.event.startsWith('peer.') && event.event !== 'peer.heard' && 'peers' in event;
}
