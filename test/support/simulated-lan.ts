/**
 * A LAN of simulated hosts: multicast that is lost, doubled, delayed and overtaken for each receiver on its own, links
 * that fail in one direction, parts that do not hear each other; and within a host the kernel's loop-back, which brings a
 * datagram to every receiver on its interface whatever the radio does.
 */
import type { Endpoint } from '../../src/system/system.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SimulatedHost } from './simulated-host.ts';
import type { SocketPair } from './simulated-sockets.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The weather, the same for all receivers and decided anew for each datagram. */
export interface Weather {
  /** Probability that a datagram does not arrive; multicast over Wi-Fi loses 0.1 to 0.4. */
  readonly loss: number;
  /** Probability that it arrives twice. */
  readonly doubling: number;
  /** At most this much later than another; datagrams may overtake each other. 0: all hear it at one moment. */
  readonly delayMs: number;
}

const FAIR: Weather = { loss: 0, doubling: 0, delayMs: 2 };
/** From one socket to another on the same machine. */
const LOOP_MS = 0.05;
const UNICAST_MS = 2;
/** libuv reads so many datagrams before it looks at anything else. */
const READ_AT_ONCE = 32;

export interface Stranger {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
}

export class SimulatedLan {
  weather: Weather = FAIR;
  /** What the weather is when it is not worse. */
  #usual: Weather = FAIR;
  readonly hosts: SimulatedHost[] = [];
  /** The network carries nothing to groups, only from one device to another. */
  filtersMulticast = false;
  /** `from>to`, by host names: a radio that is heard but does not hear. */
  readonly #blocked = new Set<string>();
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;

  constructor(clock: VirtualClock, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
  }

  addHost(name: string): SimulatedHost {
    const host = new SimulatedHost(name, this.#clock, this.#random.fork());
    this.hosts.push(host);
    return host;
  }

  /** What is lost of everything from now on, and is lost again after worse. */
  set usualLoss(loss: number) {
    this.#usual = { ...FAIR, loss };
    this.weather = this.#usual;
  }

  /** The weather is as usual again. */
  calmDown(): void {
    this.weather = this.#usual;
  }

  /** Nothing on the LAN is the matter any more. */
  clearSky(): void {
    this.usualLoss = 0;
    this.filtersMulticast = false;
    this.#blocked.clear();
    for (const host of this.hosts) host.part = 0;
  }

  block(from: SimulatedHost, to: SimulatedHost): void {
    this.#blocked.add(`${from.name}>${to.name}`);
  }

  unblock(from: SimulatedHost, to: SimulatedHost): void {
    this.#blocked.delete(`${from.name}>${to.name}`);
  }

  transmit(sender: SocketPair, payload: Uint8Array, to?: Endpoint): void {
    if (to) return this.#transmitTo(to, sender, payload);
    const { host, local, interfaceIndex } = sender;
    for (const pair of host.pairs)
      if (pair.interfaceIndex === interfaceIndex) this.#arrive(pair, payload, local, LOOP_MS, true);
    if (!host.portWithIndex(interfaceIndex)?.carrier || this.filtersMulticast) return;
    const others = this.hosts.filter((other) => other !== host && this.#reaches(host, other));
    if (this.weather.delayMs === 0) return this.#crossAtOnce(others, payload, local);
    for (const other of others) for (const pair of other.pairs) this.#cross(pair, payload, local);
  }

  /** What devices say that are not simulated: everybody in reach of the LAN's main part hears it, all of it. */
  say(strangers: readonly Stranger[]): void {
    for (let start = 0; start < strangers.length; start += READ_AT_ONCE) {
      const batch = strangers.slice(start, start + READ_AT_ONCE);
      this.#clock.after(0, () => {
        for (const host of this.hosts)
          if (host.part === 0) for (const pair of host.pairs) hearAll(pair, batch);
      });
    }
  }

  /** Says `perSecond` datagrams a second for `forMs`, evenly. */
  flood(perSecond: number, forMs: number, stranger: (count: number) => Stranger): void {
    const until = this.#clock.now + forMs;
    let said = 0;
    const step = () => {
      const due = Math.floor(((this.#clock.now - (until - forMs)) / 1000) * perSecond);
      const batch: Stranger[] = [];
      for (; said < due; said++) batch.push(stranger(said));
      this.say(batch);
      if (this.#clock.now < until) this.#clock.after(10, step);
    };
    step();
  }

  /** Acknowledged and repeated by the radio, so it is never lost on the way. */
  #transmitTo({ address, port }: Endpoint, { host, local }: SocketPair, payload: Uint8Array): void {
    for (const other of this.hosts) {
      if (other !== host && !this.#reaches(host, other)) continue;
      for (const pair of other.pairs)
        if (pair.local.address === address && pair.local.port === port)
          this.#clock.after(UNICAST_MS, () => pair.deliverUnicast(payload, local));
    }
  }

  /** One moment for all receivers: much less to compute, for fleets of hundreds. */
  #crossAtOnce(others: readonly SimulatedHost[], payload: Uint8Array, from: Endpoint): void {
    const { loss } = this.weather;
    const pairs = others.flatMap((other) => [...other.pairs]).filter(() => !this.#random.chance(loss));
    this.#clock.after(LOOP_MS, () => {
      for (const pair of pairs) pair.deliver(payload, from, false);
    });
  }

  #reaches(from: SimulatedHost, to: SimulatedHost): boolean {
    if (from.part !== to.part) return false;
    return this.#blocked.size === 0 || !this.#blocked.has(`${from.name}>${to.name}`);
  }

  #cross(pair: SocketPair, payload: Uint8Array, from: Endpoint): void {
    const { loss, doubling, delayMs } = this.weather;
    const copies = this.#random.chance(loss) ? 0 : this.#random.chance(doubling) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++)
      this.#arrive(pair, payload, from, this.#random.between(0.3, 0.3 + delayMs), false);
  }

  #arrive(pair: SocketPair, payload: Uint8Array, from: Endpoint, delayMs: number, looped: boolean): void {
    this.#clock.after(delayMs, () => pair.deliver(payload, from, looped));
  }
}

function hearAll(pair: SocketPair, batch: readonly Stranger[]): void {
  for (const { payload, from } of batch) pair.deliver(payload, from, false);
}
