import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTo, tooMany, type Views } from '../../../src/status/http-routes.ts';

const page = { gzipped: new Uint8Array([1]), etag: '"e"', contentSecurityPolicy: "default-src 'none'" };
const views: Views = {
  page,
  status: () => Buffer.from('{}'),
  metrics: () => Buffer.from('m 1\n'),
  health: () => ({ well: true, state: 'alone', text: 'Nobody else is here' }),
  events: () => ({ stream: () => () => {} }),
};
const ask = (target: string, over: Record<string, unknown> = {}, of: Partial<Views> = {}) =>
  answerTo({ method: 'GET', target, host: 'a', unless: undefined, ...over }, { ...views, ...of });

describe('answerTo()', () => {
  it('knows five paths, whatever is asked of them', () => {
    for (const path of ['/', '/status.json', '/metrics', '/healthz', '/events']) {
      expect(ask(path).status, path).toBe(200);
      expect(ask(`${path}?a=b`).status, path).toBe(200);
      expect(ask(`http://x.example:80${path}`).status, path).toBe(200);
      expect(ask(path, { method: 'HEAD' }).status, path).toBe(200);
    }
  });

  it('answers any nonsense with a plain 4xx, and everything with a policy', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (path, host) => {
        const { status, headers } = ask(`/x${path}`, { host });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(headers['Content-Security-Policy']).toContain("default-src 'none'");
        expect(headers['X-Content-Type-Options']).toBe('nosniff');
      }),
    );
  });

  it('lets nobody change anything', () => {
    fc.assert(
      fc.property(fc.string(), (method) => {
        const { status, headers } = ask('/', { method });
        const isReading = method === 'GET' || method === 'HEAD';
        expect([status, headers.Allow]).toEqual(isReading ? [200, undefined] : [405, 'GET, HEAD']);
      }),
    );
  });

  it.each([
    'a',
    'a.b:80',
    '10.0.0.2:8080',
    '[fe80::1]:80',
    'f00.balena-devices.com',
    'läuft'.normalize('NFKD'),
  ])('takes the host %s as it would be called, if it is well-formed', (host) => {
    expect(ask('/healthz', { host }).status).toBe(/^[\x21-\x7e]+$/.test(host) ? 200 : 400);
  });

  it('is unwell with a 503', () => {
    const health = () => ({ well: false, state: 'fault', text: 'The network refuses us' });
    expect(ask('/healthz', {}, { health }).status).toBe(503);
  });

  it('sends a page that the browser has only once', () => {
    expect(ask('/', { unless: 'W/"e", "f"' }).status).toBe(304);
    expect(ask('/', { unless: '"f"' }).status).toBe(200);
  });

  it('says so when too many watch, and when there is no page', () => {
    expect(ask('/events', {}, { events: () => undefined }).status).toBe(503);
    expect(ask('/', {}, { page: undefined }).status).toBe(404);
  });

  it('lets whoever asks too much wait', () => {
    expect(tooMany()).toMatchObject({ status: 429, afterMs: 1_000 });
  });
});
