import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFault, type RichAnnouncement } from '../../../src/datagram/announcement.ts';
import { plainFrames, rejectedByBytes } from '../../../src/datagram/frames.ts';
import { ENTRY_CHARACTERS, isHeardList } from '../../../src/datagram/heard-list.ts';
import { fromJson, heardRoom, toJson } from '../../../src/datagram/rich.ts';
import {
  identifyReplies,
  identifyRequests,
  richAnnouncements,
  richMessages,
} from '../../support/arbitrary-announcements.ts';

/** What a sealed frame may have around its JSON. */
const JSON_BYTES_MAX = 1_200 - 47;

const SAID = {
  id: '0123456789ab',
  boot: 'AQIDBAUGBwg',
  seq: 1,
  name: 'kitchen',
  hold: 35,
  peers: 0,
  heard: '',
};
const read = (wire: object) => fromJson(Buffer.from(JSON.stringify(wire))) as RichAnnouncement;

describe('the rich frame', () => {
  it('is read as it was said', () => {
    fc.assert(
      fc.property(richMessages, (message) => {
        const payload = plainFrames.encode(message);
        expect(rejectedByBytes(payload)).toBeUndefined();
        expect(plainFrames.decode(payload)).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('is never longer in reply to a request to blink than in the request', () => {
    fc.assert(
      fc.property(identifyRequests, identifyReplies, (request, reply) => {
        expect(plainFrames.encode(reply).length).toBeLessThanOrEqual(plainFrames.encode(request).length);
      }),
    );
  });

  it('never throws on what begins like one, nor on what begins like any other', () => {
    const starts = [
      'multitastic/2 ',
      'multitastic/2 {"id":',
      'multitastic/2s ',
      'multitastic/2',
      'multitastic',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        const payload = Buffer.concat([Buffer.from(start), rest]);
        const heard = rejectedByBytes(payload) ?? plainFrames.decode(payload);
        return typeof heard === 'string' || heard.frame === 'classic';
      }),
      { numRuns: 5_000 },
    );
  });

  it('leaves room for a seal, with as many in its lists as fit and not one less', () => {
    fc.assert(
      fc.property(richAnnouncements, (said) => {
        const listed = said.heard.length + said.fresh.length;
        const room = heardRoom(said) * ENTRY_CHARACTERS;
        expect(listed).toBeLessThanOrEqual(room);
        const bytes = Buffer.byteLength(toJson(said));
        expect(bytes).toBeLessThanOrEqual(JSON_BYTES_MAX);
        const unused = JSON_BYTES_MAX - bytes - (said.fresh ? 0 : ',"new":""'.length);
        if (listed === room) expect(unused).toBeLessThan(ENTRY_CHARACTERS);
      }),
      { numRuns: 500 },
    );
  });

  it('has room for at least 80 peers, whatever the name', () => {
    fc.assert(fc.property(richAnnouncements, (said) => heardRoom(said) >= 80));
  });
});

describe('fromJson()', () => {
  it('never throws, and lets nothing through that is out of its limits', () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(SAID)));
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(SAID), 'new', 'question', 'answer'), values);
    fc.assert(
      fc.property(fields, fc.boolean(), (changed, mended) => {
        const heard = read(mended ? { ...SAID, ...changed } : changed);
        if (typeof heard === 'string' || heard.frame !== 'rich') return;
        expect(nameFault(heard.name)).toBeUndefined();
        expect(isHeardList(heard.heard) && isHeardList(heard.fresh)).toBe(true);
        expect(heard.holdMs).toBeGreaterThanOrEqual(3_000);
        expect(heard.holdMs).toBeLessThanOrEqual(7_205_000);
        expect(Number.isSafeInteger(heard.sequence) && Number.isSafeInteger(heard.peers)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['an id that is too long', { id: '00123456789ab' }],
    ['an id in a list, which reads like it', { id: ['0123456789ab'] }],
    ['a boot token in a list', { boot: ['AQIDBAUGBwg'] }],
    ['a number as text', { hold: '35' }],
  ])('refuses %s', (_, changed) => {
    expect(read({ ...SAID, ...changed })).toBe('malformed');
  });

  it('refuses a reply that says to nobody what it replies', () => {
    expect(read({ outcome: 'blinks', boot: SAID.boot, seq: 1 })).toBe('malformed');
  });

  it('tells the character for what is no UTF-8 from what is none', () => {
    const name = '\u{FFFD}';
    expect(read({ ...SAID, name }).name).toBe(name);
    const broken = Buffer.from(JSON.stringify({ ...SAID, name }).replace(name, '\u{FF}'), 'latin1');
    expect(fromJson(broken)).toBe('malformed');
  });

  it('never throws on bytes that are no JSON', () => {
    const near = fc.tuple(fc.constantFrom('', '{', '{"id":"', '[[[['), fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(near, ([start, rest]) => {
        expect(fromJson(Buffer.concat([Buffer.from(start), rest]))).toBe('malformed');
      }),
      { numRuns: 5_000 },
    );
    expect(fromJson(Buffer.from('['.repeat(1_186)))).toBe('malformed');
  });

  it.each([
    [
      'fw',
      'firmware',
      ['0.2.0', 'v1+a_b-c', 'x'.repeat(32)],
      ['', 'x'.repeat(33), 'a b', 'a\nb', '<b>', 7, null],
    ],
    ['up', 'uptimeSeconds', [0, 2 ** 32], [-1, 2 ** 32 + 1, 1.5, '1', null]],
    ['temp', 'temperatureCelsius', [-60, 47.25, 200], [-60.1, 200.1, '47', null]],
    ['mem', 'memoryPercent', [0, 31.5, 100], [-0.1, 100.1, '31', true]],
    ['rssi', 'signalDbm', [-150, 0], [-151, 1, [], null]],
  ] as const)('takes %s within its limits, and otherwise for not said', (field, fact, within, without) => {
    for (const value of within) expect(read({ ...SAID, [field]: value }).facts).toEqual({ [fact]: value });
    for (const value of without) expect(read({ ...SAID, [field]: value }).facts).toEqual({});
  });

  it('takes the answer to be no longer than its question', () => {
    const token = 'q83vASNFZ4k';
    expect(toJson({ frame: 'answer', token }).length).toBeLessThanOrEqual(
      toJson({ frame: 'question', token }).length,
    );
  });
});
