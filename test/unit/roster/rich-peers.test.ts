import { describe, expect, it } from 'vitest';
import { encodeClassic } from '../../../src/datagram/classic.ts';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { bootOf, classic, idOf, rich } from '../announcements.ts';
import { A, B, C, HOLD, names, OWN, OWN_BOOT, roster, stranger, told } from './rosters.ts';

describe('Roster.heard(), of a rich announcement,', () => {
  it('lets a peer join, once, and tells every announcement', () => {
    const here = roster();
    expect(names(here.heard(rich(1), A, 0))).toEqual(['peer.joined', 'peer.heard']);
    expect(names(here.heard(rich(1, { sequence: 1 }), A, 500))).toEqual(['peer.heard']);
    expect([here.size, here.classicPeers]).toEqual([1, 0]);
  });

  it('hears everybody whose boot token somebody else claims, before or after', () => {
    const here = roster();
    const { boot } = rich(1);
    here.heard(rich(2, { boot }), B, 0);
    expect(names(here.heard(rich(1), A, 1))).toEqual(['peer.joined', 'peer.heard']);
    here.heard(rich(3, { boot }), C, 2);
    here.heard(rich(2, { boot, sequence: 1, leaving: true }), B, 3);
    expect(names(here.heard(rich(1, { sequence: 1 }), A, 4))).toEqual(['peer.heard']);
    expect(here.size).toBe(2);
  });

  it('holds a peer for as long as it says', () => {
    const here = roster();
    here.heard(rich(1, { holdMs: 5_000 }), A, 0);
    expect(here.expire(4_999)).toEqual([]);
    expect(told(here.expire(5_000))).toEqual(['peer.left pi-1 10.0.0.1 0']);
  });

  it('calls nobody a newcomer: who speaks the rich frame asks for us if it does not know us', () => {
    expect(roster().heard(rich(1), A, 0).at(-1)).toMatchObject({ event: 'peer.heard', newcomer: false });
  });

  it('says of a peer with our own name that it is a twin, and of one with our own id that it is a clone', () => {
    expect(roster().heard(rich(1, { name: 'me' }), A, 0)[0]).toMatchObject({ twin: true, clone: false });
    expect(roster().heard(rich(OWN, { bootNumber: 1 }), A, 0)[0]).toMatchObject({
      twin: false,
      clone: true,
    });
  });

  it('renews a peer that has another address', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(rich(1, { sequence: 1 }), B, 5_000)[0]).toMatchObject({
      event: 'peer.renewed',
      address: B.address,
      previousAddress: A.address,
      previousPort: A.port,
      peers: 1,
    });
  });

  it('renews a peer that has another name', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(rich(1, { sequence: 1, name: 'kitchen' }), A, 5_000)[0]).toMatchObject({
      event: 'peer.renewed',
      peer: 'kitchen',
      previousName: 'pi-1',
      previousAddress: A.address,
    });
  });

  it('follows a peer however often it moves within a hold', () => {
    const here = roster();
    const moves = Array.from({ length: 8 }, (_, i) =>
      told(here.heard(rich(1, { sequence: i }), { ...A, port: 50_000 + i }, i * 100)),
    );
    expect(moves.flat().map((line) => line.split(' ')[0])).toEqual([
      'peer.joined',
      ...Array(7).fill('peer.renewed'),
    ]);
  });
});

