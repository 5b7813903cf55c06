/**
 * Asks for the Wi-Fi network's name and signal: shortly after an address comes, then rarely. Asking makes NetworkManager
 * scan, which takes the radio off its channel, and multicast that comes meanwhile is lost.
 */
import type { UsableAddress } from '../address/addresses.ts';
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import { asError } from '../system/errors.ts';
import type { Clock, Timer, Wifi } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { printable } from './printable.ts';

/** NetworkManager tells nothing before it has finished its own configuration; addresses that follow closely are one. */
const AFTER_ADDRESS_MS = 2_000;
const EVERY_MS = 300_000;

export interface WifiSamplerOptions {
  readonly clock: Clock;
  readonly wifi: Wifi;
  readonly onEvent: (event: NodeEvent) => void;
}

export class WifiSampler implements Child {
  readonly id = 'wifi-sampler';
  readonly #options: WifiSamplerOptions;
  #timer: Timer | undefined;
  #stopped = false;
  #interfaceName: string | undefined;
  #ssid: string | undefined;
  /** By message, of which there are a handful: each kind is told once. */
  readonly #faultsTold = new Set<string>();

  constructor(options: WifiSamplerOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.#stopped = true;
    this.#timer?.cancel();
  }

  /** The address in use from now on; undefined when there is none. */
  onAddress(address: UsableAddress | undefined): void {
    this.#timer?.cancel();
    this.#interfaceName = address?.wireless ? address.interface : undefined;
    if (address?.wireless) this.#askAfter(AFTER_ADDRESS_MS, address.interface);
  }

  /** Re-activates the connection in use. */
  reconnect(): void {
    if (this.#interfaceName === undefined) return;
    this.#options.wifi.reconnect(this.#interfaceName).then(
      () => this.#options.onEvent({ event: 'wifi.reconnected' }),
      (error) => this.#options.onEvent({ event: 'wifi.not-reconnected', cause: asError(error) }),
    );
  }

  #askAfter(delayMs: number, interfaceName: string): void {
    this.#timer = this.#options.clock.after(delayMs, () => {
      void this.#ask(interfaceName);
      this.#askAfter(EVERY_MS, interfaceName);
    });
  }

  async #ask(interfaceName: string): Promise<void> {
    try {
      const connection = await this.#options.wifi.connection(interfaceName);
      // The answer may take seconds, and be of a network that is no longer in use.
      if (!connection || this.#stopped || interfaceName !== this.#interfaceName) return;
      const ssid = printable(connection.ssid);
      const event = ssid === this.#ssid ? 'wifi.sampled' : 'wifi.connected';
      this.#ssid = ssid;
      this.#options.onEvent({ event, ssid, signalDbm: connection.signalDbm });
    } catch (error) {
      const cause = asError(error);
      if (this.#stopped || this.#faultsTold.has(cause.message)) return;
      this.#faultsTold.add(cause.message);
      this.#options.onEvent({ event: 'wifi.unavailable', cause });
    }
  }
}
