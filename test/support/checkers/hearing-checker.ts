/** What is heard is exactly what was delivered: nothing out of thin air, nothing overheard, and never our own echo. */
import type { Endpoint, LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';
import type { RichSaid, Said } from '../said.ts';

/** A datagram of a socket that its owner has given up may come this much later, and then says nothing new. */
const OVERTAKEN_MS = 1_050;
const CHANGES = /^peer\.(joined|renewed|restarted|left|two-way|one-way)$/;
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
  #current: { readonly said: Said; readonly from: Endpoint; heard: boolean } | undefined;
  /** By endpoint or boot, when a peer moved away from it. */
  readonly #leftAt = new Map<string, number>();
  /** The rich peers: the latest boot at an endpoint, all boots of an id. */
  readonly #bootAt = new Map<string, string>();
  readonly #bootsOf = new Map<string, Set<string>>();
  /** In a fleet with a key, the boots that are friends for all we were told, and how far each has counted. */
  readonly #proven = new Set<string>();
  readonly #counted = new Map<string, number>();
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
    const said = this.#watched.understands(payload);
    if (said) this.#current = { said, from, heard: false };
  }

  #end(): void {
    const current = this.#current;
    this.#current = undefined;
    if (!current) return;
    if (!current.heard && !this.#isExcused(current) && !this.#isNoNews(current))
      this.#fail(`${current.said.name} at ${text(current.from)} spoke and was not heard`);
    if (current.said.frame === 'rich' && this.#isUp) this.#note(current.said, current.from);
  }

  #note({ id, boot, sequence, leaving }: RichSaid, from: Endpoint): void {
    this.#bootAt.set(text(from), boot);
    this.#bootsOf.set(id, (this.#bootsOf.get(id) ?? new Set()).add(boot));
    if (leaving) this.#leftAt.set(boot, this.#watched.now());
    this.#counted.set(boot, Math.max(sequence, this.#counted.get(boot) ?? 0));
  }

  /** What may be said and tells nobody that its sender is there. */
  #isNoNews({ said, from }: { readonly said: Said; readonly from: Endpoint }): boolean {
    // A rich peer says this as well, for the sake of others.
    if (said.frame === 'classic') return this.#bootAt.has(text(from));
    if (said.leaving) return true;
    const { sealed, now } = this.#watched;
    if (sealed) return !this.#proven.has(said.boot) || said.sequence <= (this.#counted.get(said.boot) ?? -1);
    return now() - (this.#leftAt.get(said.boot) ?? Number.NEGATIVE_INFINITY) < OVERTAKEN_MS;
  }

  #judge({ event, fields }: LogLine): void {
    if (event === 'beacon.up' || event === 'beacon.reopened') this.#isUp = true;
    if (event === 'beacon.up') {
      this.#received.clear();
      this.#receivedInAll = 0;
      this.#overBudget.clear();
    }
    if (event === 'beacon.down' || event === 'beacon.blocked') this.#isUp = false;
    if (event === 'datagram.refused') this.#overBudget.add(fields.reason);
    if (CHANGES.test(event)) this.#linesAt = [...this.#linesAt, this.#watched.now()].slice(-LINES_PER_SECOND);
    if (event === 'peer.renewed')
      this.#leftAt.set(`${fields.previousAddress}:${fields.previousPort}`, this.#watched.now());
    if (event === 'peer.heard') this.#heard(fields);
    if (event === 'peer.left')
      this.#proven.delete(this.#bootAt.get(`${fields.address}:${fields.port}`) ?? '');
    if (event === 'peers.summarized') this.#proven.clear();
    this.#judgeBoot(event);
  }

  #judgeBoot(event: string): void {
    const said = this.#current?.said;
    if (said?.frame !== 'rich') return;
    if (event === 'peer.heard') this.#proven.add(said.boot);
    if (event === 'peer.left') this.#proven.delete(said.boot);
    if (event !== 'peer.restarted') return;
    for (const boot of this.#bootsOf.get(said.id) ?? [])
      if (boot !== said.boot) {
        this.#leftAt.set(boot, this.#watched.now());
        this.#proven.delete(boot);
      }
  }

  #heard({ peer, address, port }: LogLine['fields']): void {
    const current = this.#current;
    const at = { address: String(address), port: Number(port) };
    if (current && current.said.name === peer && this.#isSame(current.from, at)) current.heard = true;
    else this.#fail(`${peer} at ${address}:${port} was heard out of thin air`);
  }

  /** What was overtaken on its way comes from where its sender was. */
  #isSame(from: Endpoint, told: Endpoint): boolean {
    const device = this.#watched.deviceAt(from);
    return text(from) === text(told) || (device !== undefined && device === this.#watched.deviceAt(told));
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

function text({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
