/**
 * Friends of the node under test, in the access point's namespace: tells what it hears, says what it is told to say.
 *
 * Written against the wire format and with nothing of the product's code, so that both cannot be wrong together.
 * Orders come as lines through a named pipe: `announce <name>`; `crowd <count>` for devices that announce every 15 s; and
 * `seal <fleet key>` for a fleet with that key from now on.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { inTheClear, sealedWith } from './speech.ts';

const group = '239.2.3.4';
const port = 49001;
const announceIntervalMs = 15_000;
const [ownAddress = '10.42.0.1', orders = '/run/peer.orders'] = process.argv.slice(2);

/** A device, as it speaks: what it is called, who it is, and how often it has spoken. */
interface Speaker {
  readonly socket: Socket;
  readonly id: string;
  readonly boot: string;
  sequence: number;
}

let speech = inTheClear;
const digits = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const speakers = new Map<string, Speaker>();
/** By boot token, the latest number of everybody else; what the guest starts anew stays in it, as long as we run. */
const heard = new Map<string, number>();
const heardMax = 20;

function listen(): void {
  const ear = createSocket({ type: 'udp4', reuseAddr: true });
  ear.on('message', (payload, from) => {
    const json = speech.open(payload);
    const said = json === undefined ? { name: payload.toString() } : JSON.parse(json);
    const name = String(said.name).replaceAll(/[^ -~]/g, '?');
    console.log(`peer: heard ${name} from ${from.address}:${from.port} at ${Date.now()}`);
    if (said.boot === undefined) return;
    heard.delete(said.boot);
    heard.set(said.boot, said.seq);
    for (const boot of [...heard.keys()].slice(0, -heardMax)) heard.delete(boot);
  });
  ear.bind(port, group, () => {
    ear.addMembership(group, ownAddress);
    console.log('peer: listening');
  });
}

/** Every name speaks from a port of its own, as a device would. */
function speakerNamed(name: string): Speaker {
  const present = speakers.get(name);
  if (present !== undefined) return present;
  const socket = createSocket('udp4');
  socket.bind(0, ownAddress, () => {
    socket.setMulticastInterface(ownAddress);
    socket.setMulticastLoopback(false); // or our own ear would hear it
  });
  const number = String(speakers.size).padStart(2, '0');
  const speaker = { socket, id: `0000000000${number}`, boot: `${number}-friend--`, sequence: 0 };
  speakers.set(name, speaker);
  return speaker;
}

function entry(boot: string, sequence: number): string {
  const number = [18, 12, 6, 0].map((shift) => digits[(sequence >> shift) & 63]).join('');
  return boot.slice(0, 5) + number;
}

function announce(name: string): void {
  const { socket, id, boot, sequence } = speakerNamed(name);
  speakerNamed(name).sequence += 1;
  const entries = [...heard].map(([token, latest]) => entry(token, latest));
  const said = { id, boot, seq: sequence, name, hold: 35, peers: entries.length, heard: entries.join('') };
  // A failed send is what a real peer behind a switched-off access point has: nobody hears it, and it goes on.
  socket.send(speech.seal(JSON.stringify(said)), port, group, () => undefined);
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
  if (verb === 'seal') speech = sealedWith(argument);
});
