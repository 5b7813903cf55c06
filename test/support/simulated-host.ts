/**
 * A machine with network interfaces, as Linux shows them: an interface without a carrier keeps its address but hides it,
 * a flap shows only in a counter, and a recreated interface has another index. Whatever changes gives a hint, which says
 * only "look now" and may be late or lost.
 */
import type { InterfaceTable, NetworkInterface } from '../../src/system/system.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SocketPair } from './simulated-sockets.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface Port {
  readonly name: string;
  index: number;
  address: string | undefined;
  carrier: boolean;
  carrierChanges: number;
  readonly wireless: boolean;
}

/** From the kernel's event to the line of `ip monitor`: measured 3–5 ms, on a busy board more. */
const HINT_WITHIN_MS = 30;
const ID_CHARACTERS = 12;

export class SimulatedHost implements InterfaceTable {
  readonly name: string;
  /** As the machine has it: 12 hexadecimal digits. */
  readonly id: string;
  /** Which of the LAN's parts it is in; hosts in different parts do not hear each other. */
  part = 0;
  /** The kernel delivers nothing, not even echoes, and yet every call succeeds. */
  isDeaf = false;
  /** The switch has forgotten who wants multicast here, until somebody joins anew. */
  isForgotten = false;
  /** Why the kernel refuses new sockets at the moment. */
  refusal: string | undefined;
  hintLoss = 0;
  hintDelayMs = 0;
  readonly pairs = new Set<SocketPair>();
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #ports = new Map<string, Port>();
  readonly #watchers = new Set<() => void>();
  readonly #usedPorts = new Set<number>();
  #nextIndex = 2;

  constructor(name: string, clock: VirtualClock, random: SeededRandom) {
    this.name = name;
    this.id = random.token().split('').map(hexadecimal).join('').slice(0, ID_CHARACTERS);
    this.#clock = clock;
    this.#random = random;
  }

  /** A new UDP port for each socket that asks for any. */
  ephemeralPort(): number {
    for (;;) {
      const port = this.#random.whole(32_768, 60_999);
      if (this.#usedPorts.has(port)) continue;
      this.#usedPorts.add(port);
      return port;
    }
  }

  portWithAddress(address: string): Port | undefined {
    return [...this.#ports.values()].find((port) => port.address === address);
  }

  portWithIndex(index: number): Port | undefined {
    for (const port of this.#ports.values()) if (port.index === index) return port;
    return undefined;
  }

  /** Adds an interface, or makes it anew under another index. */
  plug(name: string, address: string | undefined, { wireless = true, carrier = true } = {}): void {
    const index = this.#nextIndex++;
    this.#ports.set(name, { name, index, address, carrier, carrierChanges: 1, wireless });
    this.#changed();
  }

  unplug(name: string): void {
    this.#ports.delete(name);
    this.#changed();
  }

  /** Nothing happens to an interface that is not there. */
  setAddress(name: string, address: string | undefined): void {
    const port = this.#ports.get(name);
    if (!port) return;
    port.address = address;
    this.#changed();
  }

  setCarrier(name: string, carrier: boolean): void {
    const port = this.#ports.get(name);
    if (!port || port.carrier === carrier) return;
    port.carrier = carrier;
    port.carrierChanges++;
    this.#changed();
  }

  /** Gives a hint although nothing may have changed, as the kernel does for many reasons. */
  hint(): void {
    this.#changed();
  }

  has(name: string): boolean {
    return this.#ports.has(name);
  }

  address(name = 'wlan0'): string | undefined {
    return this.#ports.get(name)?.address;
  }

  watch(hint: () => void): { close(): void } {
    this.#watchers.add(hint);
    return { close: () => this.#watchers.delete(hint) };
  }

  snapshot(): readonly NetworkInterface[] {
    const rows = [...this.#ports.values()].map(
      ({ name, index, address, carrier, carrierChanges, wireless }) => ({
        name,
        index,
        addresses: carrier && address ? [address] : [],
        running: carrier,
        carrierChanges,
        wireless,
        defaultRoute: carrier && address !== undefined,
      }),
    );
    return [LOOPBACK, ...rows];
  }

  #changed(): void {
    if (this.#random.chance(this.hintLoss)) return;
    const delayMs = this.#random.between(1, HINT_WITHIN_MS) + this.hintDelayMs * this.#random.fraction();
    this.#clock.after(delayMs, () => {
      for (const hint of [...this.#watchers]) hint();
    });
  }
}

function hexadecimal(character: string): string {
  return character.charCodeAt(0).toString(16);
}

const LOOPBACK: NetworkInterface = {
  name: 'lo',
  index: 1,
  addresses: ['127.0.0.1'],
  running: true,
  carrierChanges: 0,
  wireless: false,
  defaultRoute: false,
};
