// Floods the group with a fixed number of datagrams from several addresses and ports, then stops: false names, each of
// another device that does not exist, or junk that is no announcement at all.
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
    datagrams: { type: 'string' },
    /** Datagrams a second. */
    rate: { type: 'string', default: '20000' },
    kind: { type: 'string', default: 'names' },
  },
});
const { group, kind } = values;
const port = Number(values.port);
const datagrams = Math.min(Number(values.datagrams), 200_000);
const SLICE_MS = 10;

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
const payload = (number) =>
  kind === 'junk' ? junk[number % junk.length]() : Buffer.from(`multitastic:false-${number}`);

function openSocket(address) {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket)));
}

const addresses = values.addresses.split(',');
const each = Number(values['ports-each']);
const sockets = await Promise.all(addresses.flatMap((address) => Array(each).fill(address)).map(openSocket));
const startedAt = performance.now();
let sent = 0;

function slice() {
  const due = Math.min(datagrams, ((performance.now() - startedAt) / 1000) * Number(values.rate));
  for (; sent < due; sent++) sockets[sent % sockets.length].send(payload(sent), port, group);
  if (sent < datagrams) setTimeout(slice, SLICE_MS);
  else end();
}

function end() {
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${JSON.stringify({ event: 'flooded', sent, seconds })}\n`);
  for (const socket of sockets) socket.close();
}

process.stdout.write(`${JSON.stringify({ event: 'flooding', sockets: sockets.length })}\n`);
slice();
