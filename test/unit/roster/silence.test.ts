import { describe, expect, it } from 'vitest';
import { entryOf, listedIn } from '../../../src/datagram/heard-list.ts';
import type { Roster } from '../../../src/roster/roster.ts';
import { bootOf, classic, rich } from '../announcements.ts';
import { A, B, C, HOLD, names, roster, stranger, told } from './rosters.ts';

const leavers = (here: Roster, now: number) =>
  here.expire(now).map((event) => (event.event === 'peer.left' ? event.peer : event.event));

describe('Roster.expire()', () => {
  it.each([
    ['classic', classic('pi-1')],
    ['rich', rich(1)],
  ])('lets a %s peer go when its hold has passed, not a millisecond before', (_, said) => {
    const here = roster();
    here.heard(said, A, 1_000);
    expect(here.expire(1_000 + HOLD - 1)).toEqual([]);
    expect(here.expire(1_000 + HOLD)).toMatchObject([
      { event: 'peer.left', peer: 'pi-1', peers: 0, reason: 'silent', silentMs: HOLD },
    ]);
    expect(here.nextLook(1_000 + HOLD)).toBeUndefined();
  });

  it('bears whoever may have been refused, for loud words from its address, until a hold after the last of them', () => {
    const refused = new Map([[A.address, 20_000]]);
    const here = roster({ missedAt: (address) => refused.get(address) });
    here.heard(rich(1), A, 0);
    here.heard(rich(2), B, 0);
    expect(leavers(here, HOLD)).toEqual(['pi-2']);
    expect(here.nextLook(HOLD)).toBe(20_000 + HOLD - 4_000);
    expect(leavers(here, 20_000 + HOLD - 1)).toEqual([]);
    expect(leavers(here, 20_000 + HOLD)).toEqual(['pi-1']);
  });

  it('counts down the peers as they leave together', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    here.heard(rich(1), B, 0);
    expect(told(here.expire(HOLD))).toEqual(['peer.left anna 10.0.0.1 1', 'peer.left pi-1 10.0.0.2 0']);
  });
});

describe('When most of a roster fall silent together', () => {
  /** With devices 1, 2, … heard a second apart; the first at 0. */
  function fleet(devices: number, from = 1) {
    const here = roster();
    for (let i = 0; i < devices; i++) here.heard(rich(from + i), stranger(from + i), i * 1_000);
    return here;
  }

  it('it is us until proven otherwise: each is told to have left after a second hold', () => {
    const here = fleet(4);
    for (let now = HOLD; now < 2 * HOLD; now += 500) expect(leavers(here, now)).toEqual([]);
    expect(leavers(here, 2 * HOLD)).toEqual(['pi-1']);
    expect(leavers(here, 2 * HOLD + 999)).toEqual([]);
    expect(leavers(here, 2 * HOLD + 3_000)).toEqual(['pi-2', 'pi-3', 'pi-4']);
  });

  it('tells for how long they were silent in truth', () => {
    const here = fleet(3);
    here.expire(HOLD);
    expect(here.expire(2 * HOLD)).toMatchObject([{ silentMs: 2 * HOLD }]);
  });

  /** All of them have fallen silent, and it was noticed of each when its hold had passed. */
  function staleFleet(devices: number) {
    const here = fleet(devices);
    for (let i = 0; i < devices; i++) expect(here.expire(HOLD + i * 1_000)).toEqual([]);
    return here;
  }

  it('whoever is heard again is a friend as before, and is borne for one hold from then on', () => {
    const here = staleFleet(3);
    expect(names(here.heard(rich(1, { sequence: 1 }), stranger(1), HOLD + 5_000))).toEqual(['peer.heard']);
    expect([...here].map(({ stale }) => stale)).toContain(false);
    here.heard(rich(1, { sequence: 2 }), stranger(1), 2 * HOLD);
    expect(leavers(here, 3 * HOLD - 1)).toEqual(['pi-2', 'pi-3']);
    expect(leavers(here, 3 * HOLD)).toEqual(['pi-1']);
  });

  it.each([
    ['all of them', staleFleet],
    ['only some', fleet],
  ])(
    'when %s are missed and one is heard again, the others have one whole hold from then on',
    (_, missed) => {
      const here = missed(4);
      here.expire(HOLD);
      const back = HOLD + 500;
      here.heard(rich(1, { sequence: 1 }), stranger(1), back);
      for (let now = back; now < back + HOLD; now += 500) {
        expect(leavers(here, now)).toEqual([]);
        if (now % 5_000 === 0) here.heard(rich(1, { sequence: now }), stranger(1), now);
      }
      expect(leavers(here, back + HOLD).sort()).toEqual(['pi-2', 'pi-3', 'pi-4']);
    },
  );

  it('and one is heard again before anybody is gone, the others have one whole hold from then on', () => {
    const here = fleet(4);
    const back = 3_000 + HOLD / 2;
    here.heard(rich(1, { sequence: 1 }), stranger(1), back);
    here.heard(rich(1, { sequence: 2 }), stranger(1), back + HOLD / 2 - 1);
    here.heard(rich(1, { sequence: 3 }), stranger(1), back + HOLD - 2);
    expect(leavers(here, back + HOLD - 1)).toEqual([]);
    expect(leavers(here, back + HOLD)).toEqual(['pi-2', 'pi-3', 'pi-4']);
  });

  it('and one alone is heard now and then, the others are gone after the second hold all the same', () => {
    const here = fleet(4);
    for (let now = HOLD - 1; now < 2 * HOLD; now += HOLD / 2 + 1_000) {
      here.heard(rich(1, { sequence: now }), stranger(1), now);
      expect(leavers(here, now)).toEqual([]);
    }
    here.heard(rich(1, { sequence: 2 * HOLD }), stranger(1), 2 * HOLD + 2_999);
    expect(leavers(here, 2 * HOLD + 3_000)).toEqual(['pi-2', 'pi-3', 'pi-4']);
  });

  it('a shorter silence is nothing: whoever is not heard leaves at the end of its hold', () => {
    const here = fleet(4);
    const back = 2_999 + HOLD / 2;
    here.heard(rich(1, { sequence: 1 }), stranger(1), back);
    expect(leavers(here, 1_000 + HOLD)).toEqual(['pi-2']);
  });

  it('waits no longer when there are fewer than three: two may well go together', () => {
    expect(leavers(fleet(2), HOLD)).toEqual(['pi-1']);
  });

  it('waits no longer when it is half of them only', () => {
    const here = fleet(2);
    for (const device of [3, 4]) here.heard(rich(device, { holdMs: 100_000 }), stranger(device), 0);
    expect(leavers(here, HOLD)).toEqual(['pi-1']);
  });

  it('waits no longer for one of a long hold when those of a short one, which ends soon, were just heard', () => {
    const here = roster();
    here.heard(rich(1, { holdMs: 3 * HOLD }), A, 0);
    for (let sequence = 0; sequence <= 6; sequence++)
      for (const device of [2, 3, 4])
        here.heard(rich(device, { sequence }), stranger(device), sequence * (HOLD / 2 - 2_000));
    expect(leavers(here, 3 * HOLD)).toEqual(['pi-1']);
  });

  it('waits no longer when anybody was heard meanwhile, so that we can hear', () => {
    const here = fleet(9);
    here.heard(rich(10), stranger(10), HOLD / 2);
    here.heard(rich(10, { sequence: 1 }), stranger(10), HOLD - 1_000);
    expect(leavers(here, HOLD)).toEqual(['pi-1']);
  });
});

