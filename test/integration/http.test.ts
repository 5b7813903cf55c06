/** What machines read of a device over HTTP, and what no client may do to it. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { askHttp } from '../support/http-client.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { longestPauseMs, noteSpeaking } from '../support/speaking.ts';

const session = useNetworkLab('promtool');
const A = { host: '10.77.0.11' };
const HOSTILE = '<img src=x onerror=alert(1)>"\\{}';

/** What 500 clients may cost while they are there; most of it is what V8 has not collected yet. */
const CROWDED_BYTES_MAX = 40 * 1024 * 1024;
/** And for good, as with a flood. */
const GROWTH_BYTES_MAX = 8 * 1024 * 1024;
/** Memory is given back after 8 s without any of them. */
const GIVEN_BACK_MS = 20_000;

async function startPair() {
  const host = session.lab.addHost('a', A.host);
  const anna = session.startNode(host, 'anna');
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), HOSTILE);
  await anna.waitFor('peer.two-way');
  await anna.waitFor('http.up', { fields: { port: 8080 } });
  return { host, anna, berta };
}

test('/status.json describes the node and its friend, whatever the friend is called', async () => {
  const { host } = await startPair();
  const [answer] = await askHttp(host, A, { path: '/status.json' });
  expect(answer?.headers['content-type']).toBe('application/json; charset=utf-8');
  const status = JSON.parse(answer?.body ?? '');
  expect(status).toMatchObject({
    schema: 1,
    device: { name: 'anna' },
    state: {
      text: '1 friend, who hears us',
      led: 'friends',
      reachability: 'ok',
      announcing: true,
      well: true,
    },
    network: { address: '10.77.0.11', interface: 'eth0', group: { address: '239.2.3.4', port: 49002 } },
    friends: { count: 1, twoWay: 1 },
    peers: [{ name: HOSTILE, address: '10.77.0.12', state: 'two-way', frame: 'rich', hears: [0] }],
  });
  expect(status.peers[0].arrivals).toHaveLength(20);
  expect(status.peers[0].arrivals.at(-1) + status.peers[0].arrivals.at(-2)).toBeGreaterThan(0);
  expect(status.events.map(({ event }: { event: string }) => event)).toContain('peer.joined');
  // Whoever knows it could claim to hear a device.
  expect(answer?.body).not.toMatch(/"boot"/);
});

