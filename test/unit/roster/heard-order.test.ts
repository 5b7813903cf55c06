import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ENTRY_CHARACTERS,
  entryOf,
  type HeardList,
  listedIn,
  listingOf,
} from '../../../src/datagram/heard-list.ts';
import { HeardOrder } from '../../../src/roster/heard-order.ts';
import type { RichPeer } from '../../../src/roster/peer.ts';
import { SequenceWindow } from '../../../src/roster/sequence-window.ts';
import { bootOf, idOf } from '../announcements.ts';

const NOBODY: ReadonlySet<RichPeer> = new Set();

const peer = (device: number): RichPeer => ({
  id: idOf(device),
  boot: bootOf(device),
  sequence: new SequenceWindow(device),
  hearsUs: false,
  hasHeardUs: false,
  misses: 0,
  peers: 0,
  heard: '',
  facts: {},
  formerBoots: [],
});

/** As lists have it. */
const short = (device: number) => listedIn(entryOf(bootOf(device), 0))[0];
const isListed = (boot: string, list: HeardList) => typeof listingOf(boot, list) === 'number';

/** With the devices `known`, in that order, all of them listed before. */
function order(known: readonly number[]): HeardOrder {
  const heard = new HeardOrder();
  for (const device of known) heard.add(peer(device));
  heard.next(known.length, NOBODY);
  return heard;
}

describe('HeardOrder.next()', () => {
  it('lists everybody when there is room, in the order of their boot tokens, with the latest of each', () => {
    const list = order([5, 1, 3]).next(3, NOBODY);
    expect(listedIn(list.heard)).toEqual([short(1), short(3), short(5)]);
    expect(list).toMatchObject({ fresh: '', peers: 3 });
    expect(listingOf(bootOf(3), list)).toBe(3);
  });

  it('lists runs when there is not, each beginning with the end of the one before', () => {
    const heard = order([1, 2, 3, 4, 5]);
    const runs = Array.from({ length: 4 }, () => listedIn(heard.next(3, NOBODY).heard));
    expect(runs).toEqual([
      [short(1), short(2), short(3)],
      [short(3), short(4), short(5)],
      [short(5), short(1), short(2)],
      [short(2), short(3), short(4)],
    ]);
  });

  it('lists newcomers first, within a third of the room', () => {
    const heard = order([10, 20, 30, 40, 50, 60, 70]);
    for (const device of [55, 5, 25]) heard.add(peer(device));
    const first = heard.next(6, NOBODY);
    expect(listedIn(first.fresh)).toEqual([short(55), short(5)]);
    expect(listedIn(first.heard)).toHaveLength(4);
    // The run has come by the third of them meanwhile.
    expect(listedIn(first.heard)).toContain(short(25));
    expect(heard.next(6, NOBODY).fresh).toBe('');
  });

  it('leaves out whoever is in doubt, newcomer or not, and counts it no longer', () => {
    const heard = new HeardOrder();
    const [one, two, three, four] = [peer(1), peer(2), peer(3), peer(4)];
    for (const each of [one, two, three, four]) heard.add(each);
    expect(heard.next(3, new Set([two]))).toMatchObject({ peers: 3, fresh: '' });
    const list = heard.next(4, new Set([two]));
    expect(listedIn(list.heard)).toEqual([short(1), short(3), short(4)]);
    expect(listingOf(bootOf(2), list)).toBe('missing');
    for (const room of [1, 2]) expect(isListed(bootOf(2), heard.next(room, new Set([two])))).toBe(false);
  });

  it('lists nobody when there is no room at all', () => {
    expect(order([1, 2]).next(0, NOBODY)).toEqual({ heard: '', fresh: '', peers: 2 });
  });

  it('goes on from where it was when those at the end of the run have left', () => {
    const heard = new HeardOrder();
    const peers = [1, 2, 3, 4, 5].map(peer);
    for (const each of peers) heard.add(each);
    heard.next(5, NOBODY);
    heard.next(2, NOBODY);
    heard.remove(peers[1]!);
    expect(listedIn(heard.next(2, NOBODY).heard)).toEqual([short(3), short(4)]);
  });

  it('forgets the one it is told to, should two boots look alike', () => {
    const heard = new HeardOrder();
    const [one, other] = [peer(1), { ...peer(1), sequence: new SequenceWindow(77) }];
    heard.add(one);
    heard.add(other);
    heard.remove(one);
    expect(listingOf(bootOf(1), heard.next(5, NOBODY))).toBe(77);
    heard.remove(one);
    expect(heard.size).toBe(1);
  });
});

