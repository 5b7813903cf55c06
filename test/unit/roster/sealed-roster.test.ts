import { describe, expect, it } from 'vitest';
import type { RichAnnouncement } from '../../../src/datagram/announcement.ts';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { bootOf, rich } from '../announcements.ts';
import { A, B, HOLD, names, OWN_BOOT, roster, stranger, told } from './rosters.ts';

const others = { heard: entryOf(bootOf(2), 0), peers: 1 };

/** A roster of a fleet with a key, and `hear`: an announcement that lists our latest one, or passes us over. */
function fleet() {
  const ownSequence = new OwnSequence();
  const here = roster({ sealed: true, ownSequence });
  let latest = ownSequence.take(HOLD, 0);
  return {
    here,
    announce: (now: number) => {
      latest = ownSequence.take(HOLD, now);
    },
    lists: (said: RichAnnouncement): RichAnnouncement => ({
      ...said,
      heard: entryOf(OWN_BOOT, latest),
      peers: 1,
    }),
  };
}

describe('A peer of a fleet with a key', () => {
  it('is no friend until it lists a recent announcement of ours', () => {
    const { here, lists } = fleet();
    expect(here.heard(rich(1, others), A, 100)).toEqual([]);
    expect(here.heard(rich(1, { ...others, sequence: 1 }), A, 500)).toEqual([]);
    expect(here.size).toBe(1);
    const proof = here.heard(lists(rich(1, { sequence: 2 })), A, 1_000);
    expect(names(proof)).toEqual(['peer.joined', 'peer.two-way', 'peer.heard']);
    expect(proof[0]).toMatchObject({ peers: 1 });
  });

  it('is asked to prove itself like everybody who asks: it may not know us yet', () => {
    const { here } = fleet();
    expect(here.heard(rich(1, { ...others, asks: true }), A, 100)).toEqual([
      { event: 'peer.asked', asked: 1 },
    ]);
  });

  it('makes nobody answer less: recordings of a thousand would keep a newcomer waiting', () => {
    const { here, lists } = fleet();
    for (let device = 2; device < 40; device++) here.heard(rich(device, others), stranger(device), 0);
    here.heard(lists(rich(40)), stranger(40), 0);
    expect(here.heard(rich(1, { asks: true }), A, 100)).toEqual([{ event: 'peer.asked', asked: 1 }]);
  });

  it('proves nothing by an announcement of ours that is two holds old', () => {
    const { here, lists, announce } = fleet();
    const recorded = lists(rich(1));
    for (let now = 15_000; now <= 2 * HOLD + 15_000; now += 15_000) announce(now);
    expect(here.heard(recorded, A, 2 * HOLD + 15_000)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('is a friend no longer when three announcements in a row pass us over, and again by the next proof', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    const hear = (sequence: number) => here.heard(rich(1, { ...others, sequence }), A, sequence * 1_000);
    expect([names(hear(1)), names(hear(2))]).toEqual([['peer.heard'], ['peer.heard']]);
    expect(hear(3)).toMatchObject([{ event: 'peer.left', peers: 0, reason: 'unproven' }]);
    expect(hear(4)).toEqual([]);
    expect(here.size).toBe(1);
    expect(told(here.heard(lists(rich(1, { sequence: 5 })), A, 5_000))).toEqual([
      'peer.joined pi-1 10.0.0.1 1',
      'peer.two-way pi-1 10.0.0.1 1',
    ]);
  });

  it('that never was a friend goes without a word', () => {
    const { here } = fleet();
    here.heard(rich(1, others), A, 0);
    here.heard(rich(2, others), B, 0);
    expect(here.heard(rich(1, { sequence: 1, leaving: true }), A, 1_000)).toEqual([]);
    expect(here.expire(HOLD)).toEqual([]);
    expect(here.size).toBe(0);
  });

  it('moves and is renamed without a word as long as it is no friend', () => {
    const { here } = fleet();
    here.heard(rich(1, others), A, 0);
    expect(here.heard(rich(1, { ...others, sequence: 1, name: 'kitchen' }), B, 1_000)).toEqual([]);
    expect([...here]).toMatchObject([{ name: 'kitchen', endpoint: B, friend: false }]);
  });
});

describe('A new boot in a fleet with a key', () => {
  it('takes nobody’s place before it has proven itself', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    expect(here.heard(rich(1, { ...others, bootNumber: 1 }), B, 1_000)).toEqual([]);
    expect(here.size).toBe(2);
    expect(names(here.heard(lists(rich(1, { sequence: 1 })), A, 2_000))).toEqual(['peer.heard']);
  });

  it('is told as a restart when it has', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    here.heard(rich(1, { ...others, bootNumber: 1 }), A, 1_000);
    expect(told(here.heard(lists(rich(1, { bootNumber: 1, sequence: 1 })), A, 2_000))).toEqual([
      'peer.restarted pi-1 10.0.0.1 1',
      'peer.two-way pi-1 10.0.0.1 1',
    ]);
    expect(here.size).toBe(1);
  });

  it('is known for a clone also when all of its id had ceased to prove themselves', () => {
    const { here, lists } = fleet();
    const clones = [
      { bootNumber: 0, at: A },
      { bootNumber: 1, at: B },
    ];
    const prove = (sequence: number) =>
      clones.map(({ bootNumber, at }) =>
        told(here.heard(lists(rich(1, { bootNumber, sequence })), at, 10_000 + sequence * 1_000)),
      );
    prove(0);
    prove(2);
    expect(prove(3)).toEqual([[], []]);
    for (const sequence of [4, 5, 6])
      for (const { bootNumber, at } of clones)
        here.heard(rich(1, { ...others, bootNumber, sequence }), at, 14_000);
    expect(
      prove(7)
        .flat()
        .map((line) => line.split(' ')[0]),
    ).toEqual(['peer.joined', 'peer.two-way', 'peer.joined', 'peer.two-way']);
  });

  it('is a clone when the old boot proves itself once more', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    here.heard(lists(rich(1, { bootNumber: 1 })), B, 1_000);
    const [joined] = here.heard(lists(rich(1, { sequence: 1 })), A, 3_000);
    expect(joined).toMatchObject({ event: 'peer.joined', clone: true, peers: 2 });
  });

  it('is recognised however many old boots of the device somebody plays back', () => {
    const { here, lists } = fleet();
    for (let old = 1; old <= 30; old++) here.heard(rich(1, { ...others, bootNumber: old }), B, 0);
    here.heard(lists(rich(1)), A, 1_000);
    expect(told(here.heard(lists(rich(1, { bootNumber: 31 })), A, 2_000))).toEqual([
      'peer.restarted pi-1 10.0.0.1 1',
      'peer.two-way pi-1 10.0.0.1 1',
    ]);
  });
});

