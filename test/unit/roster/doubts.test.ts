import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { bootOf, rich } from '../announcements.ts';
import { A, B, HOLD, roster, stranger } from './rosters.ts';

const DOUBT = HOLD - 4_000;

/** Whom we know: 1 falls into doubt, 2 was heard lately. `asks`: how many others then ask for whomever they do not list. */
function doubting(asks: number, lists: readonly number[]) {
  const here = roster();
  here.heard(rich(1), A, 0);
  here.heard(rich(2), B, 20_000);
  here.doubtedAt(DOUBT);
  const heard = lists.map((device) => entryOf(bootOf(device), 0)).join('');
  const said = { asks: true, heard, peers: lists.length, holdMs: 2 * HOLD };
  for (let i = 0; i < asks; i++) here.heard(rich(100 + i, said), stranger(i), DOUBT);
  return here;
}

describe('Roster.unaskedSince()', () => {
  it('is when the first of those fell into doubt for whom fewer than ten have asked', () => {
    expect(doubting(0, []).unaskedSince(DOUBT + 900)).toBe(DOUBT);
    expect(doubting(9, [2]).unaskedSince(DOUBT + 900)).toBe(DOUBT);
    expect(doubting(10, [2]).unaskedSince(DOUBT + 900)).toBeUndefined();
  });

  it('counts little who asks for many more than will answer', () => {
    const here = doubting(0, []);
    for (let i = 0; i < 200; i++)
      here.heard(rich(1_000 + i, { holdMs: 2 * HOLD }), stranger(1_000 + i), DOUBT);
    const hello = { asks: true, heard: '', peers: 0, holdMs: 2 * HOLD };
    for (let i = 0; i < 39; i++) here.heard(rich(2_000 + i, hello), stranger(2_000 + i), DOUBT);
    expect(here.unaskedSince(DOUBT)).toBe(DOUBT);
    for (let i = 0; i < 20; i++) here.heard(rich(3_000 + i, hello), stranger(3_000 + i), DOUBT);
    expect(here.unaskedSince(DOUBT)).toBeUndefined();
  });

  it('counts nobody who lists it', () => {
    expect(doubting(10, [1]).unaskedSince(DOUBT)).toBe(DOUBT);
  });

  it('wants ten more in each second that the doubt goes on', () => {
    expect(doubting(10, []).unaskedSince(DOUBT + 1_000)).toBe(DOUBT);
    expect(doubting(20, []).unaskedSince(DOUBT + 1_000)).toBeUndefined();
  });

  it('is nothing when nobody is in doubt, or whoever was is heard', () => {
    expect(doubting(0, []).unaskedSince(DOUBT - 1)).toBeUndefined();
    const here = doubting(0, []);
    here.heard(rich(1, { sequence: 1 }), A, DOUBT + 100);
    expect(here.unaskedSince(DOUBT + 100)).toBeUndefined();
  });

  it('begins anew with every doubt', () => {
    const here = doubting(10, []);
    here.heard(rich(1, { sequence: 1 }), A, DOUBT + 100);
    here.doubtedAt(DOUBT + 200);
    here.doubtedAt(DOUBT + 100 + DOUBT);
    expect(here.unaskedSince(DOUBT + 100 + DOUBT)).toBeDefined();
  });

  it('looks at no more than 32 who are in doubt at once', () => {
    const here = roster();
    for (let i = 0; i < 100; i++) here.heard(rich(i), stranger(i), 0);
    here.doubtedAt(DOUBT);
    const asks = (device: number, listed: number) => {
      const heard = Array.from({ length: listed }, (_, i) => entryOf(bootOf(i), 0)).join('');
      here.heard(
        rich(device, { asks: true, heard, peers: listed, holdMs: 2 * HOLD }),
        stranger(device),
        DOUBT,
      );
    };
    for (let i = 0; i < 10; i++) asks(200 + i, 69);
    expect(here.unaskedSince(DOUBT)).toBe(DOUBT);
    for (let i = 0; i < 12; i++) asks(300 + i, 68);
    expect(here.unaskedSince(DOUBT)).toBeUndefined();
  });
});
