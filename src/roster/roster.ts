/**
 * Who is here. Pure: every method takes the time and returns what has changed.
 *
 * A rich peer is known by its id and its boot token, see boot-identity.ts; a classic one has only its name and its
 * endpoint, see classic-identity.ts. In a fleet with a key somebody is a friend from when it proves, by listing a recent
 * announcement of ours, that it is there now and no recording; see proof.ts.
 */
import type { Announcement, ClassicAnnouncement, RichAnnouncement } from '../datagram/announcement.ts';
import { asciiName } from '../datagram/classic.ts';
import { type HeardList, listingOf } from '../datagram/heard-list.ts';
import type { Endpoint } from '../system/system.ts';
import { identifyBoot, isOvertakenBoot, supersede } from './boot-identity.ts';
import { identify, isSameEndpoint } from './classic-identity.ts';
import { Doubts } from './doubts.ts';
import { newClassicPeer, newRichPeer } from './new-peer.ts';
import type { OwnSequence } from './own-sequence.ts';
import type { Peer, RichPeer, SpeaksRich } from './peer.ts';
import { PeerDirectory } from './peer-directory.ts';
import { PEERS_MAX } from './peer-table.ts';
import { judgeProof, type ProofChange } from './proof.ts';
import { ReplayGuard } from './replay-guard.ts';
import type { LastHeard } from './replay-memory.ts';
import type { LeaveReason, PeerChange, RosterEvent } from './roster-events.ts';
import { excuse, isInDoubt, nextLookAt, wasCutOff, whoIsGone } from './silence.ts';

/** How long after its appearance a classic peer may not know us. */
const NEWCOMER_MS = 2_000;
/** What nine of ten do not exceed is believed; the highest tenth may be lies. */
const CLAIMS_BELIEVED = 0.9;