describe('A recording of a fleet with a key', () => {
  it('is not believed while the device is here, and its number does not rise', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1, { sequence: 7 })), A, 0);
    for (const sequence of [7, 6, 0])
      expect(names(here.heard(lists(rich(1, { sequence })), B, 20_000))).not.toContain('peer.heard');
    expect([...here]).toMatchObject([{ endpoint: A, lastHeardAt: 0 }]);
  });

  it('prolongs nobody’s stay', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    here.heard(lists(rich(1)), A, HOLD - 1);
    expect(told(here.expire(HOLD))).toEqual(['peer.left pi-1 10.0.0.1 0']);
  });

  it('raises nobody who has said goodbye, for as long as what it lists is fresh', () => {
    const { here, lists, announce } = fleet();
    const recorded = lists(rich(1, { sequence: 4 }));
    here.heard(recorded, A, 0);
    here.heard(rich(1, { sequence: 5, leaving: true }), A, 1_000);
    for (let now = 2_000; now < 200_000; now += 5_000) {
      announce(now);
      expect(told(here.heard(recorded, A, now)).filter((line) => line !== 'peer.replayed')).toEqual([]);
    }
  });

  it('raises nobody either who promised a shorter hold than ours', () => {
    const { here, lists, announce } = fleet();
    const recorded = lists(rich(1, { sequence: 4, holdMs: 3_000 }));
    here.heard(recorded, A, 0);
    expect(told(here.expire(3_000))).toEqual(['peer.left pi-1 10.0.0.1 0']);
    for (let now = 4_000; now < 200_000; now += 1_000) {
      if (now % 15_000 === 0) announce(now);
      expect(told(here.heard(recorded, A, now)).filter((line) => line !== 'peer.replayed')).toEqual([]);
    }
  });

  it('raises nobody who had lost its proof before it went', () => {
    const { here, lists } = fleet();
    const recorded = lists(rich(1));
    here.heard(recorded, A, 0);
    for (const sequence of [1, 2, 3]) here.heard(rich(1, { ...others, sequence }), A, sequence * 1_000);
    here.heard(rich(1, { sequence: 4, leaving: true }), A, 4_000);
    expect([here.size, told(here.heard(recorded, A, 10_000))]).toEqual([0, ['peer.replayed']]);
  });

  it('raises nobody who was taken the place of', () => {
    const { here, lists } = fleet();
    const recorded = lists(rich(1, { sequence: 4 }));
    here.heard(recorded, A, 0);
    here.heard(lists(rich(1, { bootNumber: 1 })), A, 5_000);
    expect(told(here.heard(recorded, A, 10_000))).toEqual(['peer.replayed']);
    expect(here.size).toBe(1);
  });

  it('is told the first time, and then every thousandth', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1)), A, 0);
    const events = Array.from({ length: 2_001 }, () => here.heard(lists(rich(1)), B, 20_000));
    expect(events.flat()).toEqual([
      { event: 'peer.replayed', address: B.address, replays: 1 },
      { event: 'peer.replayed', address: B.address, replays: 1_001 },
      { event: 'peer.replayed', address: B.address, replays: 2_001 },
    ]);
  });

  it('is nothing that comes twice or late within a second, as the network does by itself', () => {
    const { here, lists } = fleet();
    here.heard(lists(rich(1, { sequence: 3 })), A, 0);
    here.heard(lists(rich(1, { sequence: 5 })), A, 500);
    expect(here.heard(lists(rich(1, { sequence: 5 })), A, 501)).toEqual([]);
    expect(here.heard(lists(rich(1, { sequence: 4 })), A, 1_400)).toEqual([]);
    here.heard(rich(1, { sequence: 6, leaving: true }), A, 2_000);
    expect(here.heard(rich(1, { sequence: 6, leaving: true }), A, 2_001)).toEqual([]);
  });
});
