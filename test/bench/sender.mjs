// Says what it is told, from as many addresses of the loopback network as it is told: in a process of its own, so that
// what sending costs is not counted. Orders come as { payloads (base64), sources, port, burst, pauseMs }: a pause
// after so many datagrams.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const [group] = process.argv.slice(2);
const sockets = [];

async function socketOf(index) {
  while (sockets.length <= index) {
    const socket = createSocket('udp4');
    socket.bind({ address: `127.0.1.${sockets.length + 1}`, port: 0 });
    await once(socket, 'listening');
    socket.setMulticastInterface('127.0.0.1');
    socket.setMulticastLoopback(true);
    sockets.push(socket);
  }
  return sockets[index];
}

process.on('message', async ({ payloads, sources, port, burst, pauseMs }) => {
  for (const [index, payload] of payloads.entries()) {
    const socket = await socketOf(index % sources);
    await new Promise((resolve) => socket.send(Buffer.from(payload, 'base64'), port, group, resolve));
    if ((index + 1) % burst === 0) await sleep(pauseMs);
  }
  process.send('said');
});

// A bench that failed leaves nobody behind.
process.on('disconnect', () => process.exit());
