import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../../src/self-check/reachability.ts';

const NOW = 1_000_000;
const HOLD = 35_000;
const INTERVAL = 15_000;

/** Three rich peers that all hear us, the last of them heard a second ago; said hello long ago. */
const WELL: Evidence = {
  linkUp: true,
  helloAt: 0,
  listeningSince: 0,
  floodedSince: undefined,
  holdMs: HOLD,
  leastHoldMs: HOLD,
  heardAt: NOW - 1_000,
  intervalMs: INTERVAL,
  rich: 3,
  classic: 0,
  hearUs: 3,
  passUsOver: 0,
};
const NOBODY = { heardAt: undefined, rich: 0, hearUs: 0 };
const UNHEARD = { hearUs: 0, passUsOver: 2 };

describe('judge()', () => {
  it.each<[string, Partial<Evidence>, string]>([
    ['somebody lists us', {}, 'ok'],
    ['somebody lists us, and others do not', { hearUs: 1, passUsOver: 2 }, 'ok'],
    ['all peers are classic, and list nobody', { rich: 0, classic: 2, hearUs: 0 }, 'ok'],

    ['others are listed and we are not, a hold after our hello', UNHEARD, 'mute'],
    ['one passes us over, and others have said nothing yet', { hearUs: 0, passUsOver: 1 }, 'mute'],
    [
      'classic peers are about, and the only rich one does not list us',
      { rich: 1, classic: 5, hearUs: 0, passUsOver: 1 },
      'mute',
    ],
    [
      'others are listed and we are not, a hold after our hello and no more',
      { ...UNHEARD, helloAt: NOW - HOLD },
      'unknown',
    ],
    [
      'others are listed and we are not, more than a hold after our hello',
      { ...UNHEARD, helloAt: NOW - HOLD - 1 },
      'mute',
    ],
    ['nobody has passed us over often enough', { hearUs: 0, passUsOver: 0 }, 'unknown'],

    [
      'those who were here are silent for one and a half of their intervals',
      { heardAt: NOW - 22_500 },
      'deaf',
    ],
    ['they are silent for a little less', { heardAt: NOW - 22_499 }, 'ok'],
    ['they have left meanwhile, as roster entries go', { heardAt: NOW - 60_000, rich: 0, hearUs: 0 }, 'deaf'],
    ['they have left just now', { rich: 0, hearUs: 0 }, 'unknown'],
    ['they speak rarely, and one may still come', { heardAt: NOW - 60_000, intervalMs: 51_000 }, 'ok'],
    ['they speak rarely, and are silent for too long', { heardAt: NOW - 76_500, intervalMs: 51_000 }, 'deaf'],
    ['classic ones are silent', { heardAt: NOW - 22_500, rich: 0, classic: 2, hearUs: 0 }, 'deaf'],
    [
      'they are silent, and so were we until just now',
      { heardAt: NOW - 90_000, listeningSince: NOW - 22_499 },
      'ok',
    ],
    [
      'they are silent ever since we listen again',
      { heardAt: NOW - 90_000, listeningSince: NOW - 22_500 },
      'deaf',
    ],

    ['there never was anybody', NOBODY, 'alone'],
    [
      'there is nobody yet, 3 s after our first hello',
      { ...NOBODY, helloAt: NOW - 3_000, listeningSince: NOW - 3_000 },
      'alone',
    ],
    [
      'there is nobody yet, and we have just come',
      { ...NOBODY, helloAt: NOW - 2_999, listeningSince: NOW - 2_999 },
      'unknown',
    ],
    ['there is still nobody after one more hello', { ...NOBODY, helloAt: NOW - 100 }, 'alone'],

    ['the link is down', { linkUp: false }, 'link-down'],
    ['the link is down, and nobody was ever here', { ...NOBODY, linkUp: false }, 'link-down'],
    ['the link is down in a flood', { linkUp: false, floodedSince: 0 }, 'link-down'],

    ['a flood lasts longer than a hold', { floodedSince: NOW - HOLD - 1 }, 'overloaded'],
    [
      'false names have made our hold longer',
      { holdMs: 9 * HOLD, floodedSince: NOW - HOLD - 1 },
      'overloaded',
    ],
    ['a flood lasts a hold', { floodedSince: NOW - HOLD }, 'ok'],
    ['a long flood, and nobody was ever here', { ...NOBODY, floodedSince: NOW - HOLD - 1 }, 'overloaded'],
    [
      'those who were here are silent since a flood began',
      { floodedSince: NOW - 30_000, heardAt: NOW - 31_000 },
      'ok',
    ],
    ['they had been silent before it began', { floodedSince: NOW - 10_000, heardAt: NOW - 40_000 }, 'deaf'],
  ])('when %s', (_, change, state) => {
    expect(judge({ ...WELL, ...change }, NOW).state).toBe(state);
  });

  it('says why, in words and numbers', () => {
    const evidence = (change: Partial<Evidence>) => judge({ ...WELL, ...change }, NOW).evidence;
    expect(evidence({})).toBe('3 of 3 hear us');
    expect(evidence({ classic: 2 })).toBe('3 of 5 hear us');
    expect(evidence({ rich: 0, classic: 2, hearUs: 0 })).toContain('cannot tell whom they hear');
    expect(evidence({ hearUs: 0 })).toBe('nobody has listed us yet');
    expect(evidence({ linkUp: false })).toBe('there is no link, or no address');
    expect(evidence({ heardAt: undefined, listeningSince: NOW })).toContain('only just begun');
    expect(evidence(UNHEARD)).toBe('we hear 3, and 2 of them list others but not us');
    expect(evidence({ heardAt: NOW - 23_000 })).toBe('all who were here have been silent for 23 s');
    expect(evidence({ floodedSince: NOW - 61_000 })).toBe('a flood has kept us from listening for 61 s');
  });
});
