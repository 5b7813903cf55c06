import { describe, expect, it } from 'vitest';
import type { IdentifyOutcome, IdentifyReply } from '../../../src/datagram/announcement.ts';
import { BlinkCall, CALL_MS, type Said } from '../../../src/status/blink-call.ts';
import { deviceLine, summary } from '../../../src/status/blink-report.ts';
import { bootOf, classic, rich } from '../announcements.ts';

const TOKEN = 'token-00001';
const AT = { address: '10.0.0.7', port: 40_007 };
const AT_OTHER = { address: '10.0.0.8', port: 40_008 };

const reply = (outcome: IdentifyOutcome, device = 7, sequence = 3, token = TOKEN): IdentifyReply => ({
  frame: 'identified',
  token,
  outcome,
  proof: { boot: bootOf(device), sequence },
});

/** All that is said from `from` on, until `until` or the end. */
function play(call: BlinkCall, until: number, from = 0): (Said & { readonly at: number })[] {
  const said: (Said & { readonly at: number })[] = [];
  for (let now = from; now <= until && !call.isOver(now); now = call.nextAt) {
    said.push(...call.due(now).map((each) => ({ ...each, at: now })));
    if (call.nextAt <= now) throw new Error(`time stands still at ${now}`);
  }
  return said;
}

const standings = (call: BlinkCall) => call.devices.map(({ standing }) => standing);

describe('BlinkCall', () => {
  it('calls the name again and again, to the group, and gives up after 20 s', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    const said = play(call, 60_000);
    expect(said.map(({ at }) => at)).toEqual([0, 500, 1_500, 3_000, 6_000, 10_000, 15_000]);
    for (const { message, to } of said) {
      expect(to).toBeUndefined();
      expect(message).toEqual({ frame: 'identify', token: TOKEN, name: 'lamp', proof: undefined });
    }
    expect(call.isOver(CALL_MS - 1)).toBe(false);
    expect(call.isOver(CALL_MS)).toBe(true);
    expect(call.devices).toEqual([]);
  });

  it('tells whoever replies with what the reply says, by unicast, and is content when it blinks', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.due(0);
    call.replied(reply('stale'), AT, 20);
    expect(call.due(20)).toEqual([
      {
        message: { frame: 'identify', token: TOKEN, name: 'lamp', proof: { boot: bootOf(7), sequence: 3 } },
        to: AT,
      },
    ]);
    call.replied(reply('blinks'), AT, 40);
    expect(standings(call)).toEqual(['blinks']);
    // Others of the name have some more time to reply.
    expect(call.isOver(3_000)).toBe(false);
    expect(call.isOver(4_000)).toBe(true);
  });

  it('tells at once whoever is heard announcing itself under the name', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.due(0);
    call.heard(rich(7, { name: 'other' }), AT, 100);
    call.heard(rich(8, { name: 'lamp', leaving: true }), AT, 100);
    expect(call.due(100)).toEqual([]);
    call.heard(rich(7, { name: 'lamp', sequence: 9 }), AT, 100);
    expect(call.due(100).map(({ message, to }) => [message.proof?.sequence, to])).toEqual([[9, AT]]);
  });

  it('asks again with a later number when the one that it named was too old, and never with an earlier one', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.due(0);
    call.heard(rich(7, { name: 'lamp', sequence: 9 }), AT, 100);
    call.due(100);
    call.replied(reply('stale', 7, 12), AT, 120);
    expect(call.due(120)[0]?.message.proof?.sequence).toBe(12);
    call.replied(reply('stale', 7, 4), AT, 140);
    expect(call.due(140)[0]?.message.proof?.sequence).toBe(12);
  });

  it('tells a device that does not reply five times, also by multicast, and then says so', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.due(0);
    call.heard(rich(7, { name: 'lamp' }), AT, 0);
    const told = play(call, 60_000).filter(({ message }) => message.proof);
    expect(told.filter(({ to }) => to !== undefined)).toHaveLength(5);
    expect(told.filter(({ to }) => to === undefined)).toHaveLength(4);
    expect(standings(call)).toEqual(['mute']);
  });

  it('cannot be kept busy by a device that calls every request too old', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    let said = 0;
    for (let now = 0; now < 5_000; now += 10) {
      said += call.due(now).filter(({ message }) => message.proof).length;
      call.replied(reply('stale', 7, now), AT, now);
    }
    expect(said).toBeLessThanOrEqual(10);
    expect(standings(call)).toEqual(['mute']);
  });

  it('tells all devices of the name, each for itself', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.due(0);
    call.replied(reply('stale', 7), AT, 20);
    call.replied(reply('refused', 8), AT_OTHER, 30);
    expect(call.due(30).map(({ to }) => to)).toEqual([AT]);
    call.replied(reply('blinks', 7), AT, 40);
    expect(standings(call)).toEqual(['blinks', 'refused']);
    expect(summary('lamp', call.devices)).toEqual(['2 devices bear the name "lamp"; 1 of them blink']);
  });

  it('knows a classic device that cannot be told, by the name as it can say it', () => {
    const call = new BlinkCall('Küche', TOKEN, 0);
    call.due(0);
    call.heard(classic('Kuche'), AT, 100);
    expect(call.due(100)).toEqual([]);
    expect(standings(call)).toEqual(['classic']);
  });

  it('does not take the classic frame of a device that speaks both for another device', () => {
    const before = new BlinkCall('lamp', TOKEN, 0);
    before.heard(classic('lamp'), AT, 100);
    before.heard(rich(7, { name: 'lamp' }), AT, 200);
    const after = new BlinkCall('lamp', TOKEN, 0);
    after.heard(rich(7, { name: 'lamp' }), AT, 100);
    after.heard(classic('lamp'), AT, 200);
    expect([standings(before), standings(after)]).toEqual([['asked'], ['asked']]);
  });

  it('believes no reply to somebody else’s request', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    call.replied(reply('blinks', 7, 3, 'token-other'), AT, 20);
    expect(call.devices).toEqual([]);
  });

  it('remembers a bounded number of devices', () => {
    const call = new BlinkCall('lamp', TOKEN, 0);
    for (let i = 0; i < 2_000; i++) call.heard(rich(i, { name: 'lamp' }), { ...AT, port: i }, 100);
    for (let i = 0; i < 2_000; i++) call.heard(classic('lamp'), { ...AT, port: 10_000 + i }, 100);
    expect(call.devices.length).toBeLessThanOrEqual(256);
  });
});

describe('deviceLine()', () => {
  const device = { key: 'k', address: '10.0.0.7' };

  it.each([
    ['blinks', 'lamp (10.0.0.7) blinks'],
    ['refused', 'lamp (10.0.0.7) refuses: its owner has set IDENTIFY to off'],
    ['classic', 'lamp (10.0.0.7) cannot be told: it speaks only the classic frame'],
    ['asked', undefined],
  ] as const)('tells %s', (standing, line) => {
    expect(deviceLine('lamp', { ...device, standing })).toBe(line);
  });

  it('never shows a name that could move the cursor', () => {
    expect(deviceLine('a\x1b[2Jb\u202Ec', { ...device, standing: 'blinks' })).toBe(
      'a\u{FFFD}[2Jb\u{FFFD}c (10.0.0.7) blinks',
    );
  });
});