test('/metrics is what promtool accepts without a remark, and the counters move', async () => {
  const { host } = await startPair();
  const [first] = await askHttp(host, A, { path: '/metrics' });
  expect(first?.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(execFileSync('promtool', ['check', 'metrics'], { input: first?.body ?? '', encoding: 'utf8' })).toBe(
    '',
  );
  await sleep(2_500);
  const [second] = await askHttp(host, A, { path: '/metrics' });
  const figure = (body = '', name = '') => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
  for (const name of ['announcements_sent', 'announcements_heard', 'datagrams_received'])
    expect(figure(second?.body, `multitastic_${name}_total`), name).toBeGreaterThan(
      figure(first?.body, `multitastic_${name}_total`),
    );
  expect(second?.body).toContain('multitastic_friends{state="two-way"} 1');
});

test('/healthz is well with friends, alone, and without any network', async () => {
  const { host } = await startPair();
  expect((await askHttp(host, A, { path: '/healthz' }))[0]).toMatchObject({ status: 200 });
  const lonely = session.lab.addHostWithoutInterface('c');
  const cora = session.startNode(lonely, 'cora');
  await cora.waitFor('http.up');
  const [answer] = await askHttp(lonely, { host: '127.0.0.1' }, { path: '/healthz' });
  expect(answer?.status).toBe(200);
  expect(JSON.parse(answer?.body ?? '')).toEqual({
    well: true,
    state: 'waiting',
    text: 'Waiting for a network',
  });
});

test('whoever asks for nonsense gets a plain no, and the page comes with a policy that lets nothing else in', async () => {
  const { host } = await startPair();
  const request = (line: string, head = 'Host: a') => `${line}\r\n${head}\r\nConnection: close\r\n\r\n`;
  const refused: [string, number][] = [
    [request('GET /../../etc/passwd HTTP/1.1'), 404],
    [request('GET /%2e%2e/%00 HTTP/1.1'), 404],
    [request('GET //// HTTP/1.1'), 404],
    [request('GET /metrics/ HTTP/1.1'), 404],
    [request(`GET /${'a'.repeat(2_000)} HTTP/1.1`), 414],
    [request(`GET / HTTP/1.1`, `Host: a\r\nX: ${'a'.repeat(20_000)}`), 431],
    [request('POST / HTTP/1.1'), 405],
    [request('DELETE /status.json HTTP/1.1'), 405],
    [request('OPTIONS * HTTP/1.1'), 405],
    [request('GET / HTTP/1.1', 'Host: <b>'), 400],
    [request('GET / HTTP/1.1', 'X: no host'), 400],
    ['\u{1}\u{2}\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
    [request('GET http://anywhere.example/healthz HTTP/1.1'), 200],
    [request('GET /healthz?any=thing HTTP/1.1', 'Host: f00.balena-devices.com:443'), 200],
    [request('GET /healthz HTTP/1.1', 'Host: [fe80::1]:8080'), 200],
  ];
  const answers = await askHttp(host, A, ...refused.map(([text]) => text));
  expect(answers.map(({ status }, index) => [refused[index]?.[0].slice(0, 60), status])).toEqual(
    refused.map(([text, status]) => [text.slice(0, 60), status]),
  );
  const hasty = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20);
  const [answered] = await askHttp(host, A, hasty);
  expect(answered?.body.match(/HTTP\/1\.1 /g) ?? []).toHaveLength(1);
  const [page, again, head] = await askHttp(
    host,
    A,
    { path: '/' },
    { path: '/', headers: { 'If-None-Match': 'none', 'Accept-Encoding': 'gzip' } },
    { path: '/', method: 'HEAD' },
  );
  expect(page?.body).toContain('<!doctype html>');
  expect(page?.headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/,
  );
  expect(again?.headers['content-encoding']).toBe('gzip');
  expect([head?.status, head?.body]).toEqual([200, '']);
  const [unchanged] = await askHttp(host, A, {
    path: '/',
    headers: { 'If-None-Match': page?.headers.etag ?? '' },
  });
  expect(unchanged?.status).toBe(304);
});

test('a port in use is one warning, life goes on, and the page comes when the port is free', async () => {
  const host = session.lab.addHost('a', A.host);
  const first = session.startNode(host, 'first');
  await first.waitFor('http.up');
  const second = session.startNode(host, 'second');
  await second.waitFor('http.unavailable', { fields: { port: 8080, code: 'EADDRINUSE' } });
  await second.waitFor('peer.two-way');
  // It is tried again after 5 s, in vain and without another word.
  await sleep(6_000);
  await first.stop();
  await second.waitFor('http.up', { timeoutMs: 20_000 });
  expect(second.all('http.unavailable')).toHaveLength(1);
  const [answer] = await askHttp(host, A, { path: '/status.json' });
  expect(JSON.parse(answer?.body ?? '').device.name).toBe('second');
});

test('with HTTP_PORT=0 nothing listens', async () => {
  const host = session.lab.addHost('a', A.host);
  const anna = session.startNode(host, 'anna', { settings: { HTTP_PORT: '0' } });
  await anna.waitFor('beacon.up');
  await sleep(3_000);
  expect(anna.all('http.up')).toEqual([]);
  expect((await askHttp(host, A, { path: '/' }))[0]).toMatchObject({ status: 0, body: 'ECONNREFUSED' });
});

test('500 clients that mean no good cost neither the beacon its rhythm nor the friend nor the memory', async () => {
  const { host, anna, berta } = await startPair();
  await askHttp(host, A, { path: '/' }, { path: '/status.json' });
  await sleep(1_000);
  const before = anna.residentBytes;
  const spoken = noteSpeaking(anna);
  const crowd = session.startScript(host, 'http-crowd', { 'http-port': 8080, seconds: 15 });
  const filesBefore = anna.openFiles;
  let most = 0;
  let mostFiles = 0;
  const watch = setInterval(() => {
    most = Math.max(most, anna.residentBytes);
    mostFiles = Math.max(mostFiles, anna.openFiles);
  }, 100);
  await sleep(5_000);
  // From another machine: the crowd's own addresses are full.
  const friend = session.lab.addHost('c', '10.77.0.13');
  const healthy = await askHttp(friend, A, { path: '/healthz' });
  const { fields } = await crowd.waitFor('crowded', { timeoutMs: 30_000 });
  clearInterval(watch);
  const moments = spoken();
  expect(healthy[0]?.status).toBe(200);
  expect(fields.opened).toBeGreaterThan(400);
  expect(fields.streams).toBeGreaterThan(0);
  // A few are just being turned away.
  expect(mostFiles - filesBefore).toBeLessThan(64 + 32);
  // An interval of 1 s with its jitter, and what two busy cores excuse.
  expect(longestPauseMs(moments)).toBeLessThan(1_800);
  expect(moments.length).toBeGreaterThan(10);
  expect(most - before).toBeLessThan(CROWDED_BYTES_MAX);
  expect(anna.all('peer.left')).toEqual([]);
  expect(berta.all('peer.left')).toEqual([]);
  expect(anna.all('tick.missed')).toEqual([]);
  const ended = performance.now();
  const grown = () => anna.residentBytes - before;
  while (grown() > GROWTH_BYTES_MAX && performance.now() - ended < GIVEN_BACK_MS) await sleep(250);
  expect(grown()).toBeLessThan(GROWTH_BYTES_MAX);
  expect((await askHttp(host, A, { path: '/healthz' }))[0]?.status).toBe(200);
});

test('one address keeps none of the others out', async () => {
  const { host, anna } = await startPair();
  const before = anna.openFiles;
  const options = { 'http-port': 8080, seconds: 4, connections: 60, addresses: 1 };
  const crowd = session.startScript(host, 'http-crowd', options);
  await sleep(2_500);
  const opened = anna.openFiles - before;
  await crowd.waitFor('crowded');
  expect(opened).toBeGreaterThan(8);
  expect(opened).toBeLessThan(16 + 8);
});