describe('A device of a known id that has another boot token', () => {
  it('has started anew', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 9 }), A, 0);
    expect(told(here.heard(rich(1, { bootNumber: 1 }), B, 5_000))).toEqual([
      'peer.restarted pi-1 10.0.0.2 1',
    ]);
    expect(here.size).toBe(1);
  });

  it('has started anew even while a word of the boot before is still under way', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 9 }), A, 0);
    here.heard(rich(1, { bootNumber: 1 }), A, 5_000);
    expect(here.heard(rich(1, { sequence: 10 }), A, 5_999)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('is another device when the old boot speaks again: both are listed from then on', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 9 }), A, 0);
    here.heard(rich(1, { bootNumber: 1 }), B, 5_000);
    const [joined] = here.heard(rich(1, { sequence: 10 }), A, 15_000);
    expect(joined).toMatchObject({ event: 'peer.joined', clone: true, peers: 2 });
    for (let round = 2; round < 10; round++) {
      expect(told(here.heard(rich(1, { bootNumber: 1, sequence: round }), B, round * 10_000))).toEqual([]);
      expect(told(here.heard(rich(1, { sequence: 10 + round }), A, round * 10_000 + 5_000))).toEqual([]);
    }
    expect(here.size).toBe(2);
  });

  it('joins as one of several once there are clones, because nobody knows whose boot it is', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 9 }), A, 0);
    here.heard(rich(1, { bootNumber: 1 }), B, 5_000);
    here.heard(rich(1, { sequence: 10 }), A, 15_000);
    const [third] = here.heard(rich(1, { bootNumber: 2 }), C, 16_000);
    expect(third).toMatchObject({ event: 'peer.joined', clone: true, peers: 3 });
  });

  it('has started anew again as soon as its clones are gone', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 9 }), A, 0);
    here.heard(rich(1, { bootNumber: 1 }), B, 5_000);
    here.heard(rich(1, { sequence: 10 }), A, 15_000);
    expect(told(here.heard(rich(1, { bootNumber: 1, sequence: 1, leaving: true }), B, 16_000))).toHaveLength(
      1,
    );
    expect(told(here.heard(rich(1, { bootNumber: 2 }), A, 20_000))).toEqual([
      'peer.restarted pi-1 10.0.0.1 1',
    ]);
  });

  it.each([2, 3, 5, 6, 20])('is found to be one of %i devices with one id', (devices) => {
    const here = roster();
    let now = 0;
    for (let round = 0; round < 10; round++) {
      for (let device = 0; device < devices; device++) {
        now += 15_000 / devices;
        here.expire(now);
        const from = { address: `10.0.0.${device}`, port: 49_001 };
        here.heard(rich(1, { bootNumber: device, sequence: round }), from, now);
      }
    }
    expect(here.size).toBe(devices);
  });

  it('counts as one device, however often it starts within a hold', () => {
    const here = roster();
    for (let boot = 0; boot < 20; boot++) here.heard(rich(1, { bootNumber: boot }), A, boot * 2_000);
    expect(here.size).toBe(1);
  });
});

describe('A goodbye', () => {
  const goodbye = (sequence: number) => rich(1, { sequence, leaving: true });

  it('ends a friendship at once', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(goodbye(1), A, 5_000)).toMatchObject([
      { event: 'peer.left', peer: 'pi-1', peers: 0, reason: 'leaving', silentMs: 0 },
    ]);
    expect(here.size).toBe(0);
  });

  it('is said twice and told once, and raises nobody', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(goodbye(1), A, 5_000);
    expect(here.heard(goodbye(2), A, 5_050)).toEqual([]);
    expect(here.heard(goodbye(2), A, 60_000)).toEqual([]);
    expect(here.size).toBe(0);
  });

  it.each([
    ['another address', B],
    ['another port', { ...A, port: 50_000 }],
  ])('from %s is not believed', (_, from) => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(goodbye(1), from, 5_000)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('of another boot is not believed', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(rich(1, { bootNumber: 1, leaving: true }), A, 5_000)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('is not undone by an announcement that it has overtaken', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(goodbye(2), A, 5_000);
    expect(here.heard(rich(1, { sequence: 1 }), A, 5_900)).toEqual([]);
    expect(here.size).toBe(0);
  });

  it('is undone by a later announcement', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(goodbye(1), A, 5_000);
    expect(told(here.heard(rich(1, { sequence: 3 }), A, 5_500))).toEqual(['peer.joined pi-1 10.0.0.1 1']);
  });
});

describe('A device that speaks both frames', () => {
  it('is the same friend, found to speak the rich frame', () => {
    const here = roster();
    here.heard(classic('pi-1'), A, 0);
    expect(here.heard(rich(1), A, 500)[0]).toMatchObject({ event: 'peer.renewed', peer: 'pi-1', peers: 1 });
    expect([here.size, here.classicPeers]).toEqual([1, 0]);
  });

  it('is one friend though its classic frame came first from its new address', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(classic('pi-1'), B, 500);
    expect(here.heard(rich(1, { sequence: 1 }), B, 600)[0]).toMatchObject({
      event: 'peer.renewed',
      peers: 1,
    });
    expect([here.size, here.classicPeers]).toEqual([1, 0]);
  });

  it('is one friend though, started anew, it was heard by its classic frame first', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(classic('pi-1'), B, 500);
    expect(told(here.heard(rich(1, { bootNumber: 1 }), B, 600))).toEqual(['peer.restarted pi-1 10.0.0.2 1']);
    expect(here.size).toBe(1);
  });

  it('is recognised by the name as its classic frame can carry it', () => {
    const here = roster();
    const said = plainFrames.decode(encodeClassic('Küche'));
    if (typeof said === 'string' || said.frame !== 'classic') throw new Error('not classic');
    here.heard(said, A, 0);
    expect(here.heard(rich(1, { name: 'Küche' }), A, 500)[0]).toMatchObject({
      event: 'peer.renewed',
      peer: 'Küche',
      previousName: 'Kuche',
      peers: 1,
    });
  });

  it('is heard by its rich frame alone from then on', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    expect(here.heard(classic('pi-1'), A, 500)).toEqual([]);
    expect(here.heard(classic('whatever'), A, 500)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('is heard by its classic frame again when it speaks nothing else any more', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(rich(1, { sequence: 1, leaving: true }), A, 500);
    expect(told(here.heard(classic('pi-1'), A, 1_000))).toEqual(['peer.joined pi-1 10.0.0.1 1']);
  });

  it('is heard by its rich frame alone at its new endpoint, too', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(rich(1, { sequence: 1 }), B, 500);
    expect(here.heard(classic('pi-1'), B, 600)).toEqual([]);
    expect(told(here.heard(classic('another'), A, 600))).toEqual(['peer.joined another 10.0.0.1 2']);
  });

  it('is heard by its rich frame alone though another of its endpoint has moved away', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(rich(2), A, 100);
    here.heard(rich(1, { sequence: 1 }), B, 200);
    expect(here.heard(classic('pi-2'), A, 300)).toEqual([]);
  });

  it('takes no name from a classic device at another endpoint', () => {
    const here = roster();
    here.heard(classic('pi-1'), B, 0);
    expect(told(here.heard(rich(1), A, 500))).toEqual(['peer.joined pi-1 10.0.0.1 2']);
  });
});

