/**
 * Who is here. Pure: every method takes the time and returns what has changed.
 *
 * A rich peer is known by its id and its boot token. A new boot of a known id is the same device, started anew; when the
 * old boot speaks again there are two, as copied SD cards make them. A classic peer has only its name and its endpoint;
 * see classic-identity.ts. In a fleet with a key somebody is a friend from when it proves, by listing a recent
 * announcement of ours, that it is there now and no recording.
 */
import type { Announcement, ClassicAnnouncement, RichAnnouncement } from '../datagram/announcement.ts';
import { asciiName } from '../datagram/classic.ts';
import { ENTRY_CHARACTERS, type HeardList, listingOf } from '../datagram/heard-list.ts';
import type { Endpoint } from '../system/system.ts';
import { Arrivals } from './arrivals.ts';
import { identify, isAt, REORDERED_MS, recentEndpoints } from './classic-identity.ts';
import { HeardOrder } from './heard-order.ts';
import { Namesakes } from './namesakes.ts';
import type { OwnSequence } from './own-sequence.ts';
import type { Peer, RichPeer } from './peer.ts';
import { PEERS_MAX, PeerTable } from './peer-table.ts';
import { type LastHeard, ReplayMemory } from './replay-memory.ts';
import type { LeaveReason, PeerChange, RosterEvent } from './roster-events.ts';
import { SequenceWindow } from './sequence-window.ts';

/** How long after its appearance a classic peer may not know us. */
const NEWCOMER_MS = 2_000;
/** Three announcements that pass us over are no chance: it no longer hears us. */
const MISSES_MAX = 3;
/** Time for a few questions, and of a short hold not much. */
const DOUBT_MS = 4_000;
const DOUBT_SHARE = 0.25;
/** As many boots of one id, or moves of one peer, are believed within one hold. */
const FORMER_MAX = 4;
/** Fewer than these may well go together. */
const MASS_LEAST = 3;
/** Whoever claims more than so many others is not believed. */
const CLAIMS_BELIEVED = 0.9;
/** So long after a peer has left, and as long as it may list what is fresh, a recording of it is known for one. */
const REPLAY_HOLDS = 2;
const REPLAYS_TOLD_EVERY = 1_000;

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
}