export interface RosterOptions {
  readonly ownName: string;
  readonly ownId: string;
  readonly ownBoot: string;
  readonly ownSequence: OwnSequence;
  readonly announceIntervalMs: number;
  /** How long the silence of a classic peer is borne; a rich one says itself how long. */
  readonly holdMs: number;
  /** Whether the fleet has a key: then nobody is a friend without proof. */
  readonly sealed: boolean;
  /** Default: `sealed`. Who only listens is heard by nobody, so nobody could prove anything to it. */
  readonly needsProof?: boolean;
  /** When something from this address was last thrown away unread, or may have been, because there was too much. */
  readonly missedAt?: (address: string) => number | undefined;
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #needsProof: boolean;
  readonly #peers: PeerDirectory;
  readonly #replays: ReplayGuard;
  readonly #doubts = new Doubts();
  /** When anybody at all was heard last. */
  #heardAt = Number.NEGATIVE_INFINITY;
  #signsOfLife = 0;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#needsProof = options.needsProof ?? options.sealed;
    this.#peers = new PeerDirectory(options.announceIntervalMs);
    this.#replays = new ReplayGuard(options);
  }

  /** All of them, friends or not. */
  get size(): number {
    return this.#peers.size;
  }

  /** How many announcements have prolonged somebody's presence: no recording does. */
  get signsOfLife(): number {
    return this.#signsOfLife;
  }

  /** How many speak only the classic frame. */
  get classicPeers(): number {
    return this.#peers.size - this.#peers.richPeers;
  }

  /**
   * How many peers there are, as others have it who hear many: nine of ten claim no more, because at any time most are in
   * doubt about somebody, and few of those who are friends exaggerate.
   */
  get claimedPeers(): number {
    const claims = new Uint32Array(this.#peers.richPeers);
    let count = 0;
    for (const { rich } of this.#peers) if (rich) claims[count++] = rich.peers;
    claims.sort();
    return Math.min(PEERS_MAX, claims[Math.floor(CLAIMS_BELIEVED * (count - 1))] ?? 0);
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#peers[Symbol.iterator]();
  }

  /** An announcement of a peer was heard: at most a few changes, then `peer.heard` if it is a friend. */
  heard(said: Announcement, from: Endpoint, now: number): readonly RosterEvent[] {
    return said.frame === 'classic' ? this.#heardClassic(said, from, now) : this.#heardRich(said, from, now);
  }

  /** Whom to list in our next announcement. Whoever is in doubt is left out, and so asked for. */
  heardList(room: number, now: number): HeardList {
    const doubted = new Set<RichPeer>();
    for (const peer of this.#peers) if (isInDoubt(peer, now)) doubted.add(peer.rich);
    return this.#peers.heardList(room, doubted);
  }

  /** When somebody who could answer last fell into doubt; undefined when nobody will be gone soon. */
  doubtedAt(now: number): number | undefined {
    this.#doubts.note(this.#peers, now);
    return this.#doubts.latestAt;
  }

  /** Since when somebody of those has been in doubt for whom too few others have asked; undefined when there is nobody. */
  unaskedSince(now: number): number | undefined {
    return this.#doubts.unaskedSince(now);
  }

  /** Lets go of everybody whose hold has passed. */
  expire(now: number): readonly RosterEvent[] {
    return whoIsGone(this.#peers, now)
      .filter((peer) => !this.#mayHaveSpoken(peer, now))
      .flatMap((peer) => this.#leave(peer, 'silent', now));
  }

  /** The next time there may be something to do: somebody falls into doubt, or its hold passes. */
  nextLook(now: number): number | undefined {
    return nextLookAt(this.#peers, now);
  }

  /** We can listen again: what we missed is nobody's fault, so each peer gets one whole hold from now. */
  thaw(now: number): void {
    for (const peer of this.#peers) peer.deadline = now + peer.holdMs;
  }

  /** Somebody is loud, in the name of its address or altogether, and it shall not be lost by that: it has a hold more. */
  #mayHaveSpoken(peer: Peer, now: number): boolean {
    const missedAt = this.#options.missedAt?.(peer.endpoint.address) ?? Number.NEGATIVE_INFINITY;
    peer.deadline = Math.max(peer.deadline, missedAt + peer.holdMs);
    return peer.deadline > now;
  }

  #heardRich(said: RichAnnouncement, from: Endpoint, now: number): readonly RosterEvent[] {
    // Our own word, reflected by a stranger or late from the sockets before: nobody else can have our boot token.
    if (said.boot === this.#options.ownBoot) return [];
    const known = this.#peers.rich(said);
    const last = this.#replays.lastOf(said, known, now);
    if (last && said.sequence <= last.sequence) return this.#replayed(last, from, now);
    if (said.leaving) return known ? this.#goodbye(known, said, from, now) : [];
    if (known && !this.#canMove(known, from)) return [];
    // A sign of life, but what it says is old: repeaters say it twice, and a socket just closed may be overtaken.
    if (known && !known.rich.sequence.note(said.sequence)) return this.#heardNow(known, now);
    return this.#heardNews(known, said, from, now);
  }

  #heardNews(
    known: SpeaksRich | undefined,
    said: RichAnnouncement,
    from: Endpoint,
    now: number,
  ): readonly RosterEvent[] {
    const changes = known ? this.#renewRich(known, said, from, now) : this.#meetRich(said, from, now);
    const peer = known ?? this.#peers.rich(said);
    if (!peer) return changes;
    const proof = judgeProof(peer.rich, said, this.#options, now);
    const proven = proof ? this.#proofChanged(peer, proof, now) : [];
    const heard = this.#heardNow(peer, now);
    const asked = said.asks ? this.#asked(said) : [];
    const isOnlyHeard = changes.length + proven.length + asked.length === 0;
    return isOnlyHeard ? heard : [...changes, ...proven, ...heard, ...asked];
  }

  #replayed(last: LastHeard, { address }: Endpoint, now: number): readonly RosterEvent[] {
    const replays = this.#replays.refuse(last, now);
    return replays === undefined ? [] : [{ event: 'peer.replayed', address, replays }];
  }

  /** Without a key anybody can forge a goodbye, though not from the address of somebody else without some trouble. */
  #goodbye(peer: SpeaksRich, said: RichAnnouncement, from: Endpoint, now: number): readonly RosterEvent[] {
    if (!isSameEndpoint(from, peer.endpoint)) return [];
    peer.rich.sequence.note(said.sequence);
    peer.lastHeardAt = now;
    return this.#leave(peer, 'leaving', now);
  }

  /** A boot that was not known. In a fleet with a key it has yet to prove itself, and changes nothing until it has. */
  #meetRich(said: RichAnnouncement, from: Endpoint, now: number): readonly RosterEvent[] {
    const namesakes = this.#peers.withId(said.id);
    if (isOvertakenBoot(namesakes, said.boot, now)) return [];
    // Who has proven nothing takes no friend's place.
    if (this.#needsProof && this.#peers.displacedBy(from)?.friend) return [];
    const peer = newRichPeer(said, from, now);
    const classic = this.#peers.classic(asciiName(said.name), from);
    if (classic) {
      this.#peers.remove(classic);
      peer.joinedAt = classic.joinedAt;
    }
    this.#add(peer, now);
    if (this.#needsProof) return [];
    // A device started anew may have been heard by its classic frame first.
    return classic && namesakes.length === 0
      ? [this.#renewed(peer, classic.name, classic.endpoint, true, now)]
      : [this.#befriend(peer, now)];
  }

  #renewRich(peer: SpeaksRich, said: RichAnnouncement, from: Endpoint, now: number): readonly RosterEvent[] {
    const { name, endpoint, rich, friend } = peer;
    peer.holdMs = said.holdMs;
    peer.name = said.name;
    rich.peers = said.peers;
    rich.heard = said.heard;
    rich.facts = said.facts;
    const hasMoved = !isSameEndpoint(from, endpoint);
    if (!hasMoved && said.name === name) return [];
    if (hasMoved) this.#moveRich(peer, from, now);
    return friend ? [this.#renewed(peer, name, endpoint, hasMoved, now)] : [];
  }

  #moveRich(peer: SpeaksRich, to: Endpoint, now: number): void {
    // Its classic frame may have come first.
    const classic = this.#peers.classic(asciiName(peer.name), to);
    if (classic) this.#peers.remove(classic);
    this.#move(peer, to, now);
  }

  #proofChanged(peer: SpeaksRich, change: ProofChange, now: number): readonly RosterEvent[] {
    if (change === 'lapses') return [this.#lapsed(peer, now)];
    const events = peer.friend ? [] : [this.#befriend(peer, now)];
    const again = change === 'begins again';
    return [...events, { event: 'peer.two-way', ...this.#change(peer), again }];
  }

  #lapsed(peer: SpeaksRich, now: number): RosterEvent {
    if (!this.#needsProof) return { event: 'peer.one-way', ...this.#change(peer) };
    this.#peers.setFriend(peer, false, now);
    const silentMs = now - peer.lastHeardAt;
    return { event: 'peer.left', ...this.#change(peer), reason: 'unproven', silentMs };
  }

  /** From now on it counts: as a device started anew, or as one more. */
  #befriend(peer: SpeaksRich, now: number): RosterEvent {
    const { id, boot } = peer.rich;
    const namesakes = this.#peers.withId(id).filter((each) => each !== peer && each.friend);
    const identity = identifyBoot(namesakes, boot);
    if (identity.is === 'restarted') {
      supersede(identity.before, peer, now);
      this.#forget(identity.before, now);
    } else peer.shared ||= identity.shared; // It may have been a friend before.
    this.#peers.setFriend(peer, true, now);
    if (identity.is === 'restarted') return { event: 'peer.restarted', ...this.#change(peer) };
    const clone = peer.shared || id === this.#options.ownId;
    return { event: 'peer.joined', ...this.#change(peer), twin: this.#isTwin(peer), clone };
  }

  #heardClassic({ name }: ClassicAnnouncement, from: Endpoint, now: number): readonly RosterEvent[] {
    const known = this.#peers.classic(name, from);
    if (known) return this.#heardNow(known, now);
    // A rich peer says this as well, for the sake of others.
    if (this.#peers.isRichAt(from)) return [];
    const identity = identify(this.#peers.named(name), from, now);
    if (identity.is === 'overtaken') return [];
    if (identity.is === 'moved')
      return this.#canMove(identity.peer, from) ? this.#moveClassic(identity.peer, from, now) : [];
    return this.#meetClassic(name, identity.shared, from, now);
  }

  #meetClassic(name: string, shared: boolean, from: Endpoint, now: number): readonly RosterEvent[] {
    const peer = newClassicPeer(name, from, this.#options.holdMs, now);
    peer.friend = true;
    peer.shared = shared;
    this.#add(peer, now);
    const joined = { event: 'peer.joined', twin: this.#isTwin(peer), clone: false } as const;
    return [{ ...joined, ...this.#change(peer) }, ...this.#heardNow(peer, now)];
  }

  #moveClassic(peer: Peer, to: Endpoint, now: number): readonly RosterEvent[] {
    const previous = peer.endpoint;
    this.#move(peer, to, now);
    return [this.#renewed(peer, peer.name, previous, true, now), ...this.#heardNow(peer, now)];
  }

  #heardNow(peer: Peer, now: number): readonly RosterEvent[] {
    const holdMs = Math.max(this.#options.holdMs, peer.holdMs);
    const cutOff = wasCutOff(this.#peers.friends, now - this.#heardAt, holdMs);
    this.#heardAt = now;
    this.#signsOfLife++;
    peer.lastHeardAt = now;
    peer.arrivals.note(now);
    peer.deadline = now + peer.holdMs;
    // It was us, and we hear again: whoever else was missed has one whole hold to be heard, too.
    if (peer.stale) this.thaw(now);
    else if (cutOff) for (const each of this.#peers) excuse(each, now);
    peer.stale = false;
    this.#peers.heard(peer, now);
    if (!peer.friend) return [];
    const { name, endpoint, rich, appearedAt } = peer;
    const { address, port } = endpoint;
    const newcomer = !rich && now - appearedAt < NEWCOMER_MS;
    // Spelled out: this is the one event of every announcement, and V8 is slow at spreading.
    return [{ event: 'peer.heard', peer: name, address, port, peers: this.#peers.friends, newcomer }];
  }

  #asked(said: RichAnnouncement): readonly RosterEvent[] {
    const { ownBoot } = this.#options;
    // Who has proven nothing does not count: recordings of many would keep everybody from answering.
    const asked = Math.max(
      1,
      this.#peers.missingFrom(said, ownBoot, (peer) => !this.#needsProof || peer.hearsUs),
    );
    this.#doubts.asked(said, asked);
    return listingOf(ownBoot, said) === 'missing' ? [{ event: 'peer.asked', asked }] : [];
  }

  #leave(peer: Peer, reason: LeaveReason, now: number): readonly RosterEvent[] {
    this.#forget(peer, now);
    if (!peer.friend) return [];
    return [{ event: 'peer.left', ...this.#change(peer), reason, silentMs: now - peer.lastHeardAt }];
  }

  /** Somebody else may have to make room, and is remembered like everybody who is gone. */
  #add(peer: Peer, now: number): void {
    const displaced = this.#peers.displacedBy(peer.endpoint);
    if (displaced) this.#forget(displaced, now);
    this.#peers.add(peer, now);
  }

  /** Nobody loses its place to who claims to be still more of us there, but a friend takes that of who has proven nothing. */
  #canMove(peer: Peer, to: Endpoint): boolean {
    const displaced = this.#peers.displacedByMove(peer, to);
    return !displaced || (peer.friend && !displaced.friend);
  }

  #move(peer: Peer, to: Endpoint, now: number): void {
    const displaced = this.#peers.displacedByMove(peer, to);
    if (displaced) this.#forget(displaced, now);
    this.#peers.move(peer, to, now);
  }

  #forget(peer: Peer, now: number): void {
    this.#replays.remember(peer, now);
    this.#peers.remove(peer);
  }

  #renewed(peer: Peer, previousName: string, from: Endpoint, hasMoved: boolean, now: number): RosterEvent {
    if (hasMoved) peer.appearedAt = now;
    this.#peers.setFriend(peer, true, now);
    const { address: previousAddress, port: previousPort } = from;
    return { event: 'peer.renewed', ...this.#change(peer), previousName, previousAddress, previousPort };
  }

  #isTwin({ name, rich }: Peer): boolean {
    return name === (rich ? this.#options.ownName : asciiName(this.#options.ownName));
  }

  #change({ name, endpoint }: Peer): PeerChange {
    return { peer: name, address: endpoint.address, port: endpoint.port, peers: this.#peers.friends };
  }
}
