import { describe, expect, it } from 'vitest';
import { describeProblems, readConfig, variables } from '../../src/config.ts';

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
        led: 'auto',
        ledActiveLow: false,
        logLevel: 'info',
        logFormat: undefined,
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
      LED: 'GPIO27',
      LED_ACTIVE_LOW: 'true',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
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
      led: { gpio: 27 },
      ledActiveLow: true,
      logLevel: 'debug',
      logFormat: 'json',
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
    ['HOLD_S', 'long'],
    ['RECEIVE_BUDGET', '1'],
    ['LED', 'gpio54'],
    ['LED', 'red'],
    ['LED_ACTIVE_LOW', 'maybe'],
    ['LED_ACTIVE_LOW', 'constructor'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['HEARTBEAT_FILE', 'heartbeat'],
  ])('refuses %s=%s, and has the value that holds when it is unset', (variable, value) => {
    expect(problemsOf({ [variable]: value })).toEqual([variable]);
    expect(readConfig({ [variable]: value }).config).toEqual(readConfig({}).config);
  });
});

describe('describeProblems()', () => {
  it('names every problem in one message, with variable, value and what is allowed', () => {
    const { problems } = readConfig({ LED: 'red', MULTICAST_PORT: '99999', HOLD_S: '2' });
    const message = describeProblems(problems);
    expect(message).toContain('3 problems');
    expect(message).toContain('LED="red": must be auto, gpio0 to gpio53');
    expect(message).toContain('MULTICAST_PORT="99999": must be a whole number from 1 to 65535');
    expect(message).toContain('HOLD_S="2": must be longer than the announce interval, which is 15 s');
  });

  it('keeps a value with control characters on one line', () => {
    expect(describeProblems(readConfig({ LED: 'a\u001b[2J\nb' }).problems)).not.toMatch(/[\u001b\n]/);
  });
});

describe('variables', () => {
  it('names each variable once, with all that a table needs', () => {
    expect(new Set(variables.map(({ name }) => name)).size).toBe(13);
    for (const { name, meaning, allowed, unset } of variables) {
      expect(name).toMatch(/^[A-Z_]+$/);
      for (const text of [meaning, allowed, unset]) expect(text).toMatch(/^\S.*\S$|^\d$/);
    }
  });
});
