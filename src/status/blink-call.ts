/**
 * Asks the devices of one name to blink: whom to tell what and when, and what has become of it. Pure.
 *
 * The call for the name goes to the group, again and again, because multicast over Wi-Fi gets lost; whoever bears the name
 * replies by unicast and says what proves that a request is no recording. A device that is heard announcing itself has
 * said that already, and is asked at once. Each device is told by unicast, in case it does not hear the group; when it
 * does not reply also by multicast, in case only that gets through to it.
 */
import type {
  Announcement,
  IdentifyOutcome,
  IdentifyReply,
  IdentifyRequest,
  RecentProof,
} from '../datagram/announcement.ts';
import { asciiName } from '../datagram/classic.ts';
import type { Endpoint } from '../system/system.ts';

/** From when there is a network. Longer than the 16.5 s that a small fleet leaves at most between two announcements. */
export const CALL_MS = 20_000;
const CALLS_AT_MS = [0, 500, 1_500, 3_000, 6_000, 10_000, 15_000];
/** After the first calls nobody new is to be expected: the others of the name have replied as well. */
const SETTLED_AFTER_MS = 3_300;
const TELL_EVERY_MS = 700;
const TELL_MAX = 5;
/** More of one name are no mistake any more but somebody's jest. */
const DEVICES_MAX = 256;

/** `classic`: it cannot be told; `asked`: no reply yet; `mute`: it was told and did not reply. */
export type Standing = Exclude<IdentifyOutcome, 'stale'> | 'classic' | 'asked' | 'mute';

export interface CalledDevice {
  /** Of its own, whatever address and name it shares with others. */
  readonly key: string;
  readonly address: string;
  readonly standing: Standing;
}

export interface Said {
  readonly message: IdentifyRequest;
  /** Undefined: to the group. */
  readonly to: Endpoint | undefined;
}

interface Device {
  endpoint: Endpoint;
  proof: RecentProof | undefined;
  standing: Standing;
  told: number;
  tellAt: number;
}

export class BlinkCall {
  readonly #name: string;
  readonly #token: string;
  readonly #startedAt: number;
  /** By boot token; a classic device by its endpoint. */
  readonly #devices = new Map<string, Device>();
  #calls = 0;
  #newsAt: number;

  /** `token`: of this call, never used before. */
  constructor(name: string, token: string, now: number) {
    this.#name = name;
    this.#token = token;
    this.#startedAt = now;
    this.#newsAt = now;
  }

  heard(said: Announcement, from: Endpoint, now: number): void {
    if (said.frame === 'classic') return this.#heardClassic(said.name, from, now);
    if (said.name !== this.#name || said.leaving) return;
    this.#devices.delete(endpointKey(from)); // It speaks the classic frame, too.
    this.#prove(said.boot, { boot: said.boot, sequence: said.sequence }, from, now);
  }

  replied({ token, outcome, proof }: IdentifyReply, from: Endpoint, now: number): void {
    if (token !== this.#token) return;
    this.#devices.delete(endpointKey(from));
    const device = this.#prove(proof.boot, proof, from, now);
    if (!device || device.standing === 'blinks') return;
    if (outcome !== 'stale') this.#settle(device, outcome, now);
    else if (device.told <= TELL_MAX) device.tellAt = now;
  }

  /** What is to be said now. */
  due(now: number): Said[] {
    return [...this.#dueCall(now), ...[...this.#devices.values()].flatMap((each) => this.#dueTo(each, now))];
  }

  /** When to look again. */
  get nextAt(): number {
    const tellAt = [...this.#devices.values()].flatMap(({ standing, tellAt: at }) =>
      standing === 'asked' ? at : [],
    );
    return Math.min(this.#callAt, this.#endsAt, ...tellAt);
  }

  isOver(now: number): boolean {
    return now >= this.#endsAt;
  }

  /** Those of the name, in the order in which they were heard. */
  get devices(): readonly CalledDevice[] {
    return [...this.#devices].map(([key, { endpoint, standing }]) => ({
      key,
      address: endpoint.address,
      standing,
    }));
  }

  get #endsAt(): number {
    const lastAt = this.#startedAt + CALL_MS;
    const devices = [...this.#devices.values()];
    if (devices.length === 0) return lastAt;
    if (devices.some(({ standing }) => standing === 'asked')) return lastAt + TELL_EVERY_MS * (TELL_MAX + 1);
    return Math.min(lastAt, this.#newsAt + SETTLED_AFTER_MS);
  }

  get #callAt(): number {
    const offset = CALLS_AT_MS[this.#calls];
    return offset === undefined ? Number.POSITIVE_INFINITY : this.#startedAt + offset;
  }

  #dueCall(now: number): Said[] {
    if (this.#callAt > now) return [];
    while (this.#callAt <= now) this.#calls++;
    return [{ message: this.#request(undefined), to: undefined }];
  }

  #dueTo(device: Device, now: number): Said[] {
    if (device.standing !== 'asked' || device.tellAt > now) return [];
    if (device.told >= TELL_MAX) {
      this.#settle(device, 'mute', now);
      return [];
    }
    device.told++;
    device.tellAt = now + TELL_EVERY_MS;
    const message = this.#request(device.proof);
    const byUnicast = { message, to: device.endpoint };
    return device.told === 1 ? [byUnicast] : [byUnicast, { message, to: undefined }];
  }

  #request(proof: RecentProof | undefined): IdentifyRequest {
    return { frame: 'identify', token: this.#token, name: this.#name, proof };
  }

  /** Whoever speaks only the classic frame can say its name only in ASCII. */
  #heardClassic(name: string, from: Endpoint, now: number): void {
    if (name !== asciiName(this.#name)) return;
    for (const { endpoint } of this.#devices.values())
      if (endpointKey(endpoint) === endpointKey(from)) return;
    this.#add(endpointKey(from), {
      endpoint: from,
      proof: undefined,
      standing: 'classic',
      told: 0,
      tellAt: now,
    });
    this.#newsAt = now;
  }

  #prove(boot: string, proof: RecentProof, endpoint: Endpoint, now: number): Device | undefined {
    const known = this.#devices.get(boot);
    if (!known) {
      this.#newsAt = now;
      return this.#add(boot, { endpoint, proof, standing: 'asked', told: 0, tellAt: now });
    }
    if (proof.sequence > (known.proof?.sequence ?? -1)) known.proof = proof;
    known.endpoint = endpoint;
    return known;
  }

  #add(key: string, device: Device): Device | undefined {
    if (this.#devices.size >= DEVICES_MAX) return undefined;
    this.#devices.set(key, device);
    return device;
  }

  #settle(device: Device, standing: Standing, now: number): void {
    if (device.standing !== standing) this.#newsAt = now;
    device.standing = standing;
  }
}

function endpointKey({ address, port }: Endpoint): string {
  return `${port} ${address}`;
}
