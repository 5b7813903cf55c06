// An independent speaker of the wire as the Elixir program spoke it, written from the protocol and not from our codec:
// one socket on 0.0.0.0, membership, loop on, `multitastic:<name>` every 15 s. Prints what it hears, byte for byte.
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    group: { type: 'string' },
    port: { type: 'string' },
    /** The address of the interface to join on. */
    address: { type: 'string' },
    /** What to say, whole: the older programs had no colon. Without it, only listens. */
    announcement: { type: 'string' },
    'interval-ms': { type: 'string', default: '15000' },
  },
});
const { group, address, announcement } = values;
const port = Number(values.port);

const tell = (event, fields) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const socket = createSocket({ type: 'udp4', reuseAddr: true });

socket.on('message', (bytes, from) => {
  tell('heard', { bytes: bytes.toString('latin1'), address: from.address, port: from.port });
});
socket.bind(port, '0.0.0.0', () => {
  socket.addMembership(group, address);
  socket.setMulticastInterface(address);
  socket.setMulticastLoopback(true);
  tell('listening', {});
  if (announcement === undefined) return;
  const announce = () => socket.send(announcement, port, group);
  announce();
  setInterval(announce, Number(values['interval-ms']));
});
