// Asks a device's HTTP server from inside of a host of the lab, once for each request given, and prints what came back.
// A request that is text is sent as it stands, byte by byte: so can nonsense be asked that no client would let through.
import { request } from 'node:http';
import { connect } from 'node:net';

const PATIENCE_MS = 5_000;
const { host, port, requests } = JSON.parse(process.argv[2]);

function ask({ method = 'GET', path, headers = {} }) {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, method, path, headers, timeout: PATIENCE_MS }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

function say(text) {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(text));
    let body = '';
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      body += chunk;
      socket.end();
    });
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(body)?.[1] ?? 0), headers: {}, body }),
    );
  });
}

const answers = [];
for (const each of requests)
  answers.push(
    await (typeof each === 'string' ? say(each) : ask(each)).catch(({ code }) => ({
      status: 0,
      headers: {},
      body: code,
    })),
  );
process.stdout.write(JSON.stringify(answers));
