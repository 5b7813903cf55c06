/**
 * The pair of UDP sockets on the real kernel. What is done here, and in which order, was measured:
 *
 * - The receiver is bound to the group's address, so that it gets nothing but the group, and joins on the interface's
 *   address: without one the kernel would need a default route.
 * - The sender has its own socket, so that our echo can be told from a twin on the same host, and so that it goes on
 *   while the receiver is shut. IP_MULTICAST_IF is always set, for the same reason.
 * - The sender is not connected to the group, though that would spare us strangers' unicast: a connected socket takes
 *   ICMP errors for its own, and anybody can forge those.
 * - Never drop a membership with an address that is gone: the kernel would keep the group for ever. Closing is safe.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { LookupOneOptions } from 'node:dns';
import type { AddressInfo } from 'node:net';
import type {
  DatagramHandler,
  DatagramNetwork,
  DatagramSocket,
  Endpoint,
  MulticastGroup,
} from '../system.ts';
import { lostAt } from './lost-datagrams.ts';

/** What a network carries in one piece; nothing of a fleet is longer. */
const PACKET_BYTES = 1_500;
/** What one place of an array takes: 4 on the board, where the litter therefore weighs half as much as the datagram. */
const ARRAY_PLACE_BYTES = 8;

export const linuxDatagrams: DatagramNetwork = {
  async open(group, interfaceAddress, handler, wantedPort) {
    const sender = await openSenderAt(wantedPort, group, interfaceAddress, handler);
    const pair = new SocketPair(sender, group, interfaceAddress, handler);
    try {
      await pair.listen(true);
      return pair;
    } catch (error) {
      await pair.close();
      throw error;
    }
  },
};

class SocketPair implements DatagramSocket {
  readonly local: Endpoint;
  readonly #sender: Socket;
  readonly #group: MulticastGroup;
  readonly #interfaceAddress: string;
  readonly #handler: DatagramHandler;
  #receiver: Socket | undefined;
  #closed = false;
  /** One opening or closing at a time. */
  #last: Promise<void> = Promise.resolve();

  constructor(sender: Socket, group: MulticastGroup, interfaceAddress: string, handler: DatagramHandler) {
    const { address, port }: AddressInfo = sender.address();
    this.local = { address, port };
    this.#sender = sender;
    this.#group = group;
    this.#interfaceAddress = interfaceAddress;
    this.#handler = handler;
  }

  send(payload: Uint8Array, { port, address }: Endpoint = this.#group): Promise<void> {
    return new Promise((resolve, reject) => {
      // Without a callback Node swallows the error. On a closed socket send throws, which rejects as well.
      this.#sender.send(payload, port, address, (error) => (error ? reject(error) : resolve()));
    });
  }

  listen(on: boolean): Promise<void> {
    this.#last = this.#last.catch(() => {}).then(() => (on ? this.#openReceiver() : this.#closeReceiver()));
    return this.#last;
  }

  lost(): number {
    return lostAt(this.#group);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.listen(false), closed(this.#sender)]);
  }

  async #openReceiver(): Promise<void> {
    if (this.#receiver || this.#closed) return;
    const receiver = createSocket({ type: 'udp4', reuseAddr: true, lookup: noLookup });
    // Windows alone does not let a socket be bound to a group.
    const address = process.platform === 'win32' ? '0.0.0.0' : this.#group.address;
    await bound(receiver, address, this.#group.port);
    try {
      receiver.addMembership(this.#group.address, this.#interfaceAddress);
    } catch (error) {
      await closed(receiver);
      throw error;
    }
    receiver.on('error', (error) => this.#handler.onError(error));
    receiver.on('message', (payload, from) => {
      weighDown(payload);
      this.#handler.onDatagram(payload, from, this.#isEcho(from));
    });
    this.#receiver = receiver;
  }

  async #closeReceiver(): Promise<void> {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver) await closed(receiver);
  }

  #isEcho({ address, port }: RemoteInfo): boolean {
    return port === this.local.port && address === this.local.address;
  }
}

async function openSenderAt(
  wantedPort: number | undefined,
  ...options: readonly [MulticastGroup, string, DatagramHandler]
): Promise<Socket> {
  if (wantedPort === undefined) return openSender(...options, 0);
  return openSender(...options, wantedPort).catch(() => openSender(...options, 0));
}

async function openSender(
  { ttl }: MulticastGroup,
  interfaceAddress: string,
  handler: DatagramHandler,
  port: number,
): Promise<Socket> {
  const sender = createSocket({ type: 'udp4', lookup: noLookup });
  await bound(sender, interfaceAddress, port);
  try {
    sender.setMulticastInterface(interfaceAddress);
    sender.setMulticastTTL(ttl);
    sender.setMulticastLoopback(true);
  } catch (error) {
    await closed(sender);
    throw error;
  }
  sender.on('error', (error) => handler.onError(error));
  sender.on('message', (payload, from) => {
    weighDown(payload);
    handler.onUnicast(payload, from);
  });
  return sender;
}

/**
 * Makes the collector notice a long datagram. V8 collects when its own heap is full, and the bytes of a datagram are not in
 * there: 1,300 of 8 kB each were seen waiting to be collected, and the C library kept their 10 MB for good. So each that is
 * longer than a packet leaves an array of its size in the heap, which nobody uses.
 */
function weighDown({ length }: Uint8Array): void {
  if (length > PACKET_BYTES) new Array(Math.ceil(length / ARRAY_PLACE_BYTES)).fill(0);
}

/** All our addresses are numbers. Without this Node would load its resolver, which costs the board time and memory. */
function noLookup(
  address: string,
  _options: LookupOneOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, address, 4);
}

/** Binds, or closes the socket and rejects with the system's error. */
function bound(socket: Socket, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address, port }, () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}
