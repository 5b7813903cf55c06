import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { supervisorDeviceName } from '../../../../src/system/linux/supervisor-api.ts';

describe('supervisorDeviceName()', () => {
  let server: Server | undefined;
  let stopping = new AbortController();
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    stopping = new AbortController();
  });

  /** Asks a real server on this machine that answers so. */
  async function askedOf(answer: RequestListener): Promise<string | undefined> {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return supervisorDeviceName(
      { BALENA_SUPERVISOR_ADDRESS: `http://127.0.0.1:${port}`, BALENA_SUPERVISOR_API_KEY: 'a key' },
      stopping.signal,
    );
  }

  it('asks for the name with its key', async () => {
    let asked: string | undefined;
    const name = await askedOf((request, response) => {
      asked = request.url;
      response.end('{"status":"success","deviceName":"holy-wildflower"}');
    });
    expect(asked).toBe('/v2/device/name?apikey=a%20key');
    expect(name).toBe('holy-wildflower');
  });

  it.each([
    ['an error', 503, '{"status":"failed"}'],
    ['no JSON', 200, '<html>'],
    ['no object', 200, 'null'],
    ['no name', 200, '{"status":"success"}'],
    ['a blank name', 200, '{"deviceName":"  "}'],
    ['a name that is no text', 200, '{"deviceName":7}'],
    ['far too much', 200, `{"deviceName":"${'x'.repeat(10_000)}"}`],
  ])('has none when the answer is %s', async (_, status, body) => {
    expect(await askedOf((_request, response) => response.writeHead(status).end(body))).toBeUndefined();
  });

  it('waits no longer than its limit for a supervisor that says nothing', async () => {
    const startedAt = performance.now();
    expect(await askedOf(() => {})).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('waits no longer than its limit for an answer that never ends', async () => {
    expect(await askedOf((_request, response) => void response.write('{'))).toBeUndefined();
  });

  it('waits no longer when the node is told to stop', async () => {
    const startedAt = performance.now();
    expect(await askedOf(() => stopping.abort())).toBeUndefined();
    expect(performance.now() - startedAt).toBeLessThan(600);
  });

  it.each([
    { BALENA_SUPERVISOR_ADDRESS: 'http://127.0.0.1:1', BALENA_SUPERVISOR_API_KEY: 'k' },
    { BALENA_SUPERVISOR_ADDRESS: 'nonsense', BALENA_SUPERVISOR_API_KEY: 'k' },
    {},
  ])('has none where nobody listens, or without balena: %j', async (environment) => {
    expect(await supervisorDeviceName(environment, stopping.signal)).toBeUndefined();
  });
});
