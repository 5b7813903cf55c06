/**
 * A second, simple-minded roster: who has been said to be here, and until when each of them may be silent; and of those
 * who speak the rich frame, what a node has to tell of each of their announcements.
 */
import type { Endpoint } from '../../../src/system/system.ts';
import type { RichSaid } from '../said.ts';
import type { Proof } from './own-announcements.ts';

/** Whoever is due since less than this may be about to leave: timers may fire late. */
const JUST_DUE_MS = 50;
/** Timers may be late, and the roster is not looked through at every deadline. */
const LEFT_WITHIN_MS = 100;
/** A datagram that was overtaken by the first word of the next boot, or by a goodbye. */
const OVERTAKEN_MS = 1_000;
/** So many announcements that pass us over end a proof. */
const MISSES = 3;
/** As many former boots are believed of one device within a hold. */
const FORMER = 32;
/** A peer is asked for so long before it is gone. */
const DOUBT_MS = 4_000;
const DOUBT_SHARE = 0.25;
/** Of fewer, more than half may well go at once. */
const MASS_LEAST = 3;
/** In a fleet with a key what was said before a departure is not believed for so many holds. */
const MEMORY_HOLDS = 2;

export interface Listed extends Endpoint {
  readonly key: string;
  name: string;
  address: string;
  port: number;
  holdMs: number;
  deadline: number;
  lastHeardAt: number;
  /** Its hold has passed once, and with it that of most others. */
  stale: boolean;
  /** So it may be: something else moved its deadline within the time by which a timer may be late. */
  perhapsStale: boolean;
  friend: boolean;
  /** It is one, or has been. */
  wasFriend: boolean;
  /** When its hold passed: whether most others were about to go with it. */
  withMost: boolean | undefined;
  /** It may stay until then, and may go before. */
  graceUntil: number;
  readonly rich: ListedRich | undefined;
}

export interface ListedRich {
  readonly id: string;
  readonly boot: string;
  sequence: number;
  /** `perhaps`: it may have begun or ceased to while changes were summed up, and that has no place in a summary. */
  hearsUs: boolean | 'perhaps';
  missesLeast: number;
  missesMost: number;
  shared: boolean;
  former: readonly FormerBoot[];
  /** The node may know of more. */
  mayHaveMore: boolean;
  /** For the node it may be gone, or have come anew. */
  perhapsGone: boolean;
  askedFor: boolean;
}

interface FormerBoot {
  readonly key: string;
  readonly at: number;
  /** Nobody can tell from outside whether the node knows of it. */
  readonly perhaps: boolean;
}

/** What is told of one announcement, in order. */
export type Telling = 'joined' | 'restarted' | 'renewed' | 'two-way' | 'one-way' | 'left' | 'heard';

export interface Hearing {
  readonly said: RichSaid;
  readonly from: Endpoint;
  readonly proof: Proof;
  /** What was told; it decides where nobody can tell from outside. */
  readonly told: readonly string[];
  /** Whether more may have happened than was told. */
  readonly isSumming: boolean;
  /** Whether all who are listed here are listed by the node. If not, the node's word decides, and nobody is let go without. */
  readonly isExact: boolean;
  /** Whoever was due before may have left untold. */
  readonly goneAt: number;
  readonly now: number;
}

export class RosterModel {
  readonly #sealed: boolean;
  readonly #holdMs: number;
  readonly #listed = new Map<string, Listed>();
  readonly #perAddress = new Map<string, number>();
  #all: readonly Listed[] | undefined;
  #friends = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** How far those counted who are gone, and until when that matters. */
  readonly #gone = new Map<string, { readonly sequence: number; readonly until: number }>();

  constructor(sealed: boolean, holdMs: number) {
    this.#sealed = sealed;
    this.#holdMs = holdMs;
  }

  get size(): number {
    return this.#listed.size;
  }

  get friends(): number {
    return this.#friends;
  }