describe('Whether a peer hears us', () => {
  const listing = (ownNumber: number) => ({ heard: entryOf(OWN_BOOT, ownNumber), peers: 1 });
  const others = { heard: entryOf(bootOf(2), 0), peers: 1 };

  /** One that has just listed our only announcement. */
  function heardBy() {
    const ownSequence = new OwnSequence();
    const here = roster({ ownSequence });
    ownSequence.take(HOLD, 0);
    return { here, ownSequence, first: here.heard(rich(1, listing(0)), A, 1_000) };
  }

  it('is told when it lists a recent announcement of ours', () => {
    expect(names(heardBy().first)).toEqual(['peer.joined', 'peer.two-way', 'peer.heard']);
    expect(
      roster()
        .heard(rich(1, others), A, 0)
        .map(({ event }) => event),
    ).not.toContain('peer.two-way');
  });

  it('is told once', () => {
    const { here } = heardBy();
    expect(names(here.heard(rich(1, { ...listing(0), sequence: 1 }), A, 2_000))).toEqual(['peer.heard']);
  });

  it('lapses after three announcements in a row that pass us over', () => {
    const { here } = heardBy();
    const hear = (sequence: number, lists: object) =>
      told(here.heard(rich(1, { ...lists, sequence }), A, sequence * 1_000));
    expect([hear(1, others), hear(2, others), hear(3, listing(0))]).toEqual([[], [], []]);
    expect([hear(4, others), hear(5, others)]).toEqual([[], []]);
    expect(hear(6, others)).toEqual(['peer.one-way pi-1 10.0.0.1 1']);
    expect(hear(7, others)).toEqual([]);
    expect(hear(8, listing(0))).toEqual(['peer.two-way pi-1 10.0.0.1 1']);
  });

  it('is told also where a liar has itself listed under the same beginning of a boot token', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ ownSequence });
    ownSequence.take(HOLD, 0);
    const heard = entryOf(OWN_BOOT, 9_000_000) + entryOf(OWN_BOOT, 0);
    expect(names(here.heard(rich(1, { heard, peers: 2 }), A, 1_000))).toContain('peer.two-way');
  });

  it('is told to begin, not to begin again, however often we were passed over before', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ ownSequence });
    ownSequence.take(HOLD, 0);
    for (const sequence of [0, 1, 2, 3]) here.heard(rich(1, { ...others, sequence }), A, 1_000);
    expect(here.heard(rich(1, { ...listing(0), sequence: 4 }), A, 3_000)).toContainEqual(
      expect.objectContaining({ event: 'peer.two-way', again: false }),
    );
  });

  it('is told to begin again if it had lapsed', () => {
    const { here, first } = heardBy();
    expect(first).toContainEqual(expect.objectContaining({ event: 'peer.two-way', again: false }));
    for (const sequence of [1, 2, 3]) here.heard(rich(1, { ...others, sequence }), A, 2_000);
    expect(here.heard(rich(1, { ...listing(0), sequence: 4 }), A, 3_000)).toContainEqual(
      expect.objectContaining({ event: 'peer.two-way', again: true }),
    );
  });

  it('does not lapse by questions, which leave out whoever is in doubt', () => {
    const { here } = heardBy();
    for (let sequence = 1; sequence < 10; sequence++) {
      const events = here.heard(rich(1, { ...others, asks: true, sequence }), A, 1_000);
      expect(told(events)).toEqual(['peer.asked']);
    }
  });

  it('does not lapse by runs in which we do not lie', () => {
    const { here } = heardBy();
    const run = { heard: entryOf(bootOf(2), 0) + entryOf(bootOf(3), 0), peers: 200 };
    for (let sequence = 1; sequence < 10; sequence++)
      expect(told(here.heard(rich(1, { ...run, sequence }), A, 1_000))).toEqual([]);
  });

  it('lapses when what it lists has become old', () => {
    const { here, ownSequence } = heardBy();
    for (let now = 15_000; now <= 150_000; now += 15_000) ownSequence.take(HOLD, now);
    const hear = (sequence: number) =>
      told(here.heard(rich(1, { ...listing(0), sequence }), A, 150_000 + sequence));
    expect([hear(1), hear(2), hear(3)]).toEqual([[], [], ['peer.one-way pi-1 10.0.0.1 1']]);
  });
});

