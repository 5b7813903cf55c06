import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../src/multicast/hearing.ts';
import type { NodeEvent } from '../../../src/status/events.ts';
import { isDebug, logLine } from '../../../src/status/log-lines.ts';
import { ETH0, EVERY_EVENT, PEER } from './every-event.ts';

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
    ['link-down', 'debug'],
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

/**
 * What only machines are told, and why. Everything else that is in the fields must be found in the sentence, so that who
 * reads text misses nothing.
 */
const FOR_MACHINES: Readonly<Record<string, string>> = {
  port: 'tells two programs on one host apart, which people tell by their names',
  sourcePort: 'the same',
  previousPort: 'the same',
  'peer.two-way peers': 'their number has not changed',
  'peer.one-way peers': 'their number has not changed',
  'peer.left silentMs': 'of somebody who says goodbye it means nothing',
  'reachability.changed from': 'the line before has told it',
  code: 'the short form of a cause, which is told',
};
/** Fields of which each value has its own words, checked below. */
const IN_WORDS = new Set(['reason', 'step', 'state', 'to', 'twin', 'clone', 'sealed', 'again']);

/** How a value may be written for people. */
function writings(field: string, value: unknown): readonly string[] {
  if (typeof value !== 'number') return [String(value)];
  if (field === 'giveUps' || field === 'restarts') return [['', 'once', 'twice'][value] ?? `${value} times`];
  if (field === 'peers') return [['no friends', '1 friend'][value] ?? `${value} friends`];
  if (field.endsWith('Bytes')) return [`${Math.round(value / 1e6)} MB`];
  if (field.endsWith('Ms') && field !== 'loopDelayMs') return [`${Math.round(value / 1_000)} s`];
  return [String(value)];
}

const hasWord = (message: string, word: string) =>
  new RegExp(`(?<![\\w.])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'i').test(message);

describe('logLine() for people', () => {
  /** Small numbers could be found anywhere, so each number is one of its own. */
  const telling: NodeEvent[] = [
    ...every,
    { ...EVERY_EVENT['child.restarted'], restarts: 4, delayMs: 8_000 },
    { ...EVERY_EVENT['tree.gave-up'], giveUps: 2, rebuildInMs: 20_000 },
    { ...EVERY_EVENT['address.changed'], before: { ...ETH0, address: '10.0.0.3', interface: 'wlan0' } },
    { ...EVERY_EVENT['peer.renewed'], previousName: 'pi' },
    { ...EVERY_EVENT['peer.replayed'], replays: 1_001 },
  ];

  it.each(telling)('has all that $event has for machines', (event) => {
    const { message, fields } = logLine(event);
    const missing = Object.entries(fields).filter(([field, value]) => {
      if (IN_WORDS.has(field) || field in FOR_MACHINES || `${event.event} ${field}` in FOR_MACHINES)
        return false;
      if (field === 'delayMs' && value === 0) return false;
      return !writings(field, value).some((each) => hasWord(message, each));
    });
    expect(missing, message).toEqual([]);
  });

  it('needs every exception', () => {
    const used = telling.flatMap((event) =>
      Object.keys(logLine(event).fields).flatMap((field) => [field, `${event.event} ${field}`]),
    );
    for (const exception of Object.keys(FOR_MACHINES)) expect(used).toContain(exception);
  });

  it.each([
    ['address.awaited', 'reason', ['carrier', 'address', 'interface']],
    ['address.lost', 'reason', ['carrier', 'address', 'interface']],
    ['address.changed', 'reason', ['carrier', 'address', 'interface', 'recreated']],
    ['peer.left', 'reason', ['leaving', 'silent', 'unproven']],
    ['reachability.changed', 'to', ['unknown', 'ok', 'mute', 'deaf', 'alone', 'link-down', 'overloaded']],
    ['healing.tried', 'step', ['reopen', 'ask', 'reconnect']],
    ['healing.tried', 'state', ['mute', 'deaf', 'alone']],
    ['node.started', 'sealed', [true, false]],
    ['peer.joined', 'twin', [true, false]],
    ['peer.joined', 'clone', [true, false]],
    ['peer.two-way', 'again', [true, false]],
  ] as const)('has words of its own for each %s of another %s', (event, field, values) => {
    const messages = values.map(
      (value) => logLine({ ...EVERY_EVENT[event], [field]: value } as NodeEvent).message,
    );
    expect(new Set(messages).size).toBe(values.length);
  });

  it('calls a key that is wrong or missing a matter for people, and other noise one for debugging', () => {
    const level = (reason: Refusal) => logLine({ ...EVERY_EVENT['datagram.refused'], reason }).level;
    expect((['sealed', 'unsealed', 'other-fleet', 'forged'] as const).map(level)).toEqual(
      Array(4).fill('info'),
    );
    expect((['foreign', 'malformed', 'source-budget'] as const).map(level)).toEqual(Array(3).fill('debug'));
  });

  it('does not tell that a friend has only opened its sockets anew', () => {
    const renewed = { ...EVERY_EVENT['peer.renewed'], previousAddress: PEER.address };
    expect([logLine(renewed).level, isDebug(renewed)]).toEqual(['debug', true]);
    for (const change of [{ previousName: 'pi' }, { previousAddress: '10.0.0.6' }])
      expect([logLine({ ...renewed, ...change }).level, isDebug({ ...renewed, ...change })]).toEqual([
        'info',
        false,
      ]);
  });
});