describe('A rich peer that is silent', () => {
  it.each([
    [35_000, 31_000],
    [16_000, 12_000],
    [8_000, 6_000],
  ])('with a hold of %i ms is in doubt after %i ms', (holdMs, doubtedAt) => {
    const here = roster();
    here.heard(rich(1, { holdMs }), A, 0);
    expect(here.nextLook(0)).toBe(doubtedAt);
    expect(here.doubtedAt(doubtedAt - 1)).toBeUndefined();
    expect(here.doubtedAt(doubtedAt)).toBe(doubtedAt);
    expect(here.nextLook(doubtedAt)).toBe(holdMs);
  });

  it('is left out of our list while in doubt, and so asked for', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(rich(2), B, 20_000);
    expect(listedIn(here.heardList(100, 30_999).heard)).toHaveLength(2);
    expect(here.heardList(100, 31_000)).toMatchObject({ peers: 1 });
    expect(listedIn(here.heardList(100, 31_000).heard)).toEqual(listedIn(entryOf(bootOf(2), 0)));
  });

  it('is not asked for while it has proven nothing: recordings of thousands would be', () => {
    const here = roster({ sealed: true });
    here.heard(rich(1), A, 0);
    expect(here.nextLook(0)).toBe(HOLD);
    expect(here.doubtedAt(HOLD - 1)).toBeUndefined();
    expect(here.heardList(100, HOLD - 1)).toMatchObject({ peers: 1 });
  });

  it('is in doubt no longer when it is heard', () => {
    const here = roster();
    here.heard(rich(1), A, 0);
    here.heard(rich(1, { sequence: 1 }), A, 32_000);
    expect(here.doubtedAt(32_000)).toBeUndefined();
    expect(here.nextLook(32_000)).toBe(63_000);
  });

  it('is not asked for once its roster has become stale: nobody would hear it', () => {
    const here = roster();
    for (const [device, from] of [A, B, C].entries()) here.heard(rich(device), from, 0);
    here.expire(HOLD);
    expect(here.doubtedAt(2 * HOLD - 1)).toBeUndefined();
  });
});

describe('A classic peer that is silent', () => {
  it('is never in doubt, because it understands no question', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    expect(here.nextLook(0)).toBe(HOLD);
    expect(here.doubtedAt(HOLD - 1)).toBeUndefined();
  });
});

describe('Roster.nextLook()', () => {
  it('is the earliest of all', () => {
    const here = roster();
    expect(here.nextLook(0)).toBeUndefined();
    here.heard(classic('anna'), A, 0);
    here.heard(rich(1), B, 3_000);
    expect(here.nextLook(3_000)).toBe(34_000);
    here.heard(rich(2, { holdMs: 20_000 }), C, 4_000);
    expect(here.nextLook(4_000)).toBe(20_000);
  });
});

describe('Roster.thaw()', () => {
  it('gives each peer one whole hold of its own, and still knows for how long it was silent', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    here.heard(rich(1, { holdMs: 60_000 }), B, 0);
    here.thaw(100_000);
    expect(here.expire(100_000 + HOLD - 1)).toEqual([]);
    expect(here.expire(100_000 + HOLD)).toMatchObject([{ peer: 'anna', silentMs: 135_000 }]);
    expect(here.expire(160_000)).toMatchObject([{ peer: 'pi-1', silentMs: 160_000 }]);
  });
});
