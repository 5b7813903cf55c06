/**
 * The pair of sockets on a simulated kernel, which refuses, lies and forgets as the real one was measured to do: a send
 * without a carrier is said to have succeeded, an address that is gone is ENETUNREACH, a recreated interface ENODEV, and
 * a receiver that was open when the carrier went hears nothing of others until it is closed and opened again, because
 * the kernel sends no IGMP report when the carrier returns.
 */
import type { DatagramHandler, DatagramNetwork, DatagramSocket, Endpoint } from '../../src/system/system.ts';
import type { Observation } from './observations.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a system call of this kind takes, at most. */
const CALL_MS = 3;

/** The process that owns a pair. */
export interface Owner {
  readonly device: string;
  readonly alive: boolean;
  see(observation: Observation): void;
}

export interface Kernel {
  readonly clock: VirtualClock;
  readonly host: SimulatedHost;
  readonly owner: Owner;
  /** A call takes a little while; how long is chance. */
  readonly callMs: (most: number) => number;
  /** To the group, or to one endpoint. */
  readonly transmit: (pair: SocketPair, payload: Uint8Array, to?: Endpoint) => void;
}

class SystemError extends Error {
  readonly code: string;
  constructor(call: string, code: string) {
    super(`${call} ${code}`);
    this.code = code;
  }
}

/** The datagram network as one process sees it. */
export function datagramNetwork(kernel: Kernel): DatagramNetwork {
  return {
    async open(_group, interfaceAddress, handler, wantedPort) {
      kernel.owner.see({ saw: 'opening', address: interfaceAddress });
      await kernel.clock.pause(kernel.callMs(CALL_MS));
      const port = kernel.host.portWithAddress(interfaceAddress);
      if (kernel.host.refusal) throw new SystemError('bind', kernel.host.refusal);
      if (!port) throw new SystemError('bind', 'EADDRNOTAVAIL');
      const local = { address: interfaceAddress, port: wantedPort ?? kernel.host.ephemeralPort() };
      const pair = new SocketPair(kernel, local, port.index, handler);
      kernel.owner.see({ saw: 'opened', local });
      return pair;
    },
  };
}

export class SocketPair implements DatagramSocket {
  readonly local: Endpoint;
  readonly interfaceIndex: number;
  readonly #kernel: Kernel;
  readonly #handler: DatagramHandler;
  /** The carrier changes that the open receiver has seen; undefined while it is shut. */
  #reportedAt: number | undefined;
  #closed = false;

  constructor(kernel: Kernel, local: Endpoint, interfaceIndex: number, handler: DatagramHandler) {
    this.#kernel = kernel;
    this.local = local;
    this.interfaceIndex = interfaceIndex;
    this.#handler = handler;
    this.#join();
    kernel.host.pairs.add(this);
  }

  get owner(): Owner {
    return this.#kernel.owner;
  }

  get host(): SimulatedHost {
    return this.#kernel.host;
  }

  async send(payload: Uint8Array, to?: Endpoint): Promise<void> {
    const code = this.#sendRefusal();
    this.#kernel.owner.see({ saw: 'send', payload, to, code });
    if (!code) this.#kernel.transmit(this, payload, to);
    await this.#kernel.clock.pause(this.#kernel.callMs(CALL_MS));
    if (code) throw new SystemError('send', code);
  }

  async listen(on: boolean): Promise<void> {
    if (this.#closed || on === (this.#reportedAt !== undefined)) return;
    if (!on) this.#reportedAt = undefined;
    await this.#kernel.clock.pause(this.#kernel.callMs(CALL_MS));
    if (this.#closed) return;
    if (on) this.#reopen();
    this.#kernel.owner.see({ saw: 'listening', on });
  }

  lost(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#reportedAt = undefined;
    await this.#kernel.clock.pause(this.#kernel.callMs(CALL_MS));
    this.#kernel.host.pairs.delete(this);
    this.#kernel.owner.see({ saw: 'closed' });
  }

  /** Whether a datagram would reach the process; `looped`: it comes from this host. */
  hears(looped: boolean): boolean {
    const { host, owner } = this.#kernel;
    if (this.#reportedAt === undefined || host.isDeaf || !owner.alive) return false;
    const port = host.portWithIndex(this.interfaceIndex);
    if (!port) return false;
    return looped || (port.carrier && port.carrierChanges === this.#reportedAt && !host.isForgotten);
  }

  /** To this endpoint and not to the group: it needs no membership, and an open sender is enough. */
  deliverUnicast(payload: Uint8Array, from: Endpoint): void {
    const { host, owner } = this.#kernel;
    const port = host.portWithIndex(this.interfaceIndex);
    if (this.#closed || host.isDeaf || !owner.alive || port?.address !== this.local.address) return;
    owner.see({ saw: 'unicast', payload, from });
    this.#handler.onUnicast(payload, from);
  }

  deliver(payload: Uint8Array, from: Endpoint, looped: boolean): void {
    if (!this.hears(looped)) return;
    const echo = from.port === this.local.port && from.address === this.local.address;
    this.#kernel.owner.see({ saw: 'delivery', payload, from, echo });
    this.#handler.onDatagram(payload, from, echo);
    this.#kernel.owner.see({ saw: 'delivered', payload, from, echo });
  }

  /** The kernel gives up on the socket. */
  break(code: string): void {
    if (!this.#closed) this.#handler.onError(new SystemError('recv', code));
  }

  #join(): void {
    this.#kernel.host.isForgotten = false;
    this.#reportedAt = this.#kernel.host.portWithIndex(this.interfaceIndex)?.carrierChanges;
  }

  #reopen(): void {
    const { host } = this.#kernel;
    if (host.refusal) throw new SystemError('bind', host.refusal);
    if (!host.portWithAddress(this.local.address)) throw new SystemError('addMembership', 'ENODEV');
    this.#join();
  }

  #sendRefusal(): string | undefined {
    if (this.#closed) return 'ERR_SOCKET_DGRAM_NOT_RUNNING';
    const port = this.#kernel.host.portWithIndex(this.interfaceIndex);
    if (!port) return 'ENODEV';
    return port.address === this.local.address ? undefined : 'ENETUNREACH';
  }
}
