/**
 * The roster, kept a second time from what is said and from what the node says: nobody joins twice, our own echo is no
 * peer, every count is right, a peer leaves neither before its hold has passed nor much later, never while we could not
 * listen, and not before it was asked for; whoever speaks the rich frame is told exactly as the model says.
 *
 * When the node sums changes up in one line, the names are missing: the model then follows the announcements heard, and
 * is compared with the sum. Sometimes nobody can tell from outside who is still listed: when peers are evicted, about
 * which nothing is said, or when namesakes change places while names are missing. Then only the count is compared.
 */
import type { Endpoint, LogLine } from '../../../src/system/system.ts';
import type { Checker, Fail, Observation, Watched } from '../observations.ts';
import type { RichSaid, Said } from '../said.ts';
import { listingIn } from '../said.ts';
import { OwnAnnouncements } from './own-announcements.ts';
import { doubtedAt, inAscii, type Listed, RosterModel } from './roster-model.ts';

const PEERS_MAX = 1_024;
const ADDRESS_PEERS_MAX = 64;
const LINES_PER_SECOND = 10;
/** Timers may fire late. */
const SLACK_MS = 50;
/** How late a departure may be noticed. */
const LATE_MS = 1_000;
/** A device that moves more often within one hold is rightly taken for several. */
const MOVES_MAX = 4;
/** So many peers all ask for one that falls silent; of more, not everybody does, or while this many speak in a second. */
const ALL_ASK_MAX = 10;
const CROWDED_PER_SECOND = 60;
/** Nobody promises to be back sooner. */
const HOLD_LEAST_MS = 3_000;
const SEQUENCE_MODULUS = 2 ** 24;

interface PeerFields extends Endpoint {
  readonly peer: string;
  readonly peers: number;
}

interface Summary {
  readonly joined: number;
  readonly renewed: number;
  readonly restarted: number;
  readonly left: number;
  readonly peers: number;
}

/** A datagram that is being handed over, and what is told of it. */
interface Delivery {
  readonly said: Said | undefined;
  readonly from: Endpoint;
  readonly told: LogLine[];
}

export class RosterChecker implements Checker {
  readonly #watched: Watched;
  readonly #fail: Fail;
  readonly #model: RosterModel;
  readonly #ownSaid = new OwnAnnouncements();
  readonly #frozenBy = new Set<'no beacon' | 'flood'>();
  readonly #own = new Set<string>();
  /** By device: when it moved, within the last hold. */
  readonly #moves = new Map<string, readonly number[]>();
  /** Names that the node knows to be borne by several devices, or wrongly takes for such with good reason. */
  readonly #several = new Set<string>();
  #delivery: Delivery | undefined;
  /** When announcements were heard, within the last second. */
  #heardAt: number[] = [];
  /** When lines on changes were written, within the last second. */
  #linesAt: number[] = [];
  /** What was not told since the last summary. */
  #untold = { joined: 0, renewed: 0, restarted: 0, left: 0, unsure: false };
  #peers = 0;
  #frozenAt = 0;
  #openedAt = 0;
  /** When there were last too many for everybody to ask. */
  #manyAt = Number.NEGATIVE_INFINITY;
  /** Nobody's hold passes before. */
  #lookAgainAt = 0;
  /** The latest thaw. */
  #thawedAt = Number.NEGATIVE_INFINITY;
  #isUp = false;
  #isStopping = false;
  /** The beacon has refused what was over its budget. */
  #isRefusing = false;
  /** False once nobody can tell from outside who is still listed. */
  #isExact = true;
  /** Until when somebody may be listed who was never told, and the longest hold of those. */
  #unsureUntil = 0;
  #unsureHoldMs = 0;
  /** Whether the roster was about to be lost at this instant. */
  #massLoss = { at: Number.NaN, is: false };

  constructor(watched: Watched, fail: Fail) {
    this.#watched = watched;
    this.#fail = fail;
    this.#model = new RosterModel(watched.sealed, watched.holdMs);
  }

