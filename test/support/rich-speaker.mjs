// Independent speakers of the rich frame, written from the protocol and not from our codec: many devices in one process,
// each with its own socket, so that a large fleet costs a test no processor time. They say hello once, answer nobody, and
// list whoever of the others they hear.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    /** The address of the interface to send from. */
    address: { type: 'string' },
    devices: { type: 'string', default: '1' },
    'interval-ms': { type: 'string', default: '1000' },
    'hold-s': { type: 'string', default: '30' },
  },
});
const { group, address } = values;
const port = Number(values.port);
const devices = Number(values.devices);
const intervalMs = Number(values['interval-ms']);

const id = () => randomBytes(6).toString('hex');
const token = () => randomBytes(8).toString('base64url');

const own = new Set();
/** Boot token → its latest number. */
const heard = new Map();
const ear = createSocket({ type: 'udp4', reuseAddr: true });
ear.on('message', (bytes) => {
  const text = bytes.toString('utf8');
  if (!text.startsWith('multitastic/2 {')) return;
  const { boot, seq, leaving } = JSON.parse(text.slice('multitastic/2 '.length));
  if (leaving) heard.delete(boot);
  else if (boot && !own.has(boot)) heard.set(boot, seq);
});
ear.bind(port, group, () => ear.addMembership(group, address));

const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const digits = (number) => [18, 12, 6, 0].map((shift) => DIGITS[(number >> shift) & 63]).join('');
const list = () => [...heard].map(([boot, seq]) => boot.slice(0, 5) + digits(seq)).join('');

function device(number) {
  const who = { id: id(), boot: token(), name: `speaker-${number}`, hold: Number(values['hold-s']) };
  own.add(who.boot);
  const socket = createSocket('udp4');
  let seq = 0;
  const announce = () => {
    const said = { ...who, seq: seq++, peers: heard.size, heard: list() };
    socket.send(`multitastic/2 ${JSON.stringify(said)}`, port, group);
  };
  socket.bind(0, address, () => {
    socket.setMulticastInterface(address);
    announce();
    // Not all in the same moment.
    setTimeout(() => setInterval(announce, intervalMs), (intervalMs * number) / devices);
  });
}

for (let number = 0; number < devices; number++) device(number);
process.stdout.write(`${JSON.stringify({ event: 'speaking', devices })}\n`);
