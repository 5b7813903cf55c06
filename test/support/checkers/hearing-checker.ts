/** What is heard is exactly what was delivered: nothing out of thin air, nothing overheard, and never our own echo. */
import type { Endpoint, LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';

/** A datagram of a socket that its owner has given up may come this much later, and then says nothing new. */
const OVERTAKEN_MS = 1_050;
const CHANGES = new Set(['peer.joined', 'peer.renewed', 'peer.left']);
const LINES_PER_SECOND = 10;
/** After ten lines, more are missing for a second at most. */
const SUMMING_MS = 1_050;
/** Of the budget: one source's burst, and the whole burst. */
const SOURCE_BURST_SECONDS = 0.6;
const WHOLE_BURST_SECONDS = 6;

export class HearingChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  #isUp = false;
  /** The announcement that is being handed over. */
  #current: { readonly name: string; readonly from: Endpoint; heard: boolean } | undefined;
  /** By endpoint, when a peer moved away from it. */
  readonly #leftAt = new Map<string, number>();
  /** Since the beacon came up: datagrams by source address, and whether some were over the budget. */
  readonly #received = new Map<string, number>();
  #receivedInAll = 0;
  /** When the latest lines on changes of peers were written; then moves may be missing, because they are summed up. */
  #linesAt: number[] = [];
  readonly #overBudget = new Set<unknown>();

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'line') this.#judge(observation.line);
    if (observation.saw === 'delivery' && !observation.echo) this.#begin(observation);
    if (observation.saw === 'delivered') this.#end();
  }

  #begin({ payload, from }: { payload: Uint8Array; from: Endpoint }): void {
    this.#received.set(from.address, (this.#received.get(from.address) ?? 0) + 1);
    this.#receivedInAll++;
    const name = nameIn(payload);
    if (name) this.#current = { name, from, heard: false };
  }

  #end(): void {
    const current = this.#current;
    this.#current = undefined;
    if (!current || current.heard || this.#isExcused(current)) return;
    this.#fail(`${current.name} at ${text(current.from)} spoke and was not heard`);
  }

  #judge({ event, fields }: LogLine): void {
    if (event === 'beacon.up') {
      this.#isUp = true;
      this.#received.clear();
      this.#receivedInAll = 0;
      this.#overBudget.clear();
    }
    if (event === 'beacon.down') this.#isUp = false;
    if (event === 'datagram.refused') this.#overBudget.add(fields.reason);
    if (CHANGES.has(event)) this.#linesAt = [...this.#linesAt, this.#watched.now()].slice(-LINES_PER_SECOND);
    if (event === 'peer.renewed')
      this.#leftAt.set(`${fields.previousAddress}:${fields.previousPort}`, this.#watched.now());
    if (event === 'peer.heard') this.#heard(fields);
  }

  #heard({ peer, address, port }: LogLine['fields']): void {
    const current = this.#current;
    if (current && current.name === peer && text(current.from) === `${address}:${port}`) current.heard = true;
    else this.#fail(`${peer} at ${address}:${port} was heard out of thin air`);
  }

  #isExcused({ from }: { readonly from: Endpoint }): boolean {
    if (!this.#isUp) return true;
    const { receiveBudget, now } = this.#watched;
    const sinceMoveMs = now() - (this.#leftAt.get(text(from)) ?? Number.NEGATIVE_INFINITY);
    if (sinceMoveMs < OVERTAKEN_MS || this.#movesMayBeMissing(now())) return true;
    const ofSource = this.#received.get(from.address) ?? 0;
    if (this.#overBudget.has('source-budget') && ofSource > SOURCE_BURST_SECONDS * receiveBudget) return true;
    return this.#overBudget.has('whole-budget') && this.#receivedInAll > WHOLE_BURST_SECONDS * receiveBudget;
  }

  #movesMayBeMissing(now: number): boolean {
    const [first = Number.NEGATIVE_INFINITY] = this.#linesAt;
    return this.#linesAt.length === LINES_PER_SECOND && now - first < SUMMING_MS + OVERTAKEN_MS;
  }
}

/** Read on purpose in another way than the node does. */
function nameIn(payload: Uint8Array): string | undefined {
  const [, name] =
    /^multitastic(?::|(?!:))([^/\p{C}\p{Zl}\p{Zp}\u{FFFD}]+)$/u.exec(Buffer.from(payload).toString('utf8')) ??
    [];
  const trimmed = name?.trim();
  return trimmed && Buffer.byteLength(trimmed) <= 63 ? trimmed : undefined;
}

function text({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
