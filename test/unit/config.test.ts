import { describe, expect, it } from 'vitest';
import { describeProblems, readConfig, variables } from '../../src/config.ts';
import { fleetKey, newFleetKey } from '../../src/datagram/fleet-key.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 2).toString('base64');

const problemsOf = (environment: Record<string, string>) =>
  readConfig(environment).problems.map(({ variable }) => variable);

describe('readConfig()', () => {
  it('is the origin’s wire with an empty environment', () => {
    expect(readConfig({})).toEqual({
      problems: [],
      config: {
        deviceName: undefined,
        networkInterface: undefined,
        group: { address: '239.2.3.4', port: 49_001, ttl: 1 },
        announceIntervalMs: 15_000,
        holdMs: 35_000,
        receiveBudget: 1_000,
        fleetKeys: undefined,
        wifiReconnect: false,
        identify: true,
        led: 'auto',
        ledActiveLow: false,
        logLevel: 'info',
        logFormat: undefined,
        httpPort: 8_080,
        heartbeatFile: undefined,
      },
    });
  });

  it('takes an empty or blank variable for unset, as dashboards leave them', () => {
    expect(readConfig({ ANNOUNCE_INTERVAL_S: '', LED: '  ' })).toEqual(readConfig({}));
  });

  it('reads every variable', () => {
    const { config, problems } = readConfig({
      DEVICE_NAME: 'Küche',
      NETWORK_INTERFACE: 'wlan0',
      MULTICAST_GROUP: '224.0.0.1',
      MULTICAST_PORT: '49002',
      MULTICAST_TTL: '2',
      ANNOUNCE_INTERVAL_S: '5',
      HOLD_S: '6',
      RECEIVE_BUDGET: '50',
      FLEET_KEY: KEY,
      FLEET_KEY_ALSO: OTHER_KEY,
      WIFI_RECONNECT: 'On',
      IDENTIFY: 'off',
      LED: 'GPIO27',
      LED_ACTIVE_LOW: 'true',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      HTTP_PORT: '0',
      HEARTBEAT_FILE: '/tmp/heartbeat',
    });
    expect(problems).toEqual([]);
    expect(config).toEqual({
      deviceName: 'Küche',
      networkInterface: 'wlan0',
      group: { address: '224.0.0.1', port: 49_002, ttl: 2 },
      announceIntervalMs: 5_000,
      holdMs: 6_000,
      receiveBudget: 50,
      fleetKeys: { seal: KEY, also: OTHER_KEY },
      wifiReconnect: true,
      identify: false,
      led: { gpio: 27 },
      ledActiveLow: true,
      logLevel: 'debug',
      logFormat: 'json',
      httpPort: 0,
      heartbeatFile: '/tmp/heartbeat',
    });
  });

  it('lets the hold follow the interval when it is not given', () => {
    expect(readConfig({ ANNOUNCE_INTERVAL_S: '60' }).config.holdMs).toBe(125_000);
  });

  it.each([
    ['DEVICE_NAME', 'a/b'],
    ['DEVICE_NAME', 'x'.repeat(64)],
    ['NETWORK_INTERFACE', '../etc'],
    ['MULTICAST_GROUP', '10.0.0.1'],
    ['MULTICAST_GROUP', '240.0.0.1'],
    ['MULTICAST_GROUP', 'all'],
    ['MULTICAST_PORT', '0'],
    ['MULTICAST_PORT', '65536'],
    ['MULTICAST_PORT', '1e3'],
    ['MULTICAST_TTL', '256'],
    ['ANNOUNCE_INTERVAL_S', '0'],
    ['ANNOUNCE_INTERVAL_S', '3601'],
    ['ANNOUNCE_INTERVAL_S', '1.5'],
    ['ANNOUNCE_INTERVAL_S', '-15'],
    ['HOLD_S', '15'],
    ['HOLD_S', '2'],
    ['HOLD_S', '7206'],
    ['HOLD_S', 'long'],
    ['RECEIVE_BUDGET', '1'],
    ['WIFI_RECONNECT', 'true'],
    ['WIFI_RECONNECT', 'once'],
    ['IDENTIFY', 'no'],
    ['LED', 'gpio54'],
    ['LED', 'red'],
    ['LED_ACTIVE_LOW', 'maybe'],
    ['LED_ACTIVE_LOW', 'constructor'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['HTTP_PORT', '65536'],
    ['HTTP_PORT', 'http'],
    ['HEARTBEAT_FILE', 'heartbeat'],
  ])('refuses %s=%s, and has the value that holds when it is unset', (variable, value) => {
    expect(problemsOf({ [variable]: value })).toEqual([variable]);
    expect(readConfig({ [variable]: value }).config).toEqual(readConfig({}).config);
  });
});

describe('readConfig() of fleet keys', () => {
  const fleetKeysOf = (FLEET_KEY: string, FLEET_KEY_ALSO = '') =>
    readConfig({ FLEET_KEY, FLEET_KEY_ALSO }).config.fleetKeys;

  it('takes every key that keygen makes, and space around it as dashboards leave it', () => {
    for (let made = 0; made < 200; made++) {
      const key = newFleetKey();
      expect(readConfig({ FLEET_KEY: ` ${key}\n` })).toMatchObject({
        problems: [],
        config: { fleetKeys: { seal: key, also: undefined } },
      });
    }
  });

  const noKeys = [
    ['one byte short', Buffer.alloc(31, 1).toString('base64')],
    ['one byte long', Buffer.alloc(33, 1).toString('base64')],
    ['without padding', KEY.slice(0, -1)],
    ['hexadecimal', '01'.repeat(32)],
    ['base64url', Buffer.alloc(32, 0xfb).toString('base64url')],
    ['quoted', `"${KEY}"`],
    ['not canonical', `${KEY.slice(0, 42)}F=`],
    ['a passphrase', 'correct horse battery staple'],
  ] as const;

  it.each(noKeys)('refuses one that is %s, speaks of keygen, and never shows it', (_, text) => {
    for (const variable of ['FLEET_KEY', 'FLEET_KEY_ALSO']) {
      const { problems, config } = readConfig({ FLEET_KEY: KEY, [variable]: text });
      const message = describeProblems(problems);
      expect(message).toContain(`${variable}: must be 32 bytes in base64, as \`npx . keygen\` prints them`);
      expect(message + JSON.stringify(problems)).not.toContain(text.slice(0, 12));
      expect(config.fleetKeys).toEqual(
        variable === 'FLEET_KEY' ? 'unusable' : { seal: KEY, also: undefined },
      );
    }
  });

  it.each(noKeys)('refuses one that is %s exactly where fleetKey() does', (_, text) => {
    expect(() => fleetKey(text)).toThrow('not a fleet key');
    expect(() => fleetKey(KEY)).not.toThrow();
  });

  it('never lets a device that was meant to have a key speak in the clear', () => {
    expect(fleetKeysOf('wrong')).toBe('unusable');
    expect(fleetKeysOf('wrong', KEY)).toBe('unusable');
    expect(fleetKeysOf('', KEY)).toBe('unusable');
    expect(fleetKeysOf('', 'wrong')).toBe('unusable');
    expect(fleetKeysOf('', '')).toBeUndefined();
  });

  it('refuses a second key without a first, or that is the first', () => {
    const second = readConfig({ FLEET_KEY_ALSO: KEY });
    expect(describeProblems(second.problems)).toContain(
      'FLEET_KEY_ALSO: must be unset as long as FLEET_KEY is',
    );
    const same = readConfig({ FLEET_KEY: KEY, FLEET_KEY_ALSO: KEY });
    expect(describeProblems(same.problems)).toContain('FLEET_KEY_ALSO: must be another key than FLEET_KEY');
    expect(same.config.fleetKeys).toEqual({ seal: KEY, also: undefined });
    for (const { problems } of [second, same]) expect(describeProblems(problems)).not.toContain(KEY);
  });

  it('counts a wrong first key as one problem, not as two', () => {
    expect(problemsOf({ FLEET_KEY: 'wrong', FLEET_KEY_ALSO: KEY })).toEqual(['FLEET_KEY']);
    expect(problemsOf({ FLEET_KEY_ALSO: 'wrong' })).toEqual(['FLEET_KEY_ALSO']);
  });
});

describe('describeProblems()', () => {
  it('names every problem in one message, with variable, value and what is allowed', () => {
    const { problems } = readConfig({ LED: 'red', MULTICAST_PORT: '99999', HOLD_S: '3' });
    const message = describeProblems(problems);
    expect(message).toContain('3 problems');
    expect(message).toContain('LED="red": must be auto, gpio0 to gpio53');
    expect(message).toContain('MULTICAST_PORT="99999": must be a whole number from 1 to 65535');
    expect(message).toContain('HOLD_S="3": must be longer than the announce interval, which is 15 s');
  });

  it('keeps a value with control characters on one line', () => {
    expect(describeProblems(readConfig({ LED: 'a\u001b[2J\nb' }).problems)).not.toMatch(/[\u001b\n]/);
  });
});

describe('variables', () => {
  it('names each variable once, with all that a table needs', () => {
    expect(new Set(variables.map(({ name }) => name)).size).toBe(18);
    for (const { name, meaning, allowed, unset } of variables) {
      expect(name).toMatch(/^[A-Z_]+$/);
      for (const text of [meaning, allowed, unset]) expect(text).toMatch(/^\S.*\S$|^\d$/);
    }
  });
});
