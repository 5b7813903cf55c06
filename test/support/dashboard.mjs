// Stands in for balena's supervisor: tells the device's name in the dashboard, which is another with each question, until
// the last of them. Prints what it is asked.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    /** By comma; an empty one is no answer at all. */
    names: { type: 'string' },
    listen: { type: 'string' },
  },
  strict: false,
});
const names = values.names.split(',');
const tell = (event, fields) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);

const server = createServer((request, response) => {
  tell('asked', { url: request.url, connection: request.headers.connection });
  const [deviceName] = names.length > 1 ? names.splice(0, 1) : names;
  if (deviceName === '') response.destroy();
  else response.end(JSON.stringify({ status: 'success', deviceName }));
});
server.listen(Number(values.listen), '127.0.0.1', () => tell('listening', {}));
