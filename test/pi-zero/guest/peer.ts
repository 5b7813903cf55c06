/**
 * Friends of the node under test, in the access point's namespace: tells what it hears, says what it is told to say.
 *
 * Written against the wire format and with nothing of the product's code, so that both cannot be wrong together.
 * Orders come as lines through a named pipe: `announce <name>`, or `crowd <count>` for devices that announce every 15 s.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const group = '239.2.3.4';
const port = 49001;
const announceIntervalMs = 15_000;
const [ownAddress = '10.42.0.1', orders = '/run/peer.orders'] = process.argv.slice(2);

const speakers = new Map<string, Socket>();

function listen(): void {
  const ear = createSocket({ type: 'udp4', reuseAddr: true });
  ear.on('message', (payload, from) => {
    const said = payload.toString('latin1').replaceAll(/[^ -~]/g, '?');
    console.log(`peer: heard ${said} from ${from.address}:${from.port} at ${Date.now()}`);
  });
  ear.bind(port, group, () => {
    ear.addMembership(group, ownAddress);
    console.log('peer: listening');
  });
}

/** Every name speaks from a port of its own, as a device would. */
function speaker(name: string): Socket {
  const present = speakers.get(name);
  if (present !== undefined) return present;
  const socket = createSocket('udp4');
  socket.bind(0, ownAddress, () => {
    socket.setMulticastInterface(ownAddress);
    socket.setMulticastLoopback(false); // or our own ear would hear it
  });
  speakers.set(name, socket);
  return socket;
}

function announce(name: string): void {
  const socket = speaker(name);
  // A failed send is what a real peer behind a switched-off access point has: nobody hears it, and it goes on.
  socket.send(`multitastic:${name}`, port, group, () => undefined);
  console.log(`peer: announced ${name} at ${Date.now()}`);
}

function crowd(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const name = `friend-${index + 1}`;
    setTimeout(
      () => {
        announce(name);
        setInterval(() => announce(name), announceIntervalMs);
      },
      (index * announceIntervalMs) / count,
    );
  }
}

listen();
// Opened for writing too: a pipe with no writer left would end the stream.
createInterface({ input: createReadStream(orders, { flags: 'r+' }) }).on('line', (line) => {
  const [verb, argument = ''] = line.split(' ');
  if (verb === 'announce') announce(argument);
  if (verb === 'crowd') crowd(Number(argument));
});
