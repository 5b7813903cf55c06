/**
 * All of a device that strangers can reach: what it hears without a key and with one, its rosters, its status page on a
 * real connection. It lives through inputs and says what must not have been.
 */
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { ClassicAnnouncement, Message, RichAnnouncement } from '../../src/datagram/announcement.ts';
import { encodeClassic } from '../../src/datagram/classic.ts';
import { fleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames, SEALED_PREFIX } from '../../src/datagram/frames.ts';
import { fromJson, heardRoom, type RichMessage, toJson } from '../../src/datagram/rich.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';
import { Hearing } from '../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../src/multicast/receive-budget.ts';
import { OwnSequence } from '../../src/roster/own-sequence.ts';
import { Roster } from '../../src/roster/roster.ts';
import type { RosterEvent } from '../../src/roster/roster-events.ts';
import { answerTo, type Views } from '../../src/status/http-routes.ts';
import { linuxHttp } from '../../src/system/linux/http-server.ts';
import { rich } from '../unit/announcements.ts';
import { corpus, type Input } from './input.ts';
import { OWN_BOOT } from './mutator.ts';

const INTERVAL_MS = 15_000;
const HOLD_MS = 35_000;
const LOOK_EVERY_MS = 1_000;
const PEERS_MAX = 1_024;
const ADDRESS_PEERS_MAX = 64;
const DATAGRAM_BYTES_MAX = 1_200;
/** No budget: a sender with patience stays below it. */
const UNLIMITED = 1e9;

/** Of the golden vectors, so that their frames open. */
const KEY = fleetKey('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=');
const ALSO = fleetKey('//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=');
const GENUINE = new Set(corpus().map(({ payload }) => payload.toString('latin1')));

/** Whatever stands between the wire and a reader of names. */
const UNCLEAN = /[/\p{C}\p{Zl}\p{Zp}]|^\s|\s$/u;
const NAME_BYTES_MAX = 63;
const TOKEN = /^[\w-]{11}$/;
const ENTRIES = /^([\w-]{9})*$/;
const FACT = /^[\w.+-]{1,32}$/;

const ANSWERED = /^(HTTP\/1\.1 (1\d\d|200|304|400|404|405|408|413|414|417|429|431|503) |$)/;
const ANSWER_BYTES_MAX = 1e6;
const HUNG_MS = 10_000;

const VIEWS: Views = {
  page: { gzipped: gzipSync('<!doctype html>'), etag: '"e"', contentSecurityPolicy: "default-src 'none'" },
  status: () => Buffer.from('{}'),
  metrics: () => Buffer.from('m 1\n'),
  health: () => ({ well: true, state: 'alone', text: 'Nobody else is here' }),
  events: () => ({
    stream: (reader) => {
      reader.send('data: {}\n\n');
      return () => {};
    },
  }),
};

/** A fault put in on purpose, to see whether it is found. */
export type Sabotage = (frames: Frames) => Frames;

