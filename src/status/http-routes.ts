/** What is answered to whom. Pure: a request goes in, an answer comes out. Nothing can be changed from here, only read. */
import type { HttpAnswer, HttpRequest } from '../system/system.ts';

/** The page as one document with all that it needs, made by `deploy/bundle.mjs`. */
export interface Page {
  readonly gzipped: Uint8Array;
  readonly etag: string;
  /** Names its own script and style by their hashes, and allows nothing else. */
  readonly contentSecurityPolicy: string;
}

/** What there is to show. Each is asked only when somebody wants it. */
export interface Views {
  readonly page: Page | undefined;
  readonly status: () => Uint8Array;
  readonly metrics: () => Uint8Array;
  readonly health: () => { readonly well: boolean; readonly state: string; readonly text: string };
  /** Undefined: there are as many readers as we can bear. */
  readonly events: () => Extract<HttpAnswer['body'], { stream: unknown }> | undefined;
}

const TARGET_CHARACTERS_MAX = 1_024;
/** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port: RFC 9110 §7.2, with what is in use. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]{1,255}|\[[\da-f:.%]{2,64}\])(?::\d{0,5})?$/i;
/** A proxy asks for the whole address: RFC 9112 §3.2.2. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

const EVERYWHERE = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;
const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** No cache may keep what is true only now. */
const NOW = { 'Cache-Control': 'no-store', 'Content-Security-Policy': NO_CONTENT_POLICY } as const;

type Route = (views: Views, request: HttpRequest) => HttpAnswer;

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/', pageAnswer],
  ['/status.json', ({ status }) => answer(200, 'application/json; charset=utf-8', status(), NOW)],
  ['/metrics', ({ metrics }) => answer(200, 'text/plain; version=0.0.4; charset=utf-8', metrics(), NOW)],
  ['/healthz', healthAnswer],
  ['/events', eventsAnswer],
]);

export function answerTo(request: HttpRequest, views: Views): HttpAnswer {
  const { method, host } = request;
  const target = request.target.replace(ORIGIN, '');
  const path = target.split('?', 1)[0] || '/';
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET and HEAD', { Allow: 'GET, HEAD' });
  if (host !== undefined && !HOST.test(host)) return plain(400, 'What host?');
  if (target.length > TARGET_CHARACTERS_MAX) return plain(414, 'Too long');
  if (/[^!-~]/.test(target)) return plain(400, 'Not an address');
  const route = ROUTES.get(path);
  if (!route) return plain(404, 'There is /, /status.json, /metrics, /healthz and /events');
  return route(views, request);
}

/** For whoever asks too much: as few times a second as there are connections. */
export function tooMany(): HttpAnswer {
  return { ...plain(429, 'Too many requests', { 'Retry-After': '1' }), afterMs: 1_000 };
}

function pageAnswer({ page }: Views, { unless }: HttpRequest): HttpAnswer {
  if (!page) return plain(404, 'This build has no page');
  const headers = {
    ...EVERYWHERE,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': page.contentSecurityPolicy,
    'Cache-Control': 'no-cache',
    ETag: page.etag,
  };
  if (unless?.includes(page.etag)) return { status: 304, headers, body: { whole: new Uint8Array() } };
  return { status: 200, headers, body: { gzipped: page.gzipped } };
}

function healthAnswer({ health }: Views): HttpAnswer {
  const { well, state, text } = health();
  const body = Buffer.from(`${JSON.stringify({ well, state, text })}\n`);
  return answer(well ? 200 : 503, 'application/json; charset=utf-8', body, NOW);
}

function eventsAnswer({ events }: Views, { method }: HttpRequest): HttpAnswer {
  const type = 'text/event-stream; charset=utf-8';
  // A proxy that waits until it has enough to hand on would make a stream of it that stands still.
  const headers = { ...NOW, 'X-Accel-Buffering': 'no' };
  if (method === 'HEAD') return answer(200, type, new Uint8Array(), headers);
  const body = events();
  if (!body) return plain(503, 'Too many are watching', { 'Retry-After': '5' });
  return { status: 200, headers: { ...EVERYWHERE, 'Content-Type': type, ...headers }, body };
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return answer(status, 'text/plain; charset=utf-8', Buffer.from(`${text}\n`), { ...NOW, ...headers });
}

function answer(
  status: number,
  type: string,
  whole: Uint8Array,
  headers: Readonly<Record<string, string>>,
): HttpAnswer {
  return { status, headers: { ...EVERYWHERE, 'Content-Type': type, ...headers }, body: { whole } };
}