describe('Whoever asks for those whom it does not list', () => {
  const ask = (said: object) => roster().heard(rich(1, { asks: true, ...said }), A, 0);

  it('asks us when it does not list us', () => {
    expect(ask({}).at(-1)).toEqual({ event: 'peer.asked', asked: 1 });
  });

  it('does not ask us when it lists us, or when its run says nothing of us', () => {
    expect(names(ask({ heard: entryOf(OWN_BOOT, 0), peers: 1 }))).not.toContain('peer.asked');
    expect(names(ask({ heard: entryOf(bootOf(2), 0), peers: 9 }))).not.toContain('peer.asked');
  });

  it('asks about as many as we know and it does not, of the part that its run covers', () => {
    const here = roster();
    for (let device = 2; device < 52; device++) here.heard(rich(device), stranger(device), 0);
    const hear = (said: object) => here.heard(rich(1, { asks: true, ...said }), B, 0).at(-1);
    expect(hear({ sequence: 0 })).toEqual({ event: 'peer.asked', asked: 51 });
    expect(hear({ sequence: 1, heard: entryOf(bootOf(2), 0), peers: 1 })).toMatchObject({ asked: 50 });
    const run = entryOf(bootOf(42), 0) + entryOf(bootOf(1), 0);
    expect(hear({ sequence: 2, heard: run, peers: 20 })).toMatchObject({ asked: 9 });
  });

  it('asks one at least, however many it claims to know', () => {
    const run = entryOf(bootOf(2), 0) + entryOf(bootOf(0xffff), 0);
    expect(ask({ heard: run, peers: 1_000_000 }).at(-1)).toEqual({ event: 'peer.asked', asked: 1 });
  });

  it('asks no fewer by a lie about whom it hears, nor how many', () => {
    const here = roster();
    for (let device = 2; device < 202; device++) here.heard(rich(device), stranger(device), 0);
    const nobody = entryOf('_____', 0).repeat(100);
    const around = entryOf(bootOf(2), 0) + entryOf(bootOf(1), 0);
    let sequence = 0;
    for (const [heard, peers] of [
      [nobody, 0],
      [around, 0],
      [around, 1_000_000],
    ] as const)
      expect(
        here.heard(rich(1, { asks: true, heard, peers, sequence: sequence++ }), B, 0).at(-1),
      ).toMatchObject({ asked: expect.closeTo(200, -1) });
  });
});

describe('Our own word, come back by way of a repeater or out of a recording,', () => {
  it.each([true, false])('is no peer (sealed: %s)', (sealed) => {
    const here = roster({ sealed });
    expect(here.heard({ ...rich(OWN), id: idOf(OWN), boot: OWN_BOOT, asks: true }, B, 0)).toEqual([]);
    expect(here.size).toBe(0);
  });
});

describe('An announcement that comes late, or twice,', () => {
  it('is a sign of life, and leaves the peer at its newer endpoint', () => {
    const here = roster();
    here.heard(rich(1, { sequence: 8 }), A, 0);
    here.heard(rich(1, { sequence: 10 }), B, 5_000);
    expect(names(here.heard(rich(1, { sequence: 9 }), A, 5_100))).toEqual(['peer.heard']);
    expect(names(here.heard(rich(1, { sequence: 10 }), C, 5_200))).toEqual(['peer.heard']);
    expect([...here][0]?.endpoint).toEqual(B);
  });

  it('passes us over only once', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ ownSequence });
    ownSequence.take(HOLD, 0);
    here.heard(rich(1, { heard: entryOf(OWN_BOOT, 0), peers: 1 }), A, 0);
    for (let copy = 0; copy < 5; copy++)
      expect(told(here.heard(rich(1, { sequence: 1 }), A, 1_000))).toEqual([]);
  });

  it.each([2 ** 32, 900, 50])(
    'is news when its number is far below: somebody has claimed to be at %i, where the peer is not yet',
    (claimed) => {
      const here = roster();
      here.heard(rich(1, { sequence: 8 }), A, 0);
      here.heard(rich(1, { sequence: claimed }), B, 100);
      expect(told(here.heard(rich(1, { sequence: 9 }), A, 200))).toEqual(['peer.renewed pi-1 10.0.0.1 1']);
    },
  );
});
