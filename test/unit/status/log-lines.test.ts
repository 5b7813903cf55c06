import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../src/multicast/hearing.ts';
import { isDebug, logLine } from '../../../src/status/log-lines.ts';
import { EVERY_EVENT, PEER } from './every-event.ts';

const every = Object.values(EVERY_EVENT);
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

describe('logLine() of every event', () => {
  it.each(every)('has one sentence for $event, and flat fields', (event) => {
    const line = logLine(event);
    expect(line.event).toBe(event.event);
    expect(line.message).toMatch(/^\S.{5,}\S$/);
    expect(line.message).not.toMatch(/undefined|NaN|\[object/);
    for (const value of Object.values(line.fields))
      expect(['string', 'number', 'boolean']).toContain(typeof value);
  });

  it.each(every)(
    'has nothing unprintable in that for $event, whatever another program has to say',
    (event) => {
      const { message, fields } = logLine(event);
      for (const text of [message, ...Object.values(fields)]) expect(String(text)).not.toMatch(UNPRINTABLE);
    },
  );

  it.each(every)('knows beforehand whether the one for $event is for debugging', (event) => {
    if (isDebug(event)) expect(logLine(event).level).toBe('debug');
  });

  it('makes no line of an announcement that nobody reads', () => {
    expect([EVERY_EVENT['peer.heard'], EVERY_EVENT['peer.asked']].every(isDebug)).toBe(true);
  });
});

describe('logLine()', () => {
  it('tells a person and a machine the same', () => {
    expect(logLine({ event: 'peer.joined', ...PEER, twin: false, clone: false })).toEqual({
      level: 'info',
      event: 'peer.joined',
      message: 'anna (10.0.0.7) is here; 2 friends now',
      fields: { peer: 'anna', address: '10.0.0.7', port: 40_000, peers: 2 },
    });
  });

  it('names a twin as one, and a clone', () => {
    const twin = logLine({ event: 'peer.joined', ...PEER, twin: true, clone: false });
    expect(twin.message).toContain('bears our own name');
    expect(twin.fields).toMatchObject({ twin: true });
    const clone = logLine({ event: 'peer.joined', ...PEER, twin: false, clone: true });
    expect(clone.message).toContain('copied SD card');
    expect(clone.fields).toMatchObject({ clone: true });
  });

  it.each([
    [{}, 'anna (10.0.0.7) has come back; 2 friends now'],
    [{ previousAddress: '10.0.0.6' }, 'anna has moved from 10.0.0.6 to 10.0.0.7; 2 friends now'],
    [{ previousName: 'pi' }, 'pi (10.0.0.7) is now anna (10.0.0.7); 2 friends now'],
  ])('says whether a friend came back, moved or changed its name: %j', (change, message) => {
    const was = { previousName: 'anna', previousAddress: '10.0.0.7', previousPort: 39_999 };
    expect(logLine({ event: 'peer.renewed', ...PEER, ...was, ...change }).message).toBe(message);
  });

  it.each([
    ['silent', 'anna (10.0.0.7) is gone, silent for 35 s; 2 friends now'],
    ['leaving', 'anna (10.0.0.7) says goodbye; 2 friends now'],
    ['unproven', 'anna (10.0.0.7) no longer proves that it hears us; 2 friends now'],
  ] as const)('says why a friend left: %s', (reason, message) => {
    expect(logLine({ event: 'peer.left', ...PEER, reason, silentMs: 35_000 }).message).toBe(message);
  });

  it('counts friends as people do', () => {
    const left = { event: 'peer.left', ...PEER, reason: 'leaving', silentMs: 0 } as const;
    expect(logLine({ ...left, peers: 0 }).message).toMatch(/; no friends now$/);
    expect(logLine({ ...left, peers: 1 }).message).toMatch(/; 1 friend now$/);
  });

  it('says in its own words why a datagram was refused', () => {
    const reasons: Record<Refusal, true> = {
      foreign: true,
      'other-version': true,
      'too-long': true,
      'bad-name': true,
      malformed: true,
      sealed: true,
      unsealed: true,
      'other-fleet': true,
      forged: true,
      misplaced: true,
      'source-budget': true,
      'whole-budget': true,
    };
    const messages = Object.keys(reasons).map(
      (reason) => logLine({ ...EVERY_EVENT['datagram.refused'], reason: reason as Refusal }).message,
    );
    expect(new Set(messages).size).toBe(messages.length);
  });

  it.each([
    ['deaf', 'warn'],
    ['mute', 'warn'],
    ['overloaded', 'warn'],
    ['ok', 'info'],
    ['alone', 'info'],
    ['link-down', 'info'],
    ['unknown', 'debug'],
  ] as const)('calls being %s a matter for %s', (to, level) => {
    expect(logLine({ ...EVERY_EVENT['reachability.changed'], to }).level).toBe(level);
  });

  it('leaves the port of the status page out where browsers know it', () => {
    expect(logLine({ event: 'http.up', port: 80, address: '10.0.0.2' }).message).toMatch(/10\.0\.0\.2\/$/);
    expect(logLine({ event: 'http.up', port: 8_080, address: undefined }).message).toMatch(
      /localhost:8080\/$/,
    );
  });

  it('is one line, whatever another program has to say', () => {
    const cause = new Error('Command failed: nmcli\nError: NetworkManager is not running.\n');
    const { message, fields } = logLine({ event: 'wifi.unavailable', cause });
    expect(message).toMatch(/nmcli Error: NetworkManager is not running\.$/);
    expect(fields.cause).toBe('Command failed: nmcli Error: NetworkManager is not running.');
  });

  it('gives a fault its cause and the system’s word for it', () => {
    const cause = Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY' });
    expect(logLine({ event: 'led.unavailable', led: 'gpio17', cause })).toMatchObject({
      level: 'warn',
      fields: { led: 'gpio17', cause: 'EBUSY: resource busy', code: 'EBUSY' },
    });
  });
});