export class Device {
  readonly #open: Ears;
  readonly #keyed: Ears;
  readonly #port: number;
  readonly #close: () => Promise<void>;
  #now = 0;
  #lookedAt = 0;
  #announcedAt = Number.NEGATIVE_INFINITY;
  #thrown: unknown;
  readonly #onThrown = (error: unknown) => {
    this.#thrown = error;
  };

  private constructor(sabotage: Sabotage, port: number, close: () => Promise<void>) {
    this.#open = new Ears(sabotage(plainFrames));
    this.#keyed = new Ears(sabotage(sealedFrames({ seal: KEY, also: ALSO })));
    this.#port = port;
    this.#close = close;
    process.on('uncaughtException', this.#onThrown);
  }

  static async start(sabotage: Sabotage = (frames) => frames): Promise<Device> {
    const port = await freePort();
    const desk = { answer: (request: Parameters<typeof answerTo>[0]) => answerTo(request, VIEWS) };
    const { close } = await linuxHttp.listen(port, { ...desk, onTurnedAway: () => {} });
    return new Device(sabotage, port, close);
  }

  async stop(): Promise<void> {
    await this.#close();
    process.off('uncaughtException', this.#onThrown);
  }

  /** Throws when something is not as it must be. Says in a few words what came of it; later, if it takes a connection. */
  take(input: Input): string | Promise<string> {
    const { door, payload, delay } = input;
    this.#now += delay < 200 ? delay : (delay - 199) * 500;
    this.#look();
    if (door === 'http') return this.#ask(payload);
    const from = { address: `10.0.0.${input.source}`, port: 40_000 + (input.source & 1) };
    if (door === 'plain') return this.#open.hear(payload, from, this.#now);
    if (door === 'unicast') return this.#open.hearUnicast(payload, from, this.#now);
    const frame = door === 'inside' ? sealed(payload) : payload;
    const isGenuine = door === 'inside' || GENUINE.has(payload.toString('latin1'));
    const told = this.#keyed.hear(frame, from, this.#now);
    must(isGenuine || this.#keyed.refusedLast, 'believes only what was sealed with its key');
    return told;
  }

  /** What a device does by itself now and then. */
  #look(): void {
    if (this.#now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = this.#now;
    const announces = this.#now - this.#announcedAt >= INTERVAL_MS;
    if (announces) this.#announcedAt = this.#now;
    for (const ears of [this.#open, this.#keyed]) ears.look(this.#now, announces);
  }

  async #ask(bytes: Buffer): Promise<string> {
    const socket = connect(this.#port, '127.0.0.1');
    let text = '';
    socket.on('data', (part) => {
      text += part.toString('latin1');
    });
    socket.on('error', () => {});
    socket.setTimeout(HUNG_MS, () => socket.destroy(new Error('hung')));
    socket.end(bytes);
    const [hung] = await Promise.race([once(socket, 'close'), once(socket, 'timeout').then(() => [true])]);
    if (this.#thrown) throw this.#thrown;
    must(hung !== true || socket.errored === null, 'lets go of a connection');
    must(ANSWERED.test(text), 'answers with a status there is, or not at all');
    must(text.length <= ANSWER_BYTES_MAX, 'answers shortly');
    return `http ${text.slice(9, 12)}`;
  }
}

/** One way to hear, and who was heard. */
class Ears {
  readonly #frames: Frames;
  readonly #hearing: Hearing;
  readonly #ownSequence = new OwnSequence();
  readonly #roster: Roster;
  refusedLast = false;

  constructor(frames: Frames) {
    this.#frames = frames;
    this.#hearing = new Hearing(frames, new ReceiveBudget(UNLIMITED, 0));
    this.#roster = new Roster({
      ownName: 'own',
      ownId: 'ffffffffffff',
      ownBoot: OWN_BOOT,
      ownSequence: this.#ownSequence,
      announceIntervalMs: INTERVAL_MS,
      holdMs: HOLD_MS,
      sealed: frames.sealed,
    });
  }

  hear(payload: Uint8Array, from: { address: string; port: number }, now: number): string {
    const heard = this.#hearing.hear(payload, from.address, now);
    this.refusedLast = typeof heard === 'string' && heard !== 'misplaced';
    if (typeof heard === 'string') return heard;
    mustBeClean(heard);
    mustSayTheSameAgain(heard);
    if (heard.frame === 'identify') return kindOf(heard);
    const events = this.#roster.heard(heard, from, now);
    must(this.#roster.size <= PEERS_MAX, `knows at most ${PEERS_MAX}`);
    return `${this.#frames.sealed} ${kindOf(heard)} ${told(events)}`;
  }

  hearUnicast(payload: Uint8Array, from: { address: string }, now: number): string {
    const heard = this.#hearing.hearUnicast(payload, from.address, now);
    if (typeof heard === 'string') return heard;
    mustBeClean(heard);
    mustSayTheSameAgain(heard);
    return kindOf(heard);
  }

  look(now: number, announces: boolean): void {
    this.#roster.expire(now);
    must((this.#roster.nextLook(now) ?? now + 1) > now, 'lets nobody stay beyond its time');
    must(this.#roster.claimedPeers <= PEERS_MAX, `believes in at most ${PEERS_MAX}`);
    const perAddress = new Map<string, number>();
    for (const { endpoint } of this.#roster)
      perAddress.set(endpoint.address, (perAddress.get(endpoint.address) ?? 0) + 1);
    must(Math.max(0, ...perAddress.values()) <= ADDRESS_PEERS_MAX, 'knows few of one address');
    if (announces) this.#announce(now);
  }

  #announce(now: number): void {
    const sequence = this.#ownSequence.take(HOLD_MS, now);
    const said: RichAnnouncement = { ...OWN, sequence, peers: this.#roster.size };
    const payload = this.#frames.encode({ ...said, ...this.#roster.heardList(heardRoom(said), now) });
    must(payload.length <= DATAGRAM_BYTES_MAX, 'says no more than fits into a datagram');
    must(typeof this.#frames.decode(payload) !== 'string', 'says what can be understood');
  }
}

const OWN = rich(0, { id: 'ffffffffffff', boot: OWN_BOOT, name: 'own', holdMs: HOLD_MS });

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it is not so that a device ${what}`);
}

function mustBeClean(said: Message): void {
  if ('name' in said) {
    must(!UNCLEAN.test(said.name), 'hears clean names');
    const bytes = Buffer.byteLength(said.name);
    must(bytes > 0 && bytes <= NAME_BYTES_MAX, 'hears names of a length');
  }
  if ('token' in said) must(TOKEN.test(said.token), 'hears tokens');
  if ('proof' in said && said.proof) must(TOKEN.test(said.proof.boot), 'hears boot tokens');
  if (said.frame !== 'rich') return;
  must(/^[\da-f]{12}$/.test(said.id) && TOKEN.test(said.boot), 'hears ids');
  must(ENTRIES.test(said.heard) && ENTRIES.test(said.fresh), 'hears lists');
  must(said.holdMs >= 3_000 && said.holdMs <= 7_205_000, 'bears silence for a while');
  must(FACT.test(said.facts.firmware ?? '-'), 'hears clean facts');
}

/** What was understood can be said, and is then understood as the same: nothing is lost, and nothing is made up. */
function mustSayTheSameAgain(said: Message): void {
  if (said.frame === 'classic') {
    const text = encodeClassic(said.name);
    const again = plainFrames.decode(text);
    must(typeof again === 'object' && again.frame === 'classic', 'understands what it says');
    must(
      Buffer.compare(encodeClassic((again as ClassicAnnouncement).name), text) === 0,
      'says the same again',
    );
    return;
  }
  const text = toJson(said);
  const again = fromJson(Buffer.from(text));
  must(typeof again === 'object' && toJson(again as RichMessage) === text, 'says the same again');
}

function kindOf(said: Message): string {
  if (said.frame !== 'rich') return said.frame;
  const { asks, leaving, fresh, heard, facts } = said;
  const given = Object.values(facts).map((fact) => (fact === undefined ? '-' : '+'));
  return `rich ${given.join('')} ${asks} ${leaving} ${fresh !== ''} ${heard !== ''}`;
}

function told(events: readonly RosterEvent[]): string {
  return [...new Set(events.map(({ event }) => event))].join(' ');
}

/** As somebody with the key can seal any bytes. A nonce used twice gives nothing away here. */
function sealed(text: Buffer): Buffer {
  const header = Buffer.concat([Buffer.from(SEALED_PREFIX), KEY.id]);
  const nonce = Buffer.alloc(12);
  const cipher = createCipheriv('chacha20-poly1305', KEY.seal, nonce, { authTagLength: 16 });
  cipher.setAAD(header, { plaintextLength: text.length });
  return Buffer.concat([header, nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}