  /** How many are listed from this address. */
  from(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  /** As it is now: whoever comes or goes while it is walked through does not change it. */
  get all(): readonly Listed[] {
    this.#all ??= [...this.#listed.values()];
    return this.#all;
  }

  /** A classic peer. */
  get(name: string, { address, port }: Endpoint): Listed | undefined {
    return this.#listed.get(classicKey(name, { address, port }));
  }

  getRich({ id, boot }: RichSaid): Listed | undefined {
    return this.#listed.get(richKey(id, boot));
  }

  /** Whoever is listed with this name and endpoint. */
  find(name: string, { address, port }: Endpoint): Listed | undefined {
    return this.all.find((each) => each.name === name && each.address === address && each.port === port);
  }

  addClassic(name: string, { address, port }: Endpoint, now: number, holdMs: number): void {
    this.#add({
      key: classicKey(name, { address, port }),
      name,
      address,
      port,
      holdMs,
      deadline: now + holdMs,
      lastHeardAt: now,
      stale: false,
      perhapsStale: false,
      friend: true,
      wasFriend: true,
      withMost: undefined,
      graceUntil: 0,
      rich: undefined,
    });
  }

  remove(listed: Listed, now: number): void {
    if (this.#listed.delete(listed.key)) this.#count(listed, -1);
    this.#all = undefined;
    const { rich } = listed;
    if (!rich) return;
    const forMs = this.#sealed ? MEMORY_HOLDS * listed.holdMs : OVERTAKEN_MS;
    this.#gone.set(listed.key, { sequence: rich.sequence, until: now + forMs });
    // In a fleet with a key nobody else has a say in whose id it is.
    const bearers = this.#bearers(rich.id).filter(({ wasFriend }) => wasFriend);
    if (bearers.length === 1 && bearers[0]?.rich) bearers[0].rich.shared = false;
  }

  /** No friend of this id is listed by the node. */
  removeBearers(id: string, now: number): void {
    for (const each of this.#bearers(id)) if (each.friend) this.remove(each, now);
  }

  /** The node takes all friends of this id for several devices. */
  share(id: string): void {
    for (const { rich, friend } of this.#bearers(id)) if (rich && friend) rich.shared = true;
  }

  /**
   * All who are listed are known again, though not all that the node knows of them. Two friends of one id are two devices:
   * else the later one would have taken the other's place.
   */
  becomeExact(): void {
    for (const { rich } of this.all) if (rich) rich.mayHaveMore = true;
    const ids = this.all.flatMap(({ rich, friend }) => (rich && friend ? [rich.id] : []));
    for (const [index, id] of ids.entries()) if (ids.indexOf(id) < index) this.share(id);
  }

  /** Hears an announcement; returns what a node has to tell of it. */
  hear(hearing: Hearing): readonly Telling[] {
    const { said, from, goneAt, now } = hearing;
    const known = this.getRich(said);
    if (this.#isOld(said, known, now)) return [];
    if (said.leaving) return known && isAt(known, from) ? this.#goodbye(known, said, now) : [];
    const isBelieved = !hearing.isExact && hearing.told.length > 0;
    if (!known && !isBelieved && this.#isOvertaken(said, now)) return [];
    if (known?.rich && said.sequence <= known.rich.sequence) return this.hearAgain(known, now, goneAt);
    const listed = known ?? this.#meet(said, from, now);
    const told: Telling[] = [];
    if (known) told.push(...this.#renew(known, said, from, now));
    else if (!this.#sealed) told.push(this.#introduce(listed, hearing));
    told.push(...this.#judgeProof(listed, hearing));
    if (!listed.friend && !hearing.isExact && hearing.told.includes('heard')) this.#setFriend(listed, true);
    return [...told, ...this.hearAgain(listed, now, goneAt)];
  }

  /** Something from there was thrown away unread: whoever speaks from there may be borne for a hold longer. */
  mayHaveSpoken(address: string, now: number): void {
    for (const each of this.#listed.values())
      if (each.address === address) each.graceUntil = Math.max(each.graceUntil, now + each.holdMs);
  }

  /** Nobody can tell from outside whether it is still here, or may have gone and come back untold. */
  doubt(listed: Listed): void {
    const { stale, rich } = listed;
    if (stale) listed.perhapsStale = true;
    listed.stale = false;
    if (!rich) return;
    rich.hearsUs = 'perhaps';
    rich.missesLeast = 0;
    rich.missesMost = MISSES;
    rich.perhapsGone = true;
    rich.former = rich.former.map((former) => ({ ...former, perhaps: true }));
  }

  /** One of them may have left untold: then whoever is alone under this id is no longer taken for one of several. */
  doubtBearers(id: string): void {
    for (const { rich } of this.#bearers(id)) if (rich) rich.perhapsGone = true;
  }

  /** What came twice or was overtaken is a sign of life, and no news. */
  hearAgain(listed: Listed, now: number, goneAt: number): readonly Telling[] {
    const mayBeGone = this.#justDue(now, goneAt);
    // It was us, and we hear again: whoever else was missed has one whole hold to be heard, too.
    if (listed.stale) this.thaw(now, goneAt);
    else if (listed.perhapsStale || (listed.deadline <= now && listed.withMost)) this.#grant(now, goneAt);
    else if (this.#wasCutOff(listed, now)) this.#excuse(now, goneAt);
    for (const [each, deadline] of mayBeGone) {
      each.graceUntil = Math.max(each.graceUntil, each.deadline);
      each.deadline = deadline;
    }
    this.#heardAt = now;
    listed.lastHeardAt = now;
    listed.deadline = now + listed.holdMs;
    listed.stale = false;
    listed.perhapsStale = false;
    listed.withMost = undefined;
    if (listed.rich) listed.rich.askedFor = false;
    return listed.friend ? ['heard'] : [];
  }

  /** Whoever may have left untold, or may get more time by what is heard now; and its deadline. */
  #justDue(now: number, goneAt: number): readonly (readonly [Listed, number])[] {
    if (goneAt === Number.NEGATIVE_INFINITY) return [];
    const due = this.all.filter(
      ({ deadline }) => deadline > Math.max(goneAt, now - JUST_DUE_MS) && deadline <= now,
    );
    return due.map((each) => [each, each.deadline]);
  }

  #wasCutOff({ holdMs }: Listed, now: number): boolean {
    return this.#friends >= MASS_LEAST && now - this.#heardAt >= Math.max(this.#holdMs, holdMs) / 2;
  }

  /** Its hold may end later than can be told from outside, and then with those of most others. */
  mayBeStale(listed: Listed, now: number): void {
    const { deadline, graceUntil, perhapsStale } = listed;
    if (graceUntil < deadline || perhapsStale) return;
    if (!this.isMassLoss(Math.min(now, graceUntil), true)) return;
    listed.graceUntil = graceUntil + listed.holdMs;
    listed.perhapsStale = true;
  }

  /** Until the second hold has passed. */
  #excuse(now: number, goneAt: number): void {
    for (const each of this.#listed.values()) {
      if (each.deadline <= goneAt) continue;
      if (each.deadline <= now && each.withMost) suspect(each, now);
      each.deadline = Math.max(each.deadline, Math.min(now, each.lastHeardAt + each.holdMs) + each.holdMs);
    }
  }

  /** Nobody can tell whether it was missed already: everybody may have been given a whole hold. */
  #grant(now: number, goneAt: number): void {
    for (const each of this.#listed.values()) if (each.deadline > goneAt) each.graceUntil = now + each.holdMs;
  }

  /** Everybody gets a whole hold, except whoever may have left before `goneAt`. */
  thaw(now: number, goneAt: number): void {
    for (const each of this.#listed.values()) {
      if (each.deadline <= goneAt) continue;
      if (each.withMost) suspect(each, now);
      each.deadline = now + each.holdMs;
      each.withMost = undefined;
    }
  }

  /**
   * Whether most of a roster are gone at once, and nobody who was heard since says that we can hear. `withGrace`: where
   * whoever may still be here is.
   */
  isMassLoss(at: number, withGrace = false): boolean {
    let withinMs = 0;
    for (const { deadline, holdMs } of this.all)
      if (deadline <= at) withinMs = Math.max(withinMs, holdMs / 2);
    let friends = 0;
    let staying = 0;
    for (const { friend, stale, deadline, graceUntil, lastHeardAt, holdMs } of this.all) {
      const until = withGrace ? Math.max(deadline, graceUntil) : deadline;
      // Whoever is due for longer has left, and a summary is going to tell it.
      if (!friend || until < at - LEFT_WITHIN_MS) continue;
      if (at - lastHeardAt < Math.min(withinMs, holdMs / 2)) return false;
      friends++;
      if (!stale && deadline > at + withinMs) staying++;
    }
    return friends >= MASS_LEAST && staying < friends / 2;
  }

  /**
   * Removes as many as a summary says there are fewer, of those friends whose hold has passed by `now`. Who is left of
   * these was thawed in time, at `thawedAt`, and has until `deadline`. False: so many could not have gone.
   */
  shrinkTo(friends: number, now: number, thawedAt: number, deadline: number): boolean {
    const expired = this.all
      .filter((each) => each.friend && each.deadline <= now)
      .sort((a, b) => a.deadline - b.deadline);
    for (const each of expired.slice(0, Math.max(0, this.friends - friends))) this.remove(each, now);
    for (const each of this.#listed.values())
      if (each.deadline <= Math.max(now - JUST_DUE_MS, thawedAt)) each.deadline = deadline;
    return this.friends === friends;
  }

  #isOld(said: RichSaid, known: Listed | undefined, now: number): boolean {
    const gone = this.#gone.get(richKey(said.id, said.boot));
    if (this.#sealed && known?.rich) return said.sequence <= known.rich.sequence;
    return gone !== undefined && gone.until > now && said.sequence <= gone.sequence;
  }

  /** Its successor has spoken already. */
  #isOvertaken({ id, boot }: RichSaid, now: number): boolean {
    const former = this.#bearers(id).flatMap(({ rich }) => rich?.former ?? []);
    return former.some(({ key, at }) => key === richKey(id, boot) && now - at < OVERTAKEN_MS);
  }

  #goodbye(listed: Listed, { sequence }: RichSaid, now: number): readonly Telling[] {
    if (listed.rich) listed.rich.sequence = Math.max(listed.rich.sequence, sequence);
    this.remove(listed, now);
    return listed.friend ? ['left'] : [];
  }

  #meet({ id, boot, sequence, name, holdMs }: RichSaid, { address, port }: Endpoint, now: number): Listed {
    const proof = { hearsUs: false, missesLeast: 0, missesMost: 0, askedFor: false };
    const listed: Listed = {
      key: richKey(id, boot),
      name,
      address,
      port,
      holdMs,
      deadline: now + holdMs,
      lastHeardAt: now,
      stale: false,
      perhapsStale: false,
      friend: false,
      wasFriend: false,
      withMost: undefined,
      graceUntil: 0,
      rich: {
        id,
        boot,
        sequence,
        ...proof,
        shared: false,
        former: [],
        mayHaveMore: false,
        perhapsGone: false,
      },
    };
    this.#add(listed);
    return listed;
  }

  /** Not known before: a device that spoke the classic frame, one started anew, or one more. */
  #introduce(listed: Listed, hearing: Hearing): Telling {
    const { said, from, now } = hearing;
    const classic = this.get(inAscii(said.name), from);
    if (classic) this.remove(classic, now);
    if (!classic || this.#bearers(listed.rich?.id ?? '').length > 1) return this.#befriend(listed, hearing);
    this.#setFriend(listed, true);
    return 'renewed';
  }

  #befriend(listed: Listed, { told, isExact, now }: Hearing): Telling {
    this.#setFriend(listed, true);
    const { rich } = listed;
    if (!rich) return 'joined';
    const others = this.#bearers(rich.id).filter((each) => each !== listed && each.friend);
    const mayForget = told.includes('restarted');
    const successor = others.find(({ rich: other }) =>
      other?.former.some(({ key, perhaps }) => key === listed.key && !(perhaps && mayForget)),
    );
    const unshared = successor
      ? undefined
      : others.find(({ rich: other }) => !other?.shared || (other.perhapsGone && mayForget));
    const isSuccessor = unshared?.rich?.mayHaveMore && told.includes('joined');
    const before = isSuccessor ? undefined : unshared;
    if (successor?.rich) successor.rich.shared = true;
    if (isSuccessor && unshared.rich) unshared.rich.shared = true;
    rich.shared ||= others.length > 0 && !before;
    if (!before || (!isExact && !told.includes('restarted'))) return 'joined';
    const former = (before.rich?.former ?? []).filter(({ at }) => now - at < before.holdMs);
    const perhaps = before.rich?.perhapsGone === true && !told.includes('restarted');
    rich.former = [...former, { key: before.key, at: now, perhaps }].slice(-FORMER);
    this.remove(before, now);
    return 'restarted';
  }

  #renew(listed: Listed, said: RichSaid, from: Endpoint, now: number): readonly Telling[] {
    const { rich } = listed;
    if (!rich) return [];
    listed.holdMs = said.holdMs;
    rich.sequence = said.sequence;
    if (isAt(listed, from) && said.name === listed.name) return [];
    const classic = this.get(inAscii(said.name), from);
    if (classic) this.remove(classic, now);
    this.#count(listed, -1);
    listed.address = from.address;
    listed.port = from.port;
    this.#count(listed, 1);
    listed.name = said.name;
    return listed.friend ? ['renewed'] : [];
  }

  #judgeProof(listed: Listed, hearing: Hearing): readonly Telling[] {
    const { said, proof, told, isSumming } = hearing;
    const { rich } = listed;
    if (!rich || proof === 'unsaid') return [];
    // Of whoever has proven nothing it would not be told that it was heard.
    const isProven = told.includes('two-way') || (isSumming && !listed.friend && told.includes('heard'));
    if (proof === 'fresh' || (proof === 'either' && isProven)) {
      rich.missesLeast = 0;
      rich.missesMost = 0;
      const wasTold = rich.hearsUs === 'perhaps' ? !told.includes('two-way') : rich.hearsUs;
      rich.hearsUs = true;
      if (wasTold) return [];
      return listed.friend ? ['two-way'] : [this.#befriend(listed, hearing), 'two-way'];
    }
    if (!said.asks) rich.missesMost++;
    if (!said.asks && proof === 'stale') rich.missesLeast++;
    if (proof === 'either') rich.missesLeast = 0;
    if (proof === 'either' && isSumming && listed.friend) rich.hearsUs ||= 'perhaps';
    const ends = this.#sealed ? 'left' : 'one-way';
    const isTold = told.includes(ends);
    const mayEnd = rich.hearsUs !== false && rich.missesMost >= MISSES;
    if (!mayEnd) return [];
    if (rich.missesLeast < MISSES && !isTold) {
      if (isSumming && !this.#sealed) rich.hearsUs = 'perhaps';
      return [];
    }
    const didHearUs = rich.hearsUs === true || isTold;
    rich.hearsUs = false;
    if (!didHearUs) return [];
    if (this.#sealed) this.#setFriend(listed, false);
    return [ends];
  }

  #add(listed: Listed): void {
    const before = this.#listed.get(listed.key);
    if (before) this.#count(before, -1);
    this.#listed.set(listed.key, listed);
    this.#all = undefined;
    this.#count(listed, 1);
  }

  #setFriend(listed: Listed, friend: boolean): void {
    this.#count(listed, -1);
    listed.friend = friend;
    listed.wasFriend ||= friend;
    this.#count(listed, 1);
  }

  #count({ address, friend }: Listed, by: 1 | -1): void {
    if (friend) this.#friends += by;
    this.#perAddress.set(address, this.from(address) + by);
  }

  #bearers(id: string): readonly Listed[] {
    return this.all.filter(({ rich }) => rich?.id === id);
  }
}

/** It may have been given its second hold just before. */
function suspect(listed: Listed, now: number): void {
  listed.graceUntil = now + 2 * listed.holdMs;
  listed.perhapsStale = true;
}

/** When others are asked for this peer, unless it is heard before. */
export function doubtedAt({ deadline, holdMs }: Listed): number {
  return deadline - Math.min(DOUBT_MS, holdMs * DOUBT_SHARE);
}

function isAt(listed: Listed, { address, port }: Endpoint): boolean {
  return listed.address === address && listed.port === port;
}

/** The classic frame has no accents. */
export function inAscii(name: string): string {
  return name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}

function richKey(id: string, boot: string): string {
  return `${id}/${boot}`;
}

function classicKey(name: string, { address, port }: Endpoint): string {
  return `${address}:${port} ${name}`;
}