describe('HeardOrder, whoever comes and goes,', () => {
  const device = fc.nat(60);
  const step = fc.oneof(
    fc.record({ is: fc.constant('comes' as const), device }),
    fc.record({ is: fc.constant('goes' as const), device }),
    fc.record({ is: fc.constant('listed' as const), room: fc.integer({ min: 3, max: 40 }), device }),
  );

  it('says of nobody who is there that it is not heard, unless in doubt, and of whoever is not there never the contrary', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const heard = new HeardOrder();
        const here = new Map<number, RichPeer>();
        for (const each of steps) {
          if (each.is === 'comes' && !here.has(each.device)) {
            here.set(each.device, peer(each.device));
            heard.add(here.get(each.device)!);
          }
          if (each.is === 'goes' && here.has(each.device)) {
            heard.remove(here.get(each.device)!);
            here.delete(each.device);
          }
          expect(heard.size).toBe(here.size);
          if (each.is !== 'listed') continue;
          const doubted = here.get(each.device);
          const list = heard.next(each.room, new Set(doubted ? [doubted] : []));
          expect((list.heard + list.fresh).length).toBeLessThanOrEqual(each.room * ENTRY_CHARACTERS);
          for (let other = 0; other <= 60; other++) {
            const listing = listingOf(bootOf(other), list);
            if (here.has(other) && other !== each.device) expect(listing).not.toBe('missing');
            else expect(listing).not.toBeTypeOf('number');
          }
        }
      }),
    );
  });

  it('lists everybody, and passes over everybody who is not there, before the circle has come round twice', () => {
    const devices = fc.uniqueArray(device, { minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(devices, fc.integer({ min: 3, max: 12 }), (known, room) => {
        const heard = new HeardOrder();
        for (const each of known) heard.add(peer(each));
        const lists = Array.from({ length: Math.ceil((2 * known.length) / (room - 2)) + 1 }, () =>
          heard.next(room, NOBODY),
        );
        for (let each = 0; each <= 60; each++) {
          const sayings = lists.map((list) => listingOf(bootOf(each), list));
          if (known.includes(each)) expect(sayings.some((saying) => typeof saying === 'number')).toBe(true);
          else expect(sayings).toContain('missing');
        }
      }),
    );
  });

  it('lists a newcomer in the very next announcement, as long as there are fewer than a third of the room', () => {
    fc.assert(
      fc.property(fc.uniqueArray(device, { minLength: 30 }), fc.nat(7), (known, newcomers) => {
        const heard = order(known.slice(newcomers));
        for (const each of known.slice(0, newcomers)) heard.add(peer(each));
        const list = heard.next(21, NOBODY);
        for (const each of known.slice(0, newcomers)) expect(isListed(bootOf(each), list)).toBe(true);
      }),
    );
  });
});

describe('HeardOrder.missingFrom()', () => {
  const missing = (known: number, listed: readonly number[], from: number) => {
    const here = order(Array.from({ length: known }, (_, device) => device));
    const heard = listed.map((each) => entryOf(bootOf(each), 0)).join('');
    return here.missingFrom({ heard, fresh: '', peers: 0 }, bootOf(from), (peer) => peer.id !== idOf(3));
  };

  it('is exact among a few', () => {
    for (const from of [0, 7, 60]) expect(missing(60, [1, 2, 50], from)).toBe(60 - 3 - 1);
  });

  it('is about right among many, wherever the trying begins', () => {
    const everyTenth = Array.from({ length: 100 }, (_, each) => 10 * each);
    for (const from of [0, 7, 512, 1_000]) {
      expect(missing(1_000, [], from)).toBeGreaterThan(980);
      expect(missing(1_000, everyTenth, from)).toBeGreaterThan(850);
      expect(missing(1_000, everyTenth, from)).toBeLessThan(950);
    }
  });

  it('cannot be made small for all by listing those whom one of them tries', () => {
    const tried = Array.from({ length: 64 }, (_, each) => Math.floor((each * 1_000) / 64));
    expect(missing(1_000, tried, 0)).toBe(0);
    for (const from of [1, 5, 9]) expect(missing(1_000, tried, from)).toBeGreaterThan(700);
  });
});
