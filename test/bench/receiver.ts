/** One receiver in a process of its own: waits for what the sender says, and tells what hearing it has cost this process. */
import { createSocket } from 'node:dgram';
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
import { BENCH_BOOT, BENCH_GROUP, BENCH_KEY } from './settings.ts';

const [, , kind, port] = process.argv;

let received = 0;

/** The limit: nothing is done with a datagram but counting it. */
function listenBare(): void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.bind({ address: BENCH_GROUP, port: Number(port) }, () => {
    socket.addMembership(BENCH_GROUP, '127.0.0.1');
    socket.on('message', () => {
      received++;
    });
    ready();
  });
}

/** The whole node as it runs on a device, with a log that is not read and no LED; it is told that loopback is its LAN. */
function listenOurs(frames: Frames): void {
  const { config } = readConfig({ MULTICAST_GROUP: BENCH_GROUP, MULTICAST_PORT: port, HTTP_PORT: '0' });
  const counting: DatagramNetwork = {
    open: (group, address, handler) =>
      linuxDatagrams.open(group, address, {
        onDatagram: (payload, from, echo) => {
          if (!echo) received++;
          handler.onDatagram(payload, from, echo);
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
  setTimeout(ready, 2_500);
}

function ready(): void {
  process.send?.({ ready: true });
}

process.on('message', (order: { expect: number }) => {
  const before = process.cpuUsage();
  const target = received + order.expect;
  const from = received;
  let still = 0;
  let last = received;
  const look = () => {
    still = received === last ? still + 1 : 0;
    last = received;
    if (received < target && still < 40) return void setTimeout(look, 2);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuMicroseconds: user + system, heard: received - from });
  };
  process.send?.({ listening: true });
  look();
});

if (kind === 'bare') listenBare();
else if (kind === 'sealed') listenOurs(sealedFrames({ seal: fleetKey(BENCH_KEY), also: undefined }));
else listenOurs(plainFrames);
