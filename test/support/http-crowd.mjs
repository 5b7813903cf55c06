// Five hundred clients that mean no good to a device's HTTP server, for a while: some say nothing, some speak a letter a
// second, some never read what they are sent, some ask without a pause. From many addresses, as a limit for each may hold.
import { connect } from 'node:net';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    'http-port': { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '500' },
    addresses: { type: 'string', default: '40' },
  },
});
const HEAD = 'Host: a\r\n\r\n';
const counts = { opened: 0, closed: 0, answered: 0, streams: 0 };
const endAt = Date.now() + Number(values.seconds) * 1000;

const manners = [
  () => {},
  (socket) => drip(socket, `GET / HTTP/1.1\r\n${'X-Long: long\r\n'.repeat(1000)}`),
  (socket) => {
    socket.write(`GET /events HTTP/1.1\r\n${HEAD}`);
    socket.once('data', () => counts.streams++);
    setTimeout(() => socket.pause(), 200);
  },
  (socket) => {
    const ask = () => socket.write(`GET /status.json HTTP/1.1\r\n${HEAD}`);
    socket.on('data', () => {
      counts.answered++;
      if (socket.writable) ask();
    });
    ask();
  },
];

function drip(socket, text, at = 0) {
  if (socket.destroyed) return;
  socket.write(text[at]);
  setTimeout(drip, 1000, socket, text, at + 1);
}

function open(index) {
  if (Date.now() > endAt) return;
  const localAddress = `127.0.1.${1 + (index % Number(values.addresses))}`;
  const socket = connect({ host: '127.0.0.1', port: Number(values['http-port']), localAddress }, () => {
    counts.opened++;
    manners[index % manners.length](socket);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    counts.closed++;
    // Whoever is turned away tries again.
    setTimeout(open, 1000 + 1000 * Math.random(), index);
  });
}

for (let index = 0; index < Number(values.connections); index++) open(index);
setTimeout(() => {
  process.stdout.write(`${JSON.stringify({ event: 'crowded', ...counts })}\n`, () => process.exit(0));
}, Number(values.seconds) * 1000);
