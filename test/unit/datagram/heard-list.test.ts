import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announcementsAgo,
  ENTRY_CHARACTERS,
  entryOf,
  isHeardList,
  type Listing,
  listedIn,
  listingOf,
  missingFrom,
} from '../../../src/datagram/heard-list.ts';
import { bootTokens } from '../../support/arbitrary-announcements.ts';

interface Heard {
  readonly boot: string;
  readonly sequence: number;
}

const prefixOf = (boot: string) => boot.slice(0, 5);

/** A fleet as one of its devices hears it, in circular order, and the run of it that one announcement lists. */
const runs = fc
  .uniqueArray(fc.record({ boot: bootTokens, sequence: fc.nat() }), {
    selector: ({ boot }) => prefixOf(boot),
    maxLength: 40,
  })
  .chain((heard) => {
    const circle = [...heard].sort((a, b) => (a.boot < b.boot ? -1 : 1));
    return fc.record({
      circle: fc.constant(circle),
      begin: fc.nat({ max: Math.max(0, circle.length - 1) }),
      length: fc.nat({ max: circle.length }),
      fresh: fc.subarray(circle),
    });
  })
  .map(({ circle, begin, length, fresh }) => ({
    circle,
    fresh,
    run: Array.from({ length }, (_, step) => circle[(begin + step) % circle.length] as Heard),
  }));

const written = (peers: readonly Heard[]) =>
  peers.map(({ boot, sequence }) => entryOf(boot, sequence)).join('');

/** The same by walking around the circle, from the run's first peer to its last. */
function naiveListing(boot: string, run: readonly Heard[], fresh: readonly Heard[], peers: number): Listing {
  const listed = [...run, ...fresh].find((each) => prefixOf(each.boot) === prefixOf(boot));
  if (listed) return listed.sequence % 2 ** 24;
  if (run.length >= peers) return 'missing';
  const circle = [...run.map((each) => prefixOf(each.boot)), prefixOf(boot)].sort();
  const first = circle.indexOf(prefixOf(run[0]?.boot ?? ''));
  const walked = [...circle.slice(first), ...circle.slice(0, first)];
  const isLast = walked.at(-1) === prefixOf(boot);
  return run.length > 0 && !isLast ? 'missing' : 'unsaid';
}

describe('listingOf()', () => {
  it('says of a peer in the lists with which sequence number it was heard', () => {
    fc.assert(
      fc.property(runs, ({ circle, run, fresh }) => {
        const list = { heard: written(run), fresh: written(fresh), peers: circle.length };
        for (const { boot, sequence } of [...run, ...fresh])
          expect(listingOf(boot, list)).toBe(sequence % 2 ** 24);
      }),
    );
  });

  it('says of anybody what a walk around the circle says', () => {
    fc.assert(
      fc.property(runs, bootTokens, ({ circle, run, fresh }, stranger) => {
        const list = { heard: written(run), fresh: written(fresh), peers: circle.length };
        for (const boot of [stranger, ...circle.map((each) => each.boot)])
          expect(listingOf(boot, list)).toBe(naiveListing(boot, run, fresh, circle.length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never says of a peer that is heard that it is missing, whichever run it is', () => {
    fc.assert(
      fc.property(runs, ({ circle, run }) => {
        const list = { heard: written(run), fresh: '', peers: circle.length };
        for (const { boot } of circle) expect(listingOf(boot, list)).not.toBe('missing');
      }),
    );
  });

  it('is not taken in by text that lies across two entries, even before the true entry', () => {
    const heard = 'xxxxxxxabcdezzzzzzabcde---6';
    expect(heard.indexOf('abcde')).toBe(7);
    expect(listingOf('abcde000000', { heard, fresh: '', peers: 9 })).toBe(7);
  });
});

describe('missingFrom()', () => {
  it('says of anybody what a listing says', () => {
    fc.assert(
      fc.property(runs, fc.array(bootTokens), ({ circle, run, fresh }, strangers) => {
        const list = { heard: written(run), fresh: written(fresh), peers: circle.length };
        const isMissing = missingFrom(list);
        for (const boot of [...strangers, ...circle.map((each) => each.boot)])
          expect(isMissing(boot)).toBe(listingOf(boot, list) === 'missing');
      }),
    );
  });
});

describe('isHeardList()', () => {
  it('takes whole entries of base64url and nothing else', () => {
    fc.assert(fc.property(runs, ({ run }) => isHeardList(written(run))));
    for (const none of [
      undefined,
      7,
      [],
      ['0aaaaa000'],
      '0aaaaa00',
      '0aaaaa000 ',
      '0aaaaa00+',
      '0aaaaa000\n',
    ])
      expect(isHeardList(none)).toBe(false);
  });
});

describe('listedIn()', () => {
  it('has the beginnings of the boot tokens, in order', () => {
    fc.assert(
      fc.property(runs, ({ run }) => {
        expect(listedIn(written(run))).toEqual(run.map(({ boot }) => prefixOf(boot)));
        expect(written(run)).toHaveLength(run.length * ENTRY_CHARACTERS);
      }),
    );
  });
});

describe('announcementsAgo()', () => {
  it('counts across the modulus', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 2 ** 24 - 1 }), (latest, ago) => {
        const list = { heard: entryOf('AQIDBAUGBwg', latest), fresh: '', peers: 1 };
        expect(announcementsAgo(listingOf('AQIDBAUGBwg', list) as number, latest + ago)).toBe(ago);
      }),
    );
  });
});