export class Roster {
  readonly #options: RosterOptions;
  readonly #needsProof: boolean;
  readonly #table = new PeerTable();
  readonly #byName = new Namesakes();
  /** Whoever is or was a friend: in a fleet with a key nobody else has a say in whose boot is whose. */
  readonly #byId = new Namesakes();
  readonly #richAt = new Map<string, Peer>();
  readonly #order = new HeardOrder();
  readonly #memory = new ReplayMemory();
  #replays = 0;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.#needsProof = options.needsProof ?? options.sealed;
  }

  /** All of them, friends or not. */
  get size(): number {
    return this.#table.size;
  }

  /** How many speak only the classic frame. */
  get classicPeers(): number {
    return this.#table.size - this.#order.size;
  }

  /**
   * How many peers there are, as others have it who hear many: nine of ten claim no more, because at any time most are in
   * doubt about somebody, and few of those who are friends exaggerate.
   */
  get claimedPeers(): number {
    const claims: number[] = [];
    for (const { rich } of this.#table) if (rich) claims.push(rich.peers);
    claims.sort((a, b) => a - b);
    return Math.min(PEERS_MAX, claims[Math.floor(CLAIMS_BELIEVED * (claims.length - 1))] ?? 0);
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#table[Symbol.iterator]();
  }

  /** An announcement of a peer was heard: at most a few changes, then `peer.heard` if it is a friend. */
  heard(said: Announcement, from: Endpoint, now: number): RosterEvent[] {
    return said.frame === 'classic' ? this.#heardClassic(said, from, now) : this.#heardRich(said, from, now);
  }

  /** Whom to list in our next announcement. Whoever is in doubt is left out, and so asked for. */
  heardList(room: number, now: number): HeardList {
    const doubted = new Set<RichPeer>();
    for (const peer of this.#table) if (peer.rich && isInDoubt(peer, now)) doubted.add(peer.rich);
    return this.#order.next(room, doubted);
  }

  /** Whether somebody who could answer will be gone soon, unless it is heard. */
  hasDoubts(now: number): boolean {
    for (const peer of this.#table) if (peer.rich && !peer.stale && isInDoubt(peer, now)) return true;
    return false;
  }

  /** Lets go of everybody whose hold has passed. */
  expire(now: number): RosterEvent[] {
    let due = [...this.#table].filter((peer) => peer.deadline <= now);
    if (due.length > 0 && this.#isMassLoss(due, now)) {
      for (const peer of due) if (!peer.stale) this.#hesitate(peer);
      due = due.filter((peer) => peer.deadline <= now);
    }
    return due.flatMap((peer) => this.#leave(peer, 'silent', now));
  }

  /** The next time there may be something to do: somebody falls into doubt, or its hold passes. */
  nextLook(now: number): number | undefined {
    let earliest: number | undefined;
    for (const peer of this.#table) {
      const doubtedAt = peer.deadline - doubtMs(peer.holdMs);
      const at = peer.rich && doubtedAt > now ? doubtedAt : peer.deadline;
      if (earliest === undefined || at < earliest) earliest = at;
    }
    return earliest;
  }

  /** We can listen again: what we missed is nobody's fault, so each peer gets one whole hold from now. */
  thaw(now: number): void {
    for (const peer of this.#table) peer.deadline = now + peer.holdMs;
  }

  #heardRich(said: RichAnnouncement, from: Endpoint, now: number): RosterEvent[] {
    // Our own word, reflected by a stranger or late from the sockets before: nobody else can have our boot token.
    if (said.boot === this.#options.ownBoot) return [];
    const key = said.id + said.boot;
    const known = this.#table.get(key);
    const last = this.#lastOf(key, known, now);
    if (last && said.sequence <= last.sequence) return this.#replayed(last, from, now);
    if (said.leaving) return known ? this.#goodbye(known, said, from, now) : [];
    // A sign of life, but what it says is old: repeaters say it twice, and a socket just closed may be overtaken.
    if (known?.rich && !known.rich.sequence.note(said.sequence)) return this.#heardNow(known, now);
    const changes = known ? this.#renewRich(known, said, from, now) : this.#meetRich(key, said, from, now);
    const peer = known ?? this.#table.get(key);
    if (!peer?.rich) return changes;
    changes.push(...this.#judgeProof(peer, peer.rich, said, now));
    return [...changes, ...this.#heardNow(peer, now), ...this.#asked(said)];
  }

  /** What the next announcement has to be later than, to be believed. */
  #lastOf(key: string, known: Peer | undefined, now: number): LastHeard | undefined {
    if (this.#options.sealed && known?.rich)
      return { sequence: known.rich.sequence.latest, at: known.lastHeardAt };
    return this.#memory.of(key, now);
  }

  /** Within a second it is the network that doubles or overtakes, and nobody is accused. */
  #replayed(last: LastHeard, { address }: Endpoint, now: number): RosterEvent[] {
    if (now - last.at < REORDERED_MS) return [];
    const replays = ++this.#replays;
    return replays % REPLAYS_TOLD_EVERY === 1 && this.#options.sealed
      ? [{ event: 'peer.replayed', address, replays }]
      : [];
  }

  /** Without a key anybody can forge a goodbye, though not from the address of somebody else without some trouble. */
  #goodbye(peer: Peer, said: RichAnnouncement, from: Endpoint, now: number): RosterEvent[] {
    if (!isAt(from)(peer.endpoint)) return [];
    peer.rich?.sequence.note(said.sequence);
    peer.lastHeardAt = now;
    return this.#leave(peer, 'leaving', now);
  }

  /** A boot that was not known. In a fleet with a key it has yet to prove itself, and changes nothing until it has. */
  #meetRich(key: string, said: RichAnnouncement, from: Endpoint, now: number): RosterEvent[] {
    const { name, id, boot } = said;
    const classic = this.#table.get(classicKey(asciiName(name), from));
    if (this.#isOvertaken(key, id, now)) return [];
    const peer = this.#newPeer({ key, name, holdMs: said.holdMs, now, from });
    peer.rich = {
      id,
      boot,
      sequence: new SequenceWindow(said.sequence),
      hearsUs: false,
      hasHeardUs: false,
      misses: 0,
      peers: said.peers,
      heard: said.heard,
      facts: said.facts,
      formerBoots: [],
    };
    if (classic) {
      this.#remove(classic);
      peer.joinedAt = classic.joinedAt;
    }
    this.#add(peer, now);
    if (this.#needsProof) return [];
    // A device started anew may have been heard by its classic frame first.
    const isNewId = this.#byId.of(id).every((each) => each === peer);
    return classic && isNewId
      ? [this.#renewed(peer, classic.name, classic.endpoint, true, now)]
      : [this.#befriend(peer, now)];
  }

  /** A datagram of the boot before may still be under way when the next one speaks. */
  #isOvertaken(key: string, id: string, now: number): boolean {
    return this.#byId
      .of(id)
      .some(({ rich }) => rich?.formerBoots.some((boot) => boot.key === key && now - boot.at < REORDERED_MS));
  }

  #renewRich(peer: Peer, said: RichAnnouncement, from: Endpoint, now: number): RosterEvent[] {
    const { name, endpoint, rich } = peer;
    peer.holdMs = said.holdMs;
    if (rich) {
      rich.peers = said.peers;
      rich.heard = said.heard;
      rich.facts = said.facts;
    }
    const hasMoved = !isAt(from)(endpoint);
    if (!hasMoved && said.name === name) return [];
    this.#table.remove(peer);
    if (hasMoved) {
      // Its classic frame may have come first.
      const classic = this.#table.get(classicKey(asciiName(said.name), from));
      if (classic) this.#remove(classic);
      this.#move(peer, from, now);
    }
    peer.name = said.name;
    const isTold = peer.friend;
    this.#put(peer, now);
    return isTold ? [this.#renewed(peer, name, endpoint, hasMoved, now)] : [];
  }

  #judgeProof(peer: Peer, rich: RichPeer, said: RichAnnouncement, now: number): RosterEvent[] {
    const listing = listingOf(this.#options.ownBoot, said);
    if (typeof listing === 'number' && this.#options.ownSequence.isFresh(listing, now)) {
      const wasMissed = rich.misses >= MISSES_MAX;
      rich.misses = 0;
      return rich.hearsUs ? [] : this.#proved(peer, rich, wasMissed, now);
    }
    // Whoever asks leaves out those it is in doubt about, which says nothing yet.
    if (listing !== 'unsaid' && !said.asks) rich.misses++;
    return rich.hearsUs && rich.misses >= MISSES_MAX ? this.#lapsed(peer, rich, now) : [];
  }

  #proved(peer: Peer, rich: RichPeer, again: boolean, now: number): RosterEvent[] {
    rich.hearsUs = true;
    rich.hasHeardUs = true;
    const events = peer.friend ? [] : [this.#befriend(peer, now)];
    return [...events, { event: 'peer.two-way', ...this.#change(peer), again }];
  }

  #lapsed(peer: Peer, rich: RichPeer, now: number): RosterEvent[] {
    rich.hearsUs = false;
    if (!this.#needsProof) return [{ event: 'peer.one-way', ...this.#change(peer) }];
    this.#setFriend(peer, false, now);
    const silentMs = now - peer.lastHeardAt;
    return [{ event: 'peer.left', ...this.#change(peer), reason: 'unproven', silentMs }];
  }

  /** From now on it counts: as a device started anew, or as one more. */
  #befriend(peer: Peer, now: number): RosterEvent {
    const { id = '' } = peer.rich ?? {};
    const namesakes = this.#byId.of(id).filter((each) => each !== peer && each.friend);
    const owner = namesakes.find(({ rich }) => rich?.formerBoots.some(({ key }) => key === peer.key));
    const before = owner ? undefined : namesakes.find(({ shared }) => !shared);
    if (owner) owner.shared = true;
    peer.shared = namesakes.length > 0 && !before;
    if (before) this.#supersede(before, peer, now);
    this.#setFriend(peer, true, now);
    if (before) return { event: 'peer.restarted', ...this.#change(peer) };
    const clone = peer.shared || id === this.#options.ownId;
    return { event: 'peer.joined', ...this.#change(peer), twin: this.#isTwin(peer), clone };
  }

  #supersede(before: Peer, by: Peer, now: number): void {
    const recent = (before.rich?.formerBoots ?? []).filter(({ at }) => now - at < before.holdMs);
    if (by.rich) by.rich.formerBoots = [...recent, { key: before.key, at: now }].slice(-FORMER_MAX);
    by.joinedAt = before.joinedAt;
    this.#remember(before, now);
    this.#remove(before);
  }

  #setFriend(peer: Peer, friend: boolean, now: number): void {
    this.#table.remove(peer);
    peer.friend = friend;
    if (friend && peer.rich) this.#byId.add(peer.rich.id, peer);
    this.#put(peer, now);
  }

  #heardClassic({ name }: ClassicAnnouncement, from: Endpoint, now: number): RosterEvent[] {
    const known = this.#table.get(classicKey(name, from));
    if (known) return this.#heardNow(known, now);
    // A rich peer says this as well, for the sake of others.
    if (this.#richAt.has(endpointKey(from))) return [];
    const identity = identify(this.#byName.of(name), from, now);
    if (identity.is === 'overtaken') return [];
    if (identity.is === 'moved') return this.#moveClassic(identity.peer, from, now);
    const { holdMs } = this.#options;
    const peer = this.#newPeer({ key: classicKey(name, from), name, holdMs, now, from });
    peer.friend = true;
    peer.shared = identity.shared;
    this.#add(peer, now);
    const joined = { event: 'peer.joined', twin: this.#isTwin(peer), clone: false } as const;
    return [{ ...joined, ...this.#change(peer) }, ...this.#heardNow(peer, now)];
  }

  #moveClassic(peer: Peer, to: Endpoint, now: number): RosterEvent[] {
    const previous = peer.endpoint;
    this.#table.remove(peer);
    this.#move(peer, to, now);
    peer.key = classicKey(peer.name, to);
    return [this.#renewed(peer, peer.name, previous, true, now), ...this.#heardNow(peer, now)];
  }

  #move(peer: Peer, to: Endpoint, now: number): void {
    const { endpoint, lastHeardAt } = peer;
    const left = { ...endpoint, lastHeardAt, leftAt: now };
    peer.former = [...recentEndpoints(peer, now), left].slice(-FORMER_MAX);
    this.#notRichAt(endpoint, peer);
    peer.endpoint = { address: to.address, port: to.port };
    if (peer.rich) this.#richAt.set(endpointKey(to), peer);
  }

  #heardNow(peer: Peer, now: number): RosterEvent[] {
    peer.lastHeardAt = now;
    peer.arrivals.note(now);
    peer.deadline = now + peer.holdMs;
    // It was us, and we hear again: whoever else was missed has one whole hold to be heard, too.
    if (peer.stale) this.thaw(now);
    peer.stale = false;
    this.#put(peer, now);
    if (!peer.friend) return [];
    const newcomer = !peer.rich && now - peer.appearedAt < NEWCOMER_MS;
    return [{ event: 'peer.heard', ...this.#change(peer), newcomer }];
  }

  #asked(said: RichAnnouncement): RosterEvent[] {
    if (!said.asks || listingOf(this.#options.ownBoot, said) !== 'missing') return [];
    const runs = said.heard ? Math.max(1, (said.peers * ENTRY_CHARACTERS) / said.heard.length) : 1;
    return [{ event: 'peer.asked', asked: Math.max(1, (this.#order.size - said.peers) / runs) }];
  }

  /** Most of us are gone at once, and nobody who was heard since says that we can hear: then it is us. */
  #isMassLoss(due: readonly Peer[], now: number): boolean {
    const withinMs = Math.max(...due.map(({ holdMs }) => holdMs)) / 2;
    const isGoing = ({ deadline, stale }: Peer) => stale || deadline <= now + withinMs;
    let going = 0;
    for (const peer of this.#table) {
      if (!peer.friend) continue;
      if (isGoing(peer)) going++;
      else if (now - peer.lastHeardAt < withinMs) return false;
    }
    const { friends } = this.#table;
    return friends >= MASS_LEAST && going > friends / 2;
  }

  #hesitate(peer: Peer): void {
    peer.stale = true;
    peer.deadline += peer.holdMs;
  }

  #leave(peer: Peer, reason: LeaveReason, now: number): RosterEvent[] {
    this.#remember(peer, now);
    this.#remove(peer);
    if (!peer.friend) return [];
    return [{ event: 'peer.left', ...this.#change(peer), reason, silentMs: now - peer.lastHeardAt }];
  }

  /** What was said before its last word is no sign of life: recorded, or, without a key, only overtaken. */
  #remember(peer: Peer, now: number): void {
    const { sealed, ownSequence } = this.#options;
    // Who never proved anything needs no memory, and shall not push out that of friends.
    if (!peer.rich || (sealed && !peer.rich.hasHeardUs)) return;
    const forMs = sealed ? Math.max(REPLAY_HOLDS * peer.holdMs, ownSequence.freshMs) : REORDERED_MS;
    this.#memory.keep(peer.key, { sequence: peer.rich.sequence.latest, at: peer.lastHeardAt }, now + forMs);
  }

  #newPeer(of: { key: string; name: string; holdMs: number; now: number; from: Endpoint }): Peer {
    const { key, name, holdMs, now, from } = of;
    return {
      key,
      name,
      endpoint: { address: from.address, port: from.port },
      appearedAt: now,
      joinedAt: now,
      lastHeardAt: now,
      arrivals: new Arrivals(),
      holdMs,
      deadline: now + holdMs,
      stale: false,
      friend: false,
      shared: false,
      former: [],
      rich: undefined,
      tier: undefined,
    };
  }

  #add(peer: Peer, now: number): void {
    const displaced = this.#table.displacedBy(peer.endpoint.address);
    if (displaced) this.#remove(displaced);
    if (peer.rich) {
      this.#richAt.set(endpointKey(peer.endpoint), peer);
      this.#order.add(peer.rich);
    } else this.#byName.add(peer.name, peer);
    this.#put(peer, now);
  }

  #put(peer: Peer, now: number): void {
    this.#table.put(peer, now - peer.joinedAt >= this.#options.announceIntervalMs);
  }

  /** Not a departure. Whoever is alone under its name or id again can move again. */
  #remove(peer: Peer): void {
    this.#table.remove(peer);
    const { rich } = peer;
    const last = rich ? this.#byId.remove(rich.id, peer) : this.#byName.remove(peer.name, peer);
    if (last) last.shared = false;
    if (!rich) return;
    this.#order.remove(rich);
    this.#notRichAt(peer.endpoint, peer);
  }

  /** Another may speak from there as well. */
  #notRichAt(endpoint: Endpoint, peer: Peer): void {
    const key = endpointKey(endpoint);
    if (this.#richAt.get(key) === peer) this.#richAt.delete(key);
  }

  #renewed(peer: Peer, previousName: string, from: Endpoint, hasMoved: boolean, now: number): RosterEvent {
    if (hasMoved) peer.appearedAt = now;
    this.#setFriend(peer, true, now);
    const { address: previousAddress, port: previousPort } = from;
    return { event: 'peer.renewed', ...this.#change(peer), previousName, previousAddress, previousPort };
  }

  #isTwin({ name, rich }: Peer): boolean {
    return name === (rich ? this.#options.ownName : asciiName(this.#options.ownName));
  }

  #change({ name, endpoint }: Peer): PeerChange {
    return { peer: name, address: endpoint.address, port: endpoint.port, peers: this.#table.friends };
  }
}

/** How long before the end of such a hold a silent peer is asked for. */
export function doubtMs(holdMs: number): number {
  return Math.min(DOUBT_MS, holdMs * DOUBT_SHARE);
}

function isInDoubt(peer: Peer, now: number): boolean {
  return now >= peer.deadline - doubtMs(peer.holdMs);
}

/** The port comes first: it has no space, so no two triples make the same key. */
function classicKey(name: string, { address, port }: Endpoint): string {
  return `${port} ${address} ${name}`;
}

function endpointKey({ address, port }: Endpoint): string {
  return `${port} ${address}`;
}
