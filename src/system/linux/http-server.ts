/**
 * Node's own HTTP server, with a limit on everything that a client could take too much of: connections, of all and of one
 * address, time, headers, requests, and the memory that answers wait in.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as Door, Socket } from 'node:net';
import type { HttpAnswer, HttpDesk, HttpReader, HttpServer } from '../system.ts';

/** Eight people who watch, with the six connections that a browser may open, and some machines. */
const CONNECTIONS_MAX = 64;
/** So that one client cannot keep all others out. */
const CONNECTIONS_PER_ADDRESS_MAX = 16;
/** Kept waiting by the kernel. */
const BACKLOG = 32;
const HEADER_BYTES_MAX = 8_192;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
const LOOK_EVERY_MS = 2_000;
const REQUESTS_PER_CONNECTION_MAX = 200;
/** A whole answer is taken in this time, or not at all. */
const ANSWER_MS = 30_000;
/** The status of a full roster is a third of a megabyte. */
const WAITING_BYTES_MAX = 2_000_000;

export const linuxHttp: HttpServer = {
  async listen(port, desk) {
    const { createServer } = await import('node:net');
    // Whoever knocks first has HTTP loaded, which takes memory that a device nobody looks at can do without.
    const door = createServer({ pauseOnConnect: true });
    door.maxConnections = CONNECTIONS_MAX;
    let opened: Promise<Server> | undefined;
    door.on('connection', (socket) => {
      socket.on('error', () => {});
      opened ??= openTo(door, desk);
      opened.then(
        (server) => {
          server.emit('connection', socket);
          socket.resume();
        },
        () => socket.destroy(),
      );
    });
    await new Promise<void>((resolve, reject) => {
      door.once('error', reject);
      door.listen({ port, backlog: BACKLOG }, resolve);
    });
    door.on('error', () => {});
    return {
      async close() {
        const server = await opened?.catch(() => undefined);
        await new Promise<void>((resolve) => {
          (server ?? door).close(() => resolve());
          server?.closeAllConnections();
        });
      },
    };
  },
};

/** Takes the door's handle over: whoever comes from now on is served without it. */
async function openTo(door: Door, desk: HttpDesk): Promise<Server> {
  const { createServer } = await import('node:http');
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const porter = new Porter(desk);
  const server = createServer(limits, (request, response) => porter.serve(request, response));
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION_MAX;
  server.on('connection', (socket) => porter.admit(socket));
  server.on('upgrade', (_, socket) => socket.destroy());
  // Of one connection, such as no more file descriptors: the next one may be accepted.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(door, resolve));
  return server;
}

class Porter {
  readonly #desk: HttpDesk;
  /** Connections that are not being answered, the longest waiting first. */
  readonly #idle = new Set<Socket>();
  /** Connections that have asked for something and have not had it all yet. */
  readonly #served = new WeakSet<Socket>();
  #connections = 0;
  /** Connections by address; at most as many as there are connections. */
  readonly #perAddress = new Map<string, number>();
  #waitingBytes = 0;
  #gunzip: ((packed: Uint8Array) => Uint8Array) | undefined;

  constructor(desk: HttpDesk) {
    this.#desk = desk;
  }

  admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const open = (this.#perAddress.get(address) ?? 0) + 1;
    this.#perAddress.set(address, open);
    this.#connections++;
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#connections--;
      this.#idle.delete(socket);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
    if (open > CONNECTIONS_PER_ADDRESS_MAX) this.#turnAway(socket);
    else if (this.#connections > CONNECTIONS_MAX) this.#makeRoom();
  }

  /** Whoever has waited longest goes, so that neither the silent nor the greedy can keep others out. */
  #makeRoom(): void {
    const [longest] = this.#idle;
    this.#turnAway(longest);
  }

  #turnAway(socket: Socket | undefined): void {
    socket?.destroy();
    this.#desk.onTurnedAway();
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '/', headers, socket } = request;
    // No browser asks again before it has its answer, and hundreds that wait on each connection would take megabytes.
    if (this.#served.has(socket)) return this.#turnAway(socket);
    this.#served.add(socket);
    response.once('close', () => this.#served.delete(socket));
    const unless = headers['if-none-match'];
    const answer = this.#desk.answer({ method, target: url, host: headers.host, unless });
    if (answer.afterMs === undefined) return this.#reply(answer, request, response);
    const timer = setTimeout(() => this.#reply(answer, request, response), answer.afterMs);
    response.once('close', () => clearTimeout(timer));
  }

  #reply(answer: HttpAnswer, request: IncomingMessage, response: ServerResponse): void {
    const { headers, socket } = request;
    this.#idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) this.#idle.add(socket);
    });
    // Nobody has anything to tell us: a body is not read, and ends the connection.
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
      response.setHeader('Connection', 'close');
    // The board has no clock that can be believed.
    response.sendDate = false;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.statusCode = answer.status;
    const { body } = answer;
    if ('stream' in body) this.#stream(body.stream, response);
    else if ('gzipped' in body) void this.#packed(body.gzipped, request, response);
    else this.#whole(body.whole, request, response);
  }

  #stream(open: (reader: HttpReader) => () => void, response: ServerResponse): void {
    response.flushHeaders();
    const gone = open({
      get pendingBytes() {
        return response.writableLength;
      },
      send: (text) => void response.write(text),
      end: () => void response.destroy(),
    });
    response.once('close', gone);
  }

  async #packed(gzipped: Uint8Array, request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Vary', 'Accept-Encoding');
    if (/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
      response.setHeader('Content-Encoding', 'gzip');
      return this.#whole(gzipped, request, response);
    }
    this.#gunzip ??= (await import('node:zlib')).gunzipSync;
    this.#whole(this.#gunzip(gzipped), request, response);
  }

  #whole(bytes: Uint8Array, { method }: IncomingMessage, response: ServerResponse): void {
    if (this.#waitingBytes + bytes.length > WAITING_BYTES_MAX) {
      response.destroy();
      return;
    }
    this.#waitingBytes += bytes.length;
    const patience = setTimeout(() => response.destroy(), ANSWER_MS);
    response.once('close', () => {
      clearTimeout(patience);
      this.#waitingBytes -= bytes.length;
    });
    if (response.statusCode !== 304) response.setHeader('Content-Length', bytes.length);
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}
