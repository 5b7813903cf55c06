/** One receiver in a process of its own: waits for what the sender says, and tells what hearing it has cost this process. */
import { createSocket, type Socket } from 'node:dgram';
import multicastDns from 'multicast-dns';
import Discover from 'node-discover';
import { app } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { fleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames } from '../../src/datagram/frames.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';
import { linuxClock } from '../../src/system/linux/clock.ts';
import { linuxDatagrams } from '../../src/system/linux/datagrams.ts';
import { v8Heap } from '../../src/system/linux/heap.ts';
import { linuxRandom } from '../../src/system/linux/random.ts';
import type { DatagramNetwork, System } from '../../src/system/system.ts';
import { BENCH_BOOT, BENCH_GROUP, BENCH_KEY, type Kind } from './settings.ts';

const [, , kind, portText] = process.argv;
const port = Number(portText);

let expected = 0;
let before = process.cpuUsage();

/** Counts a datagram; after the last one tells what all of them have cost. */
function heardOne(): void {
  if (--expected === 0) setImmediate(tellCost);
}

function tellCost(): void {
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMicroseconds: user + system });
}

process.on('message', (order: { expect: number }) => {
  expected = order.expect;
  process.send?.('listening');
  before = process.cpuUsage();
});

/** The limit: nothing is done with a datagram but counting it. */
function listenBare(): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind({ address: BENCH_GROUP, port }, () => {
    join(socket);
    socket.on('message', heardOne);
  });
}

/** Has a response decoded and handed on; it keeps no list of who is there. */
function listenMulticastDns(): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const mdns = multicastDns({ socket, port, bind: BENCH_GROUP, multicast: false });
  mdns.on('ready', () => join(socket));
  mdns.on('response', heardOne);
}

/** Keeps a list of nodes, as we do. */
function listenNodeDiscover(): void {
  const options = { address: BENCH_GROUP, port, multicast: BENCH_GROUP, client: true, nodeTimeout: 60_000 };
  const discover = new Discover(options, () => join(discover.broadcast.socket));
  discover.on('helloReceived', heardOne);
}

function join(socket: Socket): void {
  socket.addMembership(BENCH_GROUP, '127.0.0.1');
}

/**
 * The whole node as it runs on a device, with a log that is not read and no LED; it is told that loopback is its LAN. It
 * speaks so rarely that those who list its hello prove to the end of the bench that they hear it.
 */
function listenOurs(frames: Frames): void {
  const { config } = readConfig({
    MULTICAST_GROUP: BENCH_GROUP,
    MULTICAST_PORT: portText,
    ANNOUNCE_INTERVAL_S: '3600',
    HTTP_PORT: '0',
  });
  const counting: DatagramNetwork = {
    open: (group, address, handler) =>
      linuxDatagrams.open(group, address, {
        onDatagram: (payload, from, echo) => {
          handler.onDatagram(payload, from, echo);
          if (!echo) heardOne();
        },
        onUnicast: (payload, from) => handler.onUnicast(payload, from),
        onError: (error) => handler.onError(error),
      }),
  };
  const loopback = {
    name: 'lan0',
    index: 1,
    addresses: ['127.0.0.1'],
    running: true,
    carrierChanges: 0,
    wireless: false,
    defaultRoute: true,
  };
  const never = new Promise<never>(() => {});
  const system = {
    clock: linuxClock,
    random: { fraction: linuxRandom.fraction, token: () => BENCH_BOOT },
    datagrams: counting,
    interfaces: { snapshot: () => [loopback], watch: () => ({ close: () => {} }) },
    led: { id: 'none', open: async () => {}, set: () => {}, close: () => {} },
    log: { writes: () => false, write: () => {} },
    wifi: { connection: () => never, reconnect: () => never },
    vitals: { model: () => never, sample: () => never },
    heartbeat: { beat: () => {} },
    heap: v8Heap,
  } as unknown as System;
  const unlimited = { ...config, receiveBudget: 1e12 };
  void app(system, unlimited, { name: 'receiver', id: 'bebebebebebe', version: '0.0.0', frames }).run(
    new AbortController().signal,
  );
}

const sealing = sealedFrames({ seal: fleetKey(BENCH_KEY), also: undefined });
const listen: Readonly<Record<Kind, () => void>> = {
  bare: listenBare,
  plain: () => listenOurs(plainFrames),
  'plain, crowded': () => listenOurs(plainFrames),
  sealed: () => listenOurs(sealing),
  'sealed, crowded': () => listenOurs(sealing),
  'multicast-dns': listenMulticastDns,
  'node-discover': listenNodeDiscover,
};
listen[kind as Kind]();
// By then all of them listen, and our heap is kept small.
setTimeout(() => process.send?.('ready'), 2_500);

// A bench that failed leaves nobody behind.
process.on('disconnect', () => process.exit());