  /** Of all friends listed. */
  get endpoints(): readonly Endpoint[] {
    return this.#model.all.filter(({ friend }) => friend);
  }

  knows(endpoint: Endpoint): boolean {
    return this.endpoints.some((each) => text(each) === text(endpoint));
  }

  /** How many there are, as the node says. */
  get peers(): number {
    return this.#peers;
  }

  see(observation: Observation): void {
    this.#letHoldsPass();
    if (observation.saw === 'opened') this.#opened(observation.local);
    if (observation.saw === 'closed') this.#isUp = false;
    if (observation.saw === 'stopping') this.#isStopping = true;
    if (observation.saw === 'second') this.#judgeStale();
    if (observation.saw === 'send' && !observation.to) this.#announced(observation.payload);
    if (observation.saw === 'delivery' && !observation.echo)
      this.#begin(observation.payload, observation.from);
    if (observation.saw === 'line') this.#judge(observation.line);
    if (observation.saw === 'delivered') this.#end();
  }

  #opened(local: Endpoint): void {
    this.#own.add(text(local));
    this.#openedAt = this.#watched.now();
  }

  #begin(payload: Uint8Array, from: Endpoint): void {
    this.#delivery = { said: this.#watched.understands(payload), from, told: [] };
  }

  #judge(line: LogLine): void {
    const { event, fields } = line;
    if (event === 'beacon.up' || event === 'beacon.reopened') this.#up(event);
    if (event === 'beacon.down' || event === 'beacon.blocked') this.#freeze('no beacon');
    if (event === 'flood.began') this.#freeze('flood');
    if (event === 'flood.ended') this.#thaw('flood');
    if (event === 'datagram.refused' && String(fields.reason).endsWith('-budget')) this.#isRefusing = true;
    if (event === 'peers.summarized') this.#summarized(fields as unknown as Summary);
    if (!event.startsWith('peer.')) return;
    if ('twin' in fields || event === 'peer.joined') this.#judgeTwin(fields);
    if (CHANGES.has(event)) this.#lineWritten();
    this.#delivery?.told.push(line);
    if (this.#delivery?.said?.frame === 'rich') return;
    this.#judgeClassic(event, fields);
    if ('peer' in fields) this.#judgeCount(event, Number(fields.peers));
  }

  #up(event: string): void {
    this.#isUp = true;
    if (event === 'beacon.up') this.#isRefusing = false;
    this.#thaw('no beacon');
  }

  #judgeTwin({ peer, twin }: LogLine['fields']): void {
    const isRich = this.#delivery?.said?.frame === 'rich';
    const ownName = isRich ? this.#watched.name : inAscii(this.#watched.name);
    if ((twin === true) !== (peer === ownName)) this.#fail(`${peer} is wrongly told (no) twin`);
  }

  #judgeClassic(event: string, fields: LogLine['fields']): void {
    const peer = fields as unknown as PeerFields;
    if (event === 'peer.joined') this.#joined(peer);
    if (event === 'peer.renewed')
      this.#renewed(peer, { address: String(fields.previousAddress), port: Number(fields.previousPort) });
    if (event === 'peer.left') this.#left(peer, fields.reason);
    if (event === 'peer.heard') this.#heard(peer);
  }

  // Those who speak the rich frame.

  #end(): void {
    const delivery = this.#delivery;
    this.#delivery = undefined;
    if (!delivery?.said) return;
    const { said, told, from } = delivery;
    if (told.length === 0 && this.#isRefusing) this.#model.mayHaveSpoken(from.address, this.#watched.now());
    if (this.#mayBeGone(said)) this.#doubtDevice(said);
    if (told.some(({ event }) => event === 'peer.heard' || event === 'peer.asked')) this.#noteHeard();
    if (said.frame === 'rich' && !this.#isRefused(said, told)) this.#endRich(said, delivery);
    if (told.length > 0 && this.#own.has(text(delivery.from))) this.#fail('our own echo is taken for a peer');
  }

  /** Who says goodbye is not said to be heard, so that it may be gone untold. */
  #isRefused(said: RichSaid, told: readonly LogLine[]): boolean {
    if (told.length > 0) return false;
    if (!this.#isUp) return true;
    if (this.#isRefusing && said.leaving && this.#isSumming) this.#isExact = false;
    if (this.#isRefusing && this.#watched.sealed) this.#mayBeListed(said);
    return this.#isRefusing;
  }

  /** Of whoever has proven nothing, nothing is told, whether it is listed or was refused. */
  #mayBeListed({ holdMs }: RichSaid): void {
    this.#isExact = false;
    this.#unsureHoldMs = Math.max(this.#unsureHoldMs, holdMs);
    // It may be given a second hold.
    this.#unsureUntil = Math.max(this.#unsureUntil, this.#watched.now() + 2 * holdMs + LATE_MS);
  }

  #endRich(said: RichSaid, { from, told }: Delivery): void {
    const now = this.#watched.now();
    const kinds = told
      .map(({ event }) => event.slice('peer.'.length))
      .filter((kind) => kind !== 'asked' && kind !== 'replayed');
    const before = this.#model.getRich(said);
    const sequenceBefore = before?.rich?.sequence ?? -1;
    const [previousName, previous] = [before?.name ?? inAscii(said.name), before ? text(before) : text(from)];
    if (this.#isExact && !before && this.#mayDisplace(from)) this.#isExact = false;
    if (!this.#isExact) this.#believe(said, told, now);
    const proof = this.#ownSaid.proofIn(said, now);
    const [isSumming, goneAt] = [this.#isSumming, this.#goneAt];
    const isExact = this.#isExact;
    const expected = this.#model.hear({ said, from, proof, told: kinds, isSumming, isExact, goneAt, now });
    const renewed = told.find(({ event }) => event === 'peer.renewed')?.fields;
    if (renewed && this.#isExact && renewedFrom(renewed) !== `${previousName} ${previous}`)
      this.#fail(`${said.name} was ${previousName} at ${previous}, and not ${renewedFrom(renewed)}`);
    if (this.#isExact) this.#compare(said, kinds, expected);
    else this.#untold.unsure = true;
    const isOldNews = before?.rich !== undefined && said.sequence <= sequenceBefore;
    const isIgnored = told.length === 0 && (expected.length === 0 || !isExact);
    this.#judgeAsked(said, told, isOldNews || isIgnored);
    const joined = told.find(({ event }) => event === 'peer.joined')?.fields;
    if (joined && this.#isExact) this.#judgeClone(said, joined.clone === true);
    const count = told.findLast(({ fields }) => 'peers' in fields)?.fields.peers;
    if (typeof count === 'number') this.#judgeCount('an announcement', count);
    else if (expected.includes('left')) this.#peers--;
  }

  /** Nobody can tell from outside who is listed, so the node's word decides. */
  #believe(said: RichSaid, told: readonly LogLine[], now: number): void {
    const before = this.#model.getRich(said);
    const joined = told.find(({ event }) => event === 'peer.joined');
    // It had been displaced, about which nothing is said, and is met anew.
    if (before && joined) this.#model.remove(before, now);
    else if (before) this.#model.doubt(before);
    if (!joined || said.id === this.#watched.id) return;
    if (joined.fields.clone === true) this.#model.share(said.id);
    else this.#model.removeBearers(said.id, now);
  }

  /** It, or another of its device, may have left untold, and may be here once more. */
  #mayBeGone(said: Said): boolean {
    const now = this.#watched.now();
    const isSumming = this.#isSumming;
    // Whoever never proved anything always leaves untold.
    if (this.#frozenBy.size > 0 || (!isSumming && !this.#watched.sealed)) return false;
    const isOfItsDevice = ({ name, rich }: Listed) =>
      name === said.name || inAscii(name) === said.name || (said.frame === 'rich' && rich?.id === said.id);
    return this.#model.all.some(
      (each) => each.deadline <= now && (isSumming || !each.friend) && isOfItsDevice(each),
    );
  }

  #doubtDevice(said: Said): void {
    this.#isExact = false;
    if (said.frame === 'rich') this.#model.doubtBearers(said.id);
  }

  #judgeClone(said: RichSaid, told: boolean): void {
    const rich = this.#model.getRich(said)?.rich;
    const isOwn = said.id === this.#watched.id;
    // It may have been forgotten, and with it that it is one of several; now it is known which.
    if (rich?.perhapsGone && !isOwn) rich.shared = told;
    if (rich) rich.perhapsGone = false;
    if (told !== (isOwn || rich?.shared === true)) this.#fail(`${said.name} is wrongly told (no) clone`);
  }

  /** All is told that was expected, except what a summary is going to tell. */
  #compare(said: RichSaid, told: readonly string[], expected: readonly string[]): void {
    const left = [...told];
    for (const kind of expected) {
      if (left[0] === kind) left.shift();
      else if (kind === 'heard' || !this.#isSumming) left.push('?');
      else if (kind === 'joined' || kind === 'renewed' || kind === 'restarted' || kind === 'left')
        this.#untold[kind]++;
    }
    if (left.length > 0)
      this.#fail(
        `told of ${said.name} (${said.id}/${said.boot} #${said.sequence}): ${told}, instead of: ${expected}`,
      );
  }

  /** Whoever is asked for tells so. */
  #judgeAsked(said: RichSaid, told: readonly LogLine[], isOldNews: boolean): void {
    const { boot } = this.#ownSaid;
    if (boot === undefined || said.leaving || isOldNews) return;
    const isAsked = said.asks && listingIn(said, boot) === 'missing';
    if (isAsked !== told.some(({ event }) => event === 'peer.asked'))
      this.#fail(`${said.name} does ${isAsked ? '' : 'not '}ask for us, and the opposite is told`);
  }

  #mayDisplace(from: Endpoint): boolean {
    if (this.#model.size >= PEERS_MAX) return true;
    return this.#model.from(from.address) >= ADDRESS_PEERS_MAX;
  }

  // What we say of them.

  #announced(payload: Uint8Array): void {
    const said = this.#watched.understands(payload);
    const now = this.#watched.now();
    if (said?.frame === 'classic') return this.#judgeNeedOfClassic();
    if (said?.frame !== 'rich') return this.#fail('announces what nobody understands');
    this.#ownSaid.add(said, now);
    if (this.#model.size > ALL_ASK_MAX) this.#manyAt = now;
    const rich = this.#model.all.filter((each) => each.rich);
    const doubted = rich.filter((each) => each.friend && now >= doubtedAt(each));
    if (said.asks) for (const { rich: each } of doubted) if (each) each.askedFor = true;
    // Whoever is just due may have gone, or have been given a second hold; during a flood also whoever was due long ago.
    if (
      !this.#isExact ||
      this.#isSumming ||
      rich.some(({ deadline, graceUntil, stale }) => now >= deadline || now < graceUntil || stale) ||
      rich.some(({ deadline }) => deadline === Number.POSITIVE_INFINITY)
    )
      return;
    if (said.peers !== rich.length - doubted.length)
      this.#fail(`says it hears ${said.peers}, where it is ${rich.length} without ${doubted.length}`);
    this.#judgeList(said, rich, doubted);
  }

  #judgeNeedOfClassic(): void {
    if (this.#isExact && this.#model.all.every(({ rich }) => rich))
      this.#fail('the classic frame is said to nobody');
  }

  #judgeList(said: RichSaid, rich: readonly Listed[], doubted: readonly Listed[]): void {
    const listed = new Set<string>();
    for (const { boot, sequence } of [...said.heard, ...said.fresh]) {
      const peer = rich.find((each) => each.rich?.boot.startsWith(boot));
      if (!peer || doubted.includes(peer)) this.#fail(`lists ${boot}, whom it does not hear`);
      else if ((peer.rich?.sequence ?? 0) % SEQUENCE_MODULUS !== sequence)
        this.#fail(`lists ${peer.name} with ${sequence}, where it has heard ${peer.rich?.sequence}`);
      if (listed.has(boot)) this.#fail(`lists ${boot} twice`);
      listed.add(boot);
    }
    const room = said.heard.length + said.fresh.length;
    if (room < Math.min(said.peers, 60)) this.#fail(`lists ${room} of ${said.peers}`);
  }

  // Those who speak only the classic frame.

  #joined(peer: PeerFields): void {
    this.#judgeAppearance(peer);
    this.#judgeDouble(peer);
    if (this.#isExact && this.#mayDisplace(peer)) this.#isExact = false;
    this.#model.addClassic(peer.peer, peer, this.#watched.now(), this.#watched.holdMs);
    this.#peers = Math.min(PEERS_MAX, this.#peers + 1);
  }

  /** Nobody is listed twice, unless the node cannot know any better. */
  #judgeDouble(peer: PeerFields): void {
    const namesakes = this.#model.all.filter(({ name, rich }) => name === peer.peer && !rich);
    if (namesakes.length === 0) this.#several.delete(peer.peer);
    const device = this.#watched.deviceAt(peer);
    if (!this.#isExact || device === undefined || this.#several.has(peer.peer)) return;
    if (namesakes.length > 0) this.#several.add(peer.peer);
    if (this.#watched.devicesNamed(peer.peer) > 1 || this.#isRoving(device)) return;
    const before = namesakes.find((each) => this.#watched.deviceAt(each) === device);
    if (before) this.#fail(`${device} joined as ${text(peer)} though it is listed as ${text(before)}`);
  }

  #renewed(peer: PeerFields, previous: Endpoint): void {
    this.#judgeAppearance(peer);
    this.#noteMove(peer);
    if (this.#watched.isOvertaken(peer)) this.#several.add(peer.peer);
    const before = this.#model.get(peer.peer, previous);
    if (before) this.#model.remove(before, this.#watched.now());
    else if (this.#isExact) this.#fail(`${peer.peer} moved from ${text(previous)}, where nobody was`);
    this.#model.addClassic(peer.peer, peer, this.#watched.now(), this.#watched.holdMs);
  }

  /** In silence. */
  #left(peer: PeerFields, reason: unknown): void {
    this.#peers--;
    const now = this.#watched.now();
    const listed = this.#model.find(peer.peer, peer);
    if (reason !== 'silent') this.#fail(`${peer.peer} left, ${reason}, though it said nothing`);
    if (this.#frozenBy.size > 0) this.#fail(`${peer.peer} left while we could not listen`);
    if (!listed && this.#isExact) this.#fail(`${peer.peer} at ${text(peer)} left and was not here`);
    if (!listed) return;
    if (this.#isExact && listed.deadline > now + 1e-3 && listed.graceUntil < now)
      this.#fail(`${peer.peer} left ${listed.deadline - now} ms too early`);
    const mayLeave = listed.stale || listed.perhapsStale || listed.graceUntil >= now;
    if (this.#isExact && listed.withMost && !mayLeave && this.#isMassLoss(now))
      this.#fail(`${peer.peer} left with most others, though it may be us who are cut off`);
    this.#judgeDoubt(listed, now);
    this.#model.remove(listed, now);
  }

  /** Nobody leaves in silence who was not asked for. */
  #judgeDoubt(listed: Listed, now: number): void {
    const { rich, name } = listed;
    if (!rich || rich.askedFor || !this.#isExact) return;
    // The hello after opening the sockets asks for it as well, unless it came before the doubt.
    const isExcused = now - this.#manyAt < listed.holdMs || this.#openedAt > now - 2 * listed.holdMs;
    if (!isExcused && this.#heardAt.length < CROWDED_PER_SECOND / 2)
      this.#fail(`${name} left and was not asked for`);
  }

  #heard(peer: PeerFields): void {
    const now = this.#watched.now();
    if (!this.#model.get(peer.peer, peer)) {
      if (this.#isSumming) this.#appeared(peer, now);
      else if (this.#isExact) this.#fail(`${peer.peer} at ${text(peer)} is heard and not listed`);
    }
    const listed = this.#model.get(peer.peer, peer);
    if (listed && !this.#isExact) this.#model.doubt(listed);
    if (listed) this.#model.hearAgain(listed, now, this.#goneAt);
  }

  /** Joined or moved, while lines are missing. */
  #appeared(peer: PeerFields, now: number): void {
    this.#untold.unsure = true;
    if (this.#model.all.some(({ name }) => name === peer.peer)) this.#isExact = false;
    if (this.#mayDisplace(peer)) this.#isExact = false;
    this.#noteMove(peer);
    this.#model.addClassic(peer.peer, peer, now, this.#watched.holdMs);
  }

  // Everybody.

  #summarized(summary: Summary): void {
    const { joined, renewed, restarted, left, peers } = summary;
    const { unsure, ...untold } = this.#untold;
    this.#untold = { joined: 0, renewed: 0, restarted: 0, left: 0, unsure: false };
    if (joined + renewed + restarted + left === 0) this.#fail('a summary of nothing');
    const now = this.#watched.now();
    const mayStay = this.#model.all.some(({ deadline, graceUntil }) => deadline <= now && graceUntil > now);
    if (this.#model.size >= PEERS_MAX || mayStay) this.#isExact = false;
    const gone = this.#model.friends - peers;
    if (this.#isExact && !this.#model.shrinkTo(peers, now, this.#thawedAt, this.#reprieve))
      this.#fail(`the summary says ${peers} peers, where ${this.#model.friends} should be`);
    const isCounted =
      joined === untold.joined && renewed === untold.renewed && restarted === untold.restarted;
    if (this.#isExact && !unsure && (!isCounted || left !== untold.left + Math.max(0, gone)))
      this.#fail(`the summary tells ${JSON.stringify(summary)}, and untold were ${JSON.stringify(untold)}`);
    this.#peers = peers;
  }

  #judgeAppearance(peer: PeerFields): void {
    if (this.#isExact && this.#model.get(peer.peer, peer))
      this.#fail(`${peer.peer} at ${text(peer)} appeared twice`);
  }

  #judgeCount(event: string, said: number): void {
    if (said > PEERS_MAX) this.#fail(`${said} peers are more than a roster may hold`);
    const counted = this.#isExact ? this.#model.friends : this.#peers;
    this.#peers = said;
    if (said === counted || this.#isSumming || !this.#isExact) return;
    this.#fail(`${event} says ${said} peers, where ${counted} should be`);
  }

  /** Whose hold has passed leaves, unless most others are about to go with it: then it has a second one. */
  #letHoldsPass(): void {
    const now = this.#watched.now();
    if (this.#frozenBy.size > 0 || now < this.#lookAgainAt) return;
    this.#lookAgainAt = now + HOLD_LEAST_MS;
    const due = this.#model.all.filter(({ deadline, stale }) => deadline <= now && !stale);
    for (const listed of due.sort((one, other) => one.deadline - other.deadline))
      this.#letHoldPass(listed, now);
    for (const { deadline, graceUntil } of this.#model.all)
      for (const nextAt of [deadline, deadline + SLACK_MS, graceUntil])
        if (nextAt > now) this.#lookAgainAt = Math.min(this.#lookAgainAt, nextAt);
  }

  #letHoldPass(listed: Listed, now: number): void {
    this.#model.mayBeStale(listed, now);
    listed.withMost ??= this.#model.isMassLoss(listed.deadline);
    if (now < listed.deadline + SLACK_MS) return;
    const isStill = this.#model.isMassLoss(listed.deadline + SLACK_MS);
    const isPerhaps = this.#model.isMassLoss(listed.deadline, true);
    if (listed.withMost !== isStill || listed.withMost !== isPerhaps)
      listed.graceUntil = Math.max(listed.graceUntil, listed.deadline + listed.holdMs);
    if (!listed.withMost || !isStill || listed.perhapsStale) return;
    listed.stale = true;
    listed.deadline += listed.holdMs;
  }

  /** The same for all who leave at one instant. */
  #isMassLoss(now: number): boolean {
    if (this.#massLoss.at !== now) this.#massLoss = { at: now, is: this.#model.isMassLoss(now) };
    return this.#massLoss.is;
  }

  #judgeStale(): void {
    if (this.#frozenBy.size > 0 || this.#isSumming || this.#isStopping) return;
    const now = this.#watched.now();
    const stale = this.#model.all.filter(
      ({ deadline, graceUntil, holdMs, stale: isSecond }) =>
        // Whoever else was missed and is heard again gives it one more.
        now > Math.max(deadline, graceUntil) + LATE_MS + (isSecond ? holdMs : 0),
    );
    if (!this.#isExact) return this.#forget(stale);
    // Whoever never proved anything leaves untold.
    for (const each of stale)
      if (!each.friend) this.#model.remove(each, now);
      else this.#fail(`${each.name} should have left ${now - each.deadline} ms ago`);
  }

  /** The model lists everybody who is listed, and possibly more: when the counts agree, it is exact again. */
  #forget(stale: readonly Listed[]): void {
    for (const each of stale) this.#model.remove(each, this.#watched.now());
    this.#isExact = this.#model.friends === this.#peers && this.#watched.now() > this.#unsureUntil;
    if (this.#isExact) this.#model.becomeExact();
  }

  #freeze(reason: 'no beacon' | 'flood'): void {
    if (this.#frozenBy.size === 0) this.#frozenAt = this.#watched.now();
    this.#frozenBy.add(reason);
  }

  #thaw(reason: 'no beacon' | 'flood'): void {
    const goneAt = this.#goneAt;
    if (!this.#frozenBy.delete(reason) || this.#frozenBy.size > 0) return;
    this.#thawedAt = this.#watched.now();
    // Whoever never proved anything may have left untold, in this freeze or in one before.
    const mayBeGoneAt = this.#frozenAt + SLACK_MS;
    const unproven = this.#model.all.filter(
      ({ friend, deadline, graceUntil }) =>
        !friend && (deadline <= mayBeGoneAt || graceUntil > this.#frozenAt),
    );
    if (this.#unsureUntil > this.#frozenAt)
      this.#unsureUntil = Math.max(this.#unsureUntil, this.#thawedAt + this.#unsureHoldMs + LATE_MS);
    this.#model.thaw(this.#thawedAt, goneAt);
    // Who was due just before the freeze has left, or its timer was late, and it was thawed as well.
    for (const each of this.#model.all)
      if (each.deadline <= goneAt && each.deadline > goneAt - SLACK_MS)
        each.graceUntil = this.#thawedAt + each.holdMs;
    for (const each of unproven) each.graceUntil = this.#thawedAt + each.holdMs;
  }

  /** Whoever was due before may have left, and a summary is going to tell it. */
  get #goneAt(): number {
    if (!this.#isSumming) return Number.NEGATIVE_INFINITY;
    return this.#frozenBy.size > 0 ? this.#frozenAt : this.#watched.now() - SLACK_MS;
  }

  /** Until when a peer has whose hold has passed and who did not leave. */
  get #reprieve(): number {
    return this.#frozenBy.size > 0 ? Number.POSITIVE_INFINITY : this.#thawedAt + this.#watched.holdMs;
  }

  #noteHeard(): void {
    const now = this.#watched.now();
    this.#heardAt = [...this.#heardAt.filter((at) => now - at < 1_000), now];
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

/** Those that share a second's ten lines. */
const CHANGES = new Set([
  'peer.joined',
  'peer.renewed',
  'peer.restarted',
  'peer.left',
  'peer.two-way',
  'peer.one-way',
]);

function renewedFrom({ previousName, previousAddress, previousPort }: LogLine['fields']): string {
  return `${previousName} ${previousAddress}:${previousPort}`;
}

function text({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
