// A fleet in one process: devices that do not exist announce themselves in the rich frame, hear each other and whoever is
// real, and say so. Each has its own socket; an address may carry at most 64 of them before the roster takes it for a liar.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    /** By comma; the devices take turns. */
    addresses: { type: 'string' },
    devices: { type: 'string', default: '1' },
    /** JSON; the rest is numbered. */
    names: { type: 'string', default: '[]' },
    /** Seconds between announcements of one device. */
    interval: { type: 'string', default: '2' },
    /** Every how many devices one hears nobody real. */
    'deaf-every': { type: 'string', default: '0' },
    /** Share of announcements that are numbered but not sent. */
    loss: { type: 'string', default: '0' },
    /** The id of all of them, as on copied SD cards. */
    id: { type: 'string' },
  },
});
const LISTED_MAX = 60;
const PREFIX = 'multitastic/2 ';
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
const { group } = values;
const port = Number(values.port);
const intervalMs = Number(values.interval) * 1000;
const addresses = values.addresses.split(',');
const names = JSON.parse(values.names);
/** Real devices, by boot token: the number of the latest announcement. */
const real = new Map();

const entry = (boot, sequence) =>
  boot.slice(0, 5) + [18, 12, 6, 0].map((shift) => DIGITS[(sequence >> shift) & 63]).join('');

const devices = Array.from({ length: Number(values.devices) }, (_, index) => ({
  index,
  name: names[index] ?? `device ${String(index + 1).padStart(4, '0')}`,
  id: values.id ?? randomBytes(6).toString('hex'),
  boot: randomBytes(9).toString('base64url').slice(0, 11),
  sequence: 0,
  isDeaf: Number(values['deaf-every']) > 0 && index % Number(values['deaf-every']) === 0,
  startedAt: Date.now() - Math.random() * 4e8,
  socket: undefined,
}));

function listener() {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (payload) => {
    const text = payload.toString();
    if (!text.startsWith(PREFIX)) return;
    try {
      const { boot, seq, leaving } = JSON.parse(text.slice(PREFIX.length));
      if (typeof boot !== 'string' || devices.some((each) => each.boot === boot)) return;
      const isNew = !real.has(boot);
      if (leaving) real.delete(boot);
      else real.set(boot, seq);
      if (isNew && !leaving)
        for (const each of devices.slice(0, 40)) setTimeout(say, 300 * Math.random(), each);
    } catch {}
  });
  return new Promise((resolve) =>
    socket.bind(port, group, () => {
      socket.addMembership(group, addresses[0]);
      resolve();
    }),
  );
}

function say(device) {
  const { index, name, id, boot, isDeaf, startedAt, socket } = device;
  const sequence = device.sequence++;
  if (Math.random() < Number(values.loss)) return;
  const others = devices.filter((each) => each !== device && each.sequence > 0).slice(0, LISTED_MAX);
  const heard = [
    ...(isDeaf ? [] : [...real].map(([token, latest]) => [token, latest])),
    ...others.filter((each) => !isDeaf || each.index % 2 === 0).map((each) => [each.boot, each.sequence - 1]),
  ].sort(([one], [other]) => (one < other ? -1 : 1));
  const announcement = {
    id,
    boot,
    seq: sequence,
    name,
    hold: Math.max(3, Math.round((2 * intervalMs) / 1000 + 5)),
    peers: heard.length,
    heard: heard.map(([token, latest]) => entry(token, latest)).join(''),
    fw: '0.1.0',
    up: Math.round((Date.now() - startedAt) / 1000),
    temp: 38 + (index % 9),
    mem: 41,
    rssi: -48 - (index % 30),
  };
  socket.send(Buffer.from(PREFIX + JSON.stringify(announcement)), port, group);
}

async function open(device) {
  const address = addresses[device.index % addresses.length];
  device.socket = createSocket('udp4');
  await new Promise((resolve) => device.socket.bind(0, address, resolve));
  device.socket.setMulticastInterface(address);
  const again = () => {
    say(device);
    setTimeout(again, intervalMs * (0.9 + 0.2 * Math.random()));
  };
  setTimeout(again, Math.random() * Math.min(intervalMs, devices.length * 10));
}

await listener();
await Promise.all(devices.map(open));
process.stdout.write(`${JSON.stringify({ event: 'speaking', devices: devices.length })}\n`);
