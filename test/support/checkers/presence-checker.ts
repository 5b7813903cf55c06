/**
 * Nobody is said to have left in silence who was heard just before: within the hold of a small fleet, the shortest that a
 * device of a simulation promises; strangers may promise less. It knows nothing but this, so it always judges, whatever
 * else is going on.
 */
import type { LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

const SLACK_MS = 50;

export class PresenceChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  /** By name and endpoint. */
  readonly #heardAt = new Map<string, number>();

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'line') this.#judge(observation.line);
  }

  #judge({ event, fields }: LogLine): void {
    if (event !== 'peer.heard' && event !== 'peer.left') return;
    if (!this.#watched.deviceAt({ address: String(fields.address), port: Number(fields.port) })) return;
    const who = `${fields.peer} at ${fields.address}:${fields.port}`;
    const now = this.#watched.now();
    if (event === 'peer.heard') this.#heardAt.set(who, now);
    else if (fields.reason === 'silent') this.#left(who, now);
  }

  #left(who: string, now: number): void {
    const silentMs = now - (this.#heardAt.get(who) ?? Number.NEGATIVE_INFINITY);
    this.#heardAt.delete(who);
    if (silentMs < this.#watched.holdMs - SLACK_MS) this.#fail(`${who} left, heard ${silentMs} ms before`);
  }
}
