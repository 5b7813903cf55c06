// Floods the group with datagrams from several addresses and ports, then stops: false names, each of another device that
// does not exist; one name again and again; junk that is no announcement at all, or longer than any, or looks sealed; or
// questions, for one device alone.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    /** Source addresses, by comma. */
    addresses: { type: 'string' },
    'ports-each': { type: 'string', default: '1' },
    /** At least so many, for at least so many seconds. */
    datagrams: { type: 'string' },
    seconds: { type: 'string', default: '0' },
    /** Datagrams a second; Infinity for as many as this process can send. */
    rate: { type: 'string', default: '20000' },
    /** What a sealed frame of the fleet begins with, in hex. */
    header: { type: 'string', default: '' },
    kind: { type: 'string', default: 'names' },
  },
});
const { group, kind } = values;
const port = Number(values.port);
const datagrams = Math.min(Number(values.datagrams), 2_000_000);
const leastMs = Math.min(Number(values.seconds), 120) * 1000;
const header = Buffer.from(values.header, 'hex');
const SLICE_MS = 10;
/** So many at once, then the kernel's answers are looked at. */
const SLICE_MAX = 500;

const junk = [
  () => randomBytes(64),
  () => randomBytes(1400),
  () => Buffer.alloc(0),
  () => Buffer.from('multitastic'),
  () => Buffer.from('multitastic:'),
  () => Buffer.from('multitastic:\x00\x1b[31m\xff', 'latin1'),
  () => Buffer.from(`multitastic:${'x'.repeat(300)}`),
  () => Buffer.from('multitastic/2 {"id":"000000000000"}'),
];
const sealed = [28, 300, 1000].map((length) => Buffer.concat([header, randomBytes(length)]));
const oversize = Buffer.alloc(8_000, 'multitastic:x');
const one = Buffer.from('multitastic:loud');
const question = Buffer.from('multitastic/2 {"question":"AAAAAAAAAAA"}');
const kinds = {
  names: (number) => Buffer.from(`multitastic:false-${number}`),
  one: () => one,
  junk: (number) => junk[number % junk.length](),
  oversize: () => oversize,
  sealed: (number) => sealed[number % sealed.length],
  question: () => question,
};
const payload = kinds[kind];

function openSocket(address) {
  const socket = createSocket('udp4');
  return new Promise((resolve) =>
    socket.bind(0, address, () => {
      // Only others are meant.
      socket.setMulticastLoopback(false);
      resolve(socket);
    }),
  );
}

const addresses = values.addresses.split(',');
const each = Number(values['ports-each']);
const sockets = await Promise.all(addresses.flatMap((address) => Array(each).fill(address)).map(openSocket));
const startedAt = performance.now();
let sent = 0;

function slice() {
  const elapsedMs = performance.now() - startedAt;
  if (sent >= datagrams && elapsedMs >= leastMs) return end();
  const enough = elapsedMs < leastMs ? Number.POSITIVE_INFINITY : datagrams;
  const due = Math.min(enough, (elapsedMs / 1000) * Number(values.rate), sent + SLICE_MAX);
  for (; sent < due; sent++) sockets[sent % sockets.length].send(payload(sent), port, group);
  if (values.rate === 'Infinity') setImmediate(slice);
  else setTimeout(slice, SLICE_MS);
}

function end() {
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${JSON.stringify({ event: 'flooded', sent, seconds, time: Date.now() })}\n`);
  for (const socket of sockets) socket.close();
}

process.stdout.write(`${JSON.stringify({ event: 'flooding', sockets: sockets.length })}\n`);
slice();
