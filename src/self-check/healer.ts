/** Watches whether we are isolated, tells when that changes, and takes the next step of the ladder when it is due. */
import type { Peer } from '../roster/peer.ts';
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Endpoint, Timer } from '../system/system.ts';
import { Ladder, type Remedy, type Step } from './ladder.ts';
import { judge, type Reachability, type Verdict } from './reachability.ts';
import { Witness, type Witnessed } from './witness.ts';

/** How often the evidence is looked at when nothing happens, and at most when a lot does. */
const LOOK_EVERY_MS = 2_000;
const LOOK_AGAIN_MS = 250;
/** Re-activating the connection disturbs everything else on the device. */
const RECONNECT_EVERY_MS = 3_600_000;

export type SelfCheckEvent =
  | {
      readonly event: 'reachability.changed';
      readonly from: Reachability;
      readonly to: Reachability;
      readonly evidence: string;
    }
  /** A step was taken against being isolated. */
  | { readonly event: 'healing.tried'; readonly step: Remedy; readonly state: Reachability }
  /** Quiet: whoever is alone looks for others now and then. */
  | { readonly event: 'healing.looked' };

export interface HealerOptions {
  readonly clock: Clock;
  readonly peers: Iterable<Peer>;
  /** How long our own silence is to be borne. */
  readonly holdMs: () => number;
  /** The same in a small fleet. */
  readonly leastHoldMs: number;
  readonly onEvent: (event: SelfCheckEvent) => void;
  /** Closes the sockets and opens them again, with a hello. */
  readonly reopen: () => void;
  /** Asks each by unicast whether it is there. */
  readonly question: (peers: readonly Endpoint[]) => void;
  /** Re-activates the Wi-Fi connection; undefined where the owner has not allowed it. */
  readonly reconnect: (() => void) | undefined;
}

export class Healer implements Child {
  readonly id = 'self-check';
  readonly #options: HealerOptions;
  readonly #witness: Witness;
  readonly #ladder = new Ladder();
  #verdict: Verdict = { state: 'link-down', evidence: '' };
  #asked: readonly Endpoint[] = [];
  readonly #answered = new Set<Endpoint>();
  #reconnectedAt = Number.NEGATIVE_INFINITY;
  #running = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** When the timer is due. */
  #lookAt = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(options: HealerOptions) {
    this.#options = options;
    this.#witness = new Witness(options.peers, options.holdMs, options.leastHoldMs);
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#running = true;
    this.#look();
    await aborted(signal);
    this.#running = false;
    this.#timer?.cancel();
  }

  note(event: Witnessed): void {
    const isOfPeer = event.event.startsWith('peer.');
    // A fleet announces itself all the time; while all is well the next look is soon enough for what that changes.
    if (isOfPeer && event.event !== 'peer.left' && this.#verdict.state === 'ok') return;
    this.#witness.note(event, this.#options.clock.now());
    if (isOfPeer) this.#lookWithin(LOOK_AGAIN_MS);
    else if (this.#running) this.#look();
  }

  /** Somebody answered our question by unicast. */
  answered(from: Endpoint): void {
    const asked = this.#asked.find(({ address, port }) => address === from.address && port === from.port);
    if (asked) this.#answered.add(asked);
  }

  #look(): void {
    const { clock, holdMs } = this.#options;
    const now = clock.now();
    this.#lookedAt = now;
    const verdict = judge(this.#witness.testify(), now);
    // Opening the sockets anew is no cure yet: mute until somebody lists us, or nobody is left who does not.
    if (verdict.state !== 'unknown' || this.#verdict.state !== 'mute') this.#tell(verdict);
    this.#ladder.enter(this.#verdict.state, now);
    const next = this.#ladder.next(holdMs());
    if (next && next.at <= now) this.#take(next.step, now);
    this.#lookAt = Number.POSITIVE_INFINITY;
    this.#lookWithin(LOOK_EVERY_MS);
  }

  /** Strangers can make something happen as often as they like, and shall not make us look as often. */
  #lookWithin(mostMs: number): void {
    const now = this.#options.clock.now();
    const dueAt = Math.max(now, this.#lookedAt + mostMs);
    if (!this.#running || dueAt >= this.#lookAt) return;
    this.#timer?.cancel();
    this.#lookAt = dueAt;
    this.#timer = this.#options.clock.after(dueAt - now, () => this.#look());
  }

  #tell(verdict: Verdict): void {
    const { state: from } = this.#verdict;
    this.#verdict = verdict;
    const { state: to, evidence } = verdict;
    if (from !== to) this.#options.onEvent({ event: 'reachability.changed', from, to, evidence });
  }

  #take(step: Step, now: number): void {
    this.#ladder.taken(now);
    const { state } = this.#verdict;
    if (step === 'conclude') return this.#conclude(now);
    if (step === 'reconnect') return this.#reconnect(now);
    this.#options.onEvent(
      state === 'alone' ? { event: 'healing.looked' } : { event: 'healing.tried', step, state },
    );
    if (step === 'reopen') return this.#options.reopen();
    this.#asked = this.#witness.expected;
    this.#answered.clear();
    this.#options.question(this.#asked);
  }

  /** All was tried: says what was learnt, and expects nobody any more. */
  #conclude(now: number): void {
    this.#witness.forget(now);
    const evidence =
      this.#answered.size > 0
        ? `${this.#answered.size} of ${this.#asked.length} answer by unicast, so multicast is filtered on this network`
        : `none of ${this.#asked.length} answers by unicast either: they are gone, or nothing reaches us`;
    this.#tell({ state: 'alone', evidence });
    this.#ladder.enter('alone', now);
    this.#reconnect(now);
  }

  #reconnect(now: number): void {
    const { reconnect, onEvent } = this.#options;
    if (!reconnect || now - this.#reconnectedAt < RECONNECT_EVERY_MS) return;
    for (const { rich } of this.#options.peers) if (rich?.hearsUs) return;
    this.#reconnectedAt = now;
    onEvent({ event: 'healing.tried', step: 'reconnect', state: this.#verdict.state });
    reconnect();
  }
}
