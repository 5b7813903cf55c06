/**
 * The roster, kept a second time from what the node says: nobody joins twice, our own echo is no peer, every count is
 * right, and a peer leaves neither before its hold has passed nor much later, and never while we could not listen.
 *
 * When the node sums changes up in one line, the names are missing: the model then follows the announcements heard, and
 * is compared with the sum. When peers are evicted, about which nothing is said, only the count is still compared.
 */
import type { Endpoint, LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';
import { RosterModel } from './roster-model.ts';

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
  /** When lines on changes were written, within the last second. */
  #linesAt: number[] = [];
  #peers = 0;
  /** False once somebody may have been evicted: then nobody can tell from outside who is still listed. */
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
    if (event === 'beacon.down') this.#frozenBy.add('no beacon');
    if (event === 'flood.began') this.#frozenBy.add('flood');
    if (event === 'node.stopping') this.#frozenBy.add('end');
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
    if (twin !== (peer.peer === this.#watched.name)) this.#fail(`${peer.peer} is wrongly told (no) twin`);
    const device = this.#watched.deviceAt(peer);
    if (this.#isExact && device !== undefined && this.#isSingle(device, peer.peer)) {
      const before = this.#model.all.find((each) => this.#watched.deviceAt(each) === device);
      if (before) this.#fail(`${device} joined as ${text(peer)} though it is listed as ${text(before)}`);
    }
    if (this.#isExact && this.#model.size >= PEERS_MAX) this.#isExact = false;
    this.#model.add(peer.peer, peer, this.#watched.now() + this.#watched.holdMs);
    this.#peers = Math.min(PEERS_MAX, this.#peers + 1);
  }

  #renewed(peer: PeerFields, previous: Endpoint): void {
    this.#lineWritten();
    this.#judgeAppearance(peer);
    this.#noteMove(peer);
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
    else if (this.#isSumming) this.#model.add(peer.peer, peer, deadline, true);
    else if (this.#isExact) this.#fail(`${peer.peer} at ${text(peer)} is heard and not listed`);
  }

  #summarized({ renewed, joined, left, peers }: Summary): void {
    if (joined + renewed + left === 0) this.#fail('a summary of nothing');
    if (this.#model.size >= PEERS_MAX) this.#isExact = false;
    const now = this.#watched.now();
    if (this.#isExact && !this.#model.shrinkTo(peers, renewed, now, now + this.#watched.holdMs))
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
    if (this.#frozenBy.size > 0 || this.#isSumming || !this.#isExact) return;
    const now = this.#watched.now();
    for (const { name, deadline } of this.#model.all)
      if (now > deadline + LATE_MS) this.#fail(`${name} should have left ${now - deadline} ms ago`);
  }

  #thaw(reason: 'no beacon' | 'flood'): void {
    if (!this.#frozenBy.delete(reason) || this.#frozenBy.size > 0) return;
    const now = this.#watched.now();
    this.#model.thaw(now + this.#watched.holdMs, this.#isSumming ? now : Number.NEGATIVE_INFINITY);
  }

  #lineWritten(): void {
    const now = this.#watched.now();
    this.#linesAt = [...this.#linesAt.filter((at) => now - at < 1_000 + SLACK_MS), now];
    if (this.#linesAt.length > 2 * LINES_PER_SECOND) this.#fail('too many lines on peers within a second');
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

  /** Whether a device can be known for the same when it comes back: nobody else has its name, and it does not rove. */
  #isSingle(device: string, name: string): boolean {
    return this.#watched.devicesNamed(name) === 1 && (this.#moves.get(device)?.length ?? 0) < MOVES_MAX;
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
