/**
 * Reachability: each change begins where the one before ended, deafness is told only of a true silence and is told of
 * every lasting one, and the steps against it are not taken more often than they may be.
 */
import type { LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

/** One and a half intervals, by the clock of whoever is silent. */
const SILENT_INTERVALS = 1.5;
/** The evidence is looked at every 2 s. */
const LATE_MS = 2_500;
const RECONNECT_EVERY_MS = 3_600_000;
const SLACK_MS = 50;

export class ReachabilityChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  #state: unknown = 'link-down';
  #flooded = false;
  /** When a peer was heard last, or since when we listen again. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #reopenedAt = Number.NEGATIVE_INFINITY;
  #reconnectedAt = Number.NEGATIVE_INFINITY;
  /** By boot token: the latest sequence number that came. A second copy, or one that comes too late, is nobody's voice. */
  readonly #latest = new Map<string, number>();
  /** The longest that a peer has promised. */
  #holdMost = 0;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'delivery' && !observation.echo) this.#delivered(observation.payload);
    if (observation.saw === 'line') this.#judge(observation.line);
    if (observation.saw === 'reconnect') this.#judgeReconnect();
    if (observation.saw === 'second') this.#judgeSilence();
  }

  #delivered(payload: Uint8Array): void {
    const said = this.#watched.understands(payload);
    if (said?.frame !== 'rich') return;
    this.#holdMost = Math.max(this.#holdMost, said.holdMs);
    // A goodbye counts where it is believed, which is told.
    if (!this.#watched.sealed || said.leaving || said.sequence <= (this.#latest.get(said.boot) ?? -1)) return;
    this.#latest.set(said.boot, said.sequence);
    this.#heardAt = this.#watched.now();
  }

  #judge({ event, fields }: LogLine): void {
    const now = this.#watched.now();
    if (event === 'peer.heard' || fields.reason === 'leaving') this.#heardAt = now;
    if (event === 'flood.began') this.#flooded = true;
    if (event === 'flood.ended') this.#flooded = false;
    if (event === 'flood.ended' || event === 'beacon.up') this.#heardAt = Math.max(this.#heardAt, now);
    if (event === 'healing.tried' && fields.step === 'reopen') this.#judgeReopening(now);
    if (event !== 'reachability.changed') return;
    const { from, to } = fields;
    if (from !== this.#state || from === to)
      this.#fail(`was ${this.#state} and changes from ${from} to ${to}`);
    this.#state = to;
    const silentMs = now - this.#heardAt;
    if (to === 'deaf' && silentMs < SILENT_INTERVALS * this.#watched.announceIntervalMs - SLACK_MS)
      this.#fail(`is deaf after a silence of only ${silentMs} ms`);
    if (to === 'overloaded' && !this.#flooded) this.#fail('is overloaded without a flood');
  }

  #judgeReopening(now: number): void {
    if (now - this.#reopenedAt < this.#watched.holdMs - SLACK_MS)
      this.#fail(`reopens again after ${now - this.#reopenedAt} ms`);
    this.#reopenedAt = now;
  }

  #judgeReconnect(): void {
    const now = this.#watched.now();
    if (now - this.#reconnectedAt < RECONNECT_EVERY_MS)
      this.#fail('re-activates the connection twice in an hour');
    this.#reconnectedAt = now;
  }

  #judgeSilence(): void {
    if (this.#state !== 'ok' || this.#flooded) return;
    const silentMs = this.#watched.now() - this.#heardAt;
    const intervalMs = Math.max(this.#watched.announceIntervalMs, (this.#holdMost - 5_000) / 2);
    if (silentMs > SILENT_INTERVALS * intervalMs + LATE_MS)
      this.#fail(`has heard nobody for ${silentMs} ms and is ok`);
  }
}
