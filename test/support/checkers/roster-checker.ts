/**
 * The roster, kept a second time from what the node says: nobody joins twice, our own echo is no peer, every count is
 * right, and a peer leaves neither before its hold has passed nor much later, and never while we could not listen.
 *
 * When the node sums changes up in one line, the names are missing: the model then follows the announcements heard, and
 * is compared with the sum. Sometimes nobody can tell from outside who is still listed: when peers are evicted, about
 * which nothing is said, or when namesakes change places while names are missing. Then only the count is compared.
 */
import type { Endpoint, LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';
import { type Listed, RosterModel } from './roster-model.ts';

const PEERS_MAX = 1_024;
const LINES_PER_SECOND = 10;
/** Timers may fire late. */
const SLACK_MS = 50;
/** How late a departure may be noticed. */
const LATE_MS = 1_000;
/** A device that moves more often within one hold is rightly taken for several. */
const MOVES_MAX = 4;

interface PeerFields extends Endpoint {
  readonly peer: string;
  readonly peers: number;
}

export class RosterChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  readonly #model = new RosterModel();
  readonly #frozenBy = new Set<'no beacon' | 'flood' | 'end'>();
  readonly #own = new Set<string>();
  /** By device: when it moved, within the last hold. */
  readonly #moves = new Map<string, readonly number[]>();
  /** Names that the node knows to be borne by several devices, or wrongly takes for such with good reason. */
  readonly #several = new Set<string>();
  /** When lines on changes were written, within the last second. */
  #linesAt: number[] = [];
  #peers = 0;
  #frozenAt = 0;
  /** One hold after the latest thaw. */
  #thawedUntil = 0;
  /** False once nobody can tell from outside who is still listed. */
  #isExact = true;

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
  }

  /** Of everybody listed. */
  get endpoints(): readonly Endpoint[] {
    return this.#model.all;
  }

  /** How many there are, as the node says. */
  get peers(): number {
    return this.#peers;
  }

  see(observation: Observation): void {
    if (observation.saw === 'opened') this.#own.add(text(observation.local));
    if (observation.saw === 'second') this.#judgeStale();
    if (observation.saw === 'line') this.#judge(observation.line);
  }

  #judge({ event, fields }: LogLine): void {
    const peer = fields as unknown as PeerFields;
    if (event === 'beacon.down') this.#freeze('no beacon');
    if (event === 'flood.began') this.#freeze('flood');
    if (event === 'node.stopping') this.#freeze('end');
    if (event === 'beacon.up') this.#thaw('no beacon');
    if (event === 'flood.ended') this.#thaw('flood');
    if (event === 'peer.joined') this.#joined(peer, fields.twin === true);
    if (event === 'peer.renewed')
      this.#renewed(peer, { address: String(fields.previousAddress), port: Number(fields.previousPort) });
    if (event === 'peer.left') this.#left(peer);
    if (event === 'peer.heard') this.#heard(peer);
    if (event === 'peers.summarized') this.#summarized(fields as unknown as Summary);
    if ('peer' in fields) this.#judgeCount(event, peer.peers);
  }

  #joined(peer: PeerFields, twin: boolean): void {
    this.#lineWritten();
    this.#judgeAppearance(peer);
    // The wire has no accents.
    const ownName = this.#watched.name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
    if (twin !== (peer.peer === ownName)) this.#fail(`${peer.peer} is wrongly told (no) twin`);
    this.#judgeDouble(peer);
    if (this.#isExact && this.#model.size >= PEERS_MAX) this.#isExact = false;
    this.#model.add(peer.peer, peer, this.#watched.now() + this.#watched.holdMs);
    this.#peers = Math.min(PEERS_MAX, this.#peers + 1);
  }

  /** Nobody is listed twice, unless the node cannot know any better. */
  #judgeDouble(peer: PeerFields): void {
    const namesakes = this.#model.all.filter(({ name }) => name === peer.peer);
    if (namesakes.length === 0) this.#several.delete(peer.peer);
    const device = this.#watched.deviceAt(peer);
    if (!this.#isExact || device === undefined || this.#several.has(peer.peer)) return;
    if (namesakes.length > 0) this.#several.add(peer.peer);
    if (this.#watched.devicesNamed(peer.peer) > 1 || this.#isRoving(device)) return;
    const before = namesakes.find((each) => this.#watched.deviceAt(each) === device);
    if (before) this.#fail(`${device} joined as ${text(peer)} though it is listed as ${text(before)}`);
  }

  #renewed(peer: PeerFields, previous: Endpoint): void {
    this.#lineWritten();
    this.#judgeAppearance(peer);
    this.#noteMove(peer);
    if (this.#watched.isOvertaken(peer)) this.#several.add(peer.peer);
    const removed = this.#model.remove({ name: peer.peer, ...previous });
    if (!removed && this.#isExact) this.#fail(`${peer.peer} moved from ${text(previous)}, where nobody was`);
    this.#model.add(peer.peer, peer, this.#watched.now() + this.#watched.holdMs);
  }

  #left(peer: PeerFields): void {
    this.#lineWritten();
    this.#peers--;
    const now = this.#watched.now();
    const listed = this.#model.get(peer.peer, peer);
    if (this.#frozenBy.size > 0) this.#fail(`${peer.peer} left while we could not listen`);
    if (listed && listed.deadline > now + 1e-3)
      this.#fail(`${peer.peer} left ${listed.deadline - now} ms too early`);
    this.#model.remove({ name: peer.peer, address: peer.address, port: peer.port });
    if (!listed && this.#isExact) this.#fail(`${peer.peer} at ${text(peer)} left and was not here`);
  }

  #heard(peer: PeerFields): void {
    const deadline = this.#watched.now() + this.#watched.holdMs;
    const listed = this.#model.get(peer.peer, peer);
    if (this.#own.has(text(peer))) this.#fail('our own echo is taken for a peer');
    if (listed) listed.deadline = deadline;
    else if (this.#isSumming) this.#appeared(peer, deadline);
    else if (this.#isExact) this.#fail(`${peer.peer} at ${text(peer)} is heard and not listed`);
  }

  /** Joined or moved, while lines are missing. */
  #appeared(peer: PeerFields, deadline: number): void {
    if (this.#model.all.some(({ name }) => name === peer.peer)) this.#isExact = false;
    this.#noteMove(peer);
    this.#model.add(peer.peer, peer, deadline);
  }

  #summarized({ joined, renewed, left, peers }: Summary): void {
    if (joined + renewed + left === 0) this.#fail('a summary of nothing');
    if (this.#model.size >= PEERS_MAX) this.#isExact = false;
    const now = this.#watched.now();
    if (
      this.#isExact &&
      !this.#model.shrinkTo(peers, now, this.#thawedUntil - this.#watched.holdMs, this.#reprieve)
    )
      this.#fail(`the summary says ${peers} peers, where ${this.#model.size} should be`);
    this.#peers = peers;
  }

  #judgeAppearance(peer: PeerFields): void {
    if (this.#own.has(text(peer))) this.#fail('our own echo is taken for a peer');
    if (this.#isExact && this.#model.get(peer.peer, peer))
      this.#fail(`${peer.peer} at ${text(peer)} appeared twice`);
  }

  #judgeCount(event: string, said: number): void {
    if (said > PEERS_MAX) this.#fail(`${said} peers are more than a roster may hold`);
    const counted = this.#isExact ? this.#model.size : this.#peers;
    this.#peers = said;
    if (said === counted || this.#isSumming) return;
    this.#fail(`${event} says ${said} peers, where ${counted} should be`);
  }

  #judgeStale(): void {
    if (this.#frozenBy.size > 0 || this.#isSumming) return;
    const now = this.#watched.now();
    const stale = this.#model.all.filter(({ deadline }) => now > deadline + LATE_MS);
    if (!this.#isExact) return this.#forget(stale);
    for (const { name, deadline } of stale) this.#fail(`${name} should have left ${now - deadline} ms ago`);
  }

  /** The model lists everybody who is listed, and possibly more: when the counts agree, it is exact again. */
  #forget(stale: readonly Listed[]): void {
    for (const each of stale) this.#model.remove(each);
    this.#isExact = this.#model.size === this.#peers;
  }

  #freeze(reason: 'no beacon' | 'flood' | 'end'): void {
    if (this.#frozenBy.size === 0) this.#frozenAt = this.#watched.now();
    this.#frozenBy.add(reason);
  }

  #thaw(reason: 'no beacon' | 'flood'): void {
    if (!this.#frozenBy.delete(reason) || this.#frozenBy.size > 0) return;
    const now = this.#watched.now();
    this.#thawedUntil = now + this.#watched.holdMs;
    this.#model.thaw(this.#thawedUntil, this.#isSumming ? this.#frozenAt : Number.NEGATIVE_INFINITY);
  }

  /** Until when a peer has whose hold has passed and who did not leave. */
  get #reprieve(): number {
    return this.#frozenBy.size > 0 ? Number.POSITIVE_INFINITY : this.#thawedUntil;
  }

  #lineWritten(): void {
    const now = this.#watched.now();
    this.#linesAt = [...this.#linesAt.filter((at) => now - at < 1_000 + SLACK_MS), now];
    // A second begins with its first line, so two of them may touch any second of ours.
    if (this.#linesAt.filter((at) => now - at < 1_000 - SLACK_MS).length > 2 * LINES_PER_SECOND)
      this.#fail('too many lines on peers within a second');
  }

  /** Whether changes may be missing at the moment, because a summary is going to tell them. */
  get #isSumming(): boolean {
    const now = this.#watched.now();
    return this.#linesAt.filter((at) => now - at < 1_000 + SLACK_MS).length >= LINES_PER_SECOND;
  }

  #noteMove(peer: PeerFields): void {
    const device = this.#watched.deviceAt(peer);
    if (device === undefined) return;
    const { holdMs, now } = this.#watched;
    this.#moves.set(device, [...(this.#moves.get(device) ?? []).filter((at) => now() - at < holdMs), now()]);
  }

  #isRoving(device: string): boolean {
    return (this.#moves.get(device)?.length ?? 0) >= MOVES_MAX;
  }
}

interface Summary {
  readonly joined: number;
  readonly renewed: number;
  readonly left: number;
  readonly peers: number;
}

function text({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
