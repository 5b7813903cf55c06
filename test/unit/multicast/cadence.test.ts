import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cadence } from '../../../src/multicast/cadence.ts';

const always = (fraction: number) => ({ fraction: () => fraction, token: () => 'not needed' });
const starting = (fraction: number, now: number, announceIntervalMs = 15_000) =>
  new Cadence({ announceIntervalMs, holdMs: 2 * announceIntervalMs + 5_000, random: always(fraction) }, now);

interface Announced {
  readonly at: number;
  readonly asks: boolean;
  readonly holdMs: number;
  readonly intervalMs: number;
}

/** Announces whenever due, until `end`. */
function announcementsUntil(end: number, cadence: Cadence, peers: () => number = () => 0): Announced[] {
  const announced: Announced[] = [];
  while (cadence.dueAt <= end) {
    const at = cadence.dueAt;
    const { asks } = cadence.announce(peers(), at);
    announced.push({ at, asks, holdMs: cadence.holdMs, intervalMs: cadence.intervalMs });
  }
  return announced;
}

describe('Cadence', () => {
  it('says hello four times, then speaks after part of an interval, then regularly', () => {
    const announced = announcementsUntil(40_000, starting(0.5, 1_000));
    expect(announced.map(({ at }) => at)).toEqual([1_000, 1_500, 2_000, 2_500, 8_500, 23_500, 38_500]);
  });

  it('asks in its hello for whoever is not listed, and at no other time of its own accord', () => {
    const announced = announcementsUntil(40_000, starting(0.5, 1_000));
    expect(announced.map(({ asks }) => asks)).toEqual([true, true, true, true, false, false, false]);
  });

  it('spreads regular announcements between 0.9 and 1.1 intervals', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (fraction) => {
        const announced = announcementsUntil(120_000, starting(fraction, 0));
        // From the second interval on: the first one has the hello and a random part of an interval.
        const at = announced.map((each) => each.at).filter((time) => time > 15_000);
        const gaps = at.slice(1).map((time, i) => time - (at[i] ?? 0));
        return gaps.length >= 5 && gaps.every((gap) => gap >= 13_499 && gap <= 16_501);
      }),
    );
  });
});

/** Past its hello, with 3 peers or as many as told, and a second before its next announcement at the earliest. */
function settled(fraction: number, peers = 3): Cadence {
  const cadence = starting(fraction, 0);
  announcementsUntil(9_000, cadence, () => peers);
  return cadence;
}

describe('Cadence.asked()', () => {
  it('answers within 0.4 s, without asking itself', () => {
    const cadence = settled(0.5);
    cadence.asked(3, 10_000);
    expect(cadence.dueAt).toBe(10_200);
    expect(cadence.announce(3, 10_200)).toEqual({ asks: false });
    expect(cadence.dueAt).toBe(22_500);
  });

  it('does not answer when the next announcement is as soon', () => {
    const cadence = settled(0.5);
    cadence.asked(3, 22_200);
    expect(cadence.dueAt).toBe(22_500);
  });

  it('answers thrice in quick succession, then once in five seconds', () => {
    const cadence = starting(0.5, 0, 3_600_000);
    announcementsUntil(2_000, cadence);
    let answers = 0;
    for (let now = 100_000; now < 120_000; now += 500) {
      cadence.asked(3, now);
      answers += announcementsUntil(now + 499, cadence).length;
    }
    expect(answers).toBe(3 + 3);
  });

  it('answers only with the probability that 50 answer of all who are asked', () => {
    const answered = (fraction: number, asked: number) => {
      const cadence = settled(fraction);
      cadence.asked(asked, 10_000);
      return cadence.dueAt <= 10_400;
    };
    expect(answered(0.49, 100)).toBe(true);
    expect(answered(0.51, 100)).toBe(false);
    expect(answered(0.99, 50)).toBe(true);
  });

  it('does not answer while 60 announcements a second are heard', () => {
    const cadence = settled(0.5);
    for (let i = 0; i < 60; i++) cadence.heard(10_000);
    cadence.asked(3, 10_000);
    expect(cadence.dueAt).toBe(22_500);
    cadence.heard(11_000);
    cadence.asked(3, 11_000);
    expect(cadence.dueAt).toBe(11_200);
  });
});

describe('Cadence.doubt()', () => {
  it('leaves nobody without an answer who asked while a question was due that was then called off', () => {
    const cadence = settled(0.5);
    cadence.doubt(10_000, 10_000);
    cadence.asked(3, 10_050);
    cadence.reassured();
    expect(cadence.dueAt).toBe(10_250);
  });

  it('asks within 0.4 s, once', () => {
    const cadence = settled(0.5);
    cadence.doubt(10_000, 10_000);
    expect(cadence.dueAt).toBe(10_200);
    expect(cadence.announce(3, 10_200)).toEqual({ asks: true });
    expect(cadence.announce(3, cadence.dueAt)).toEqual({ asks: false });
  });

  it('asks no more once we are reassured', () => {
    const cadence = settled(0.5);
    cadence.doubt(10_000, 10_000);
    cadence.reassured();
    expect(cadence.dueAt).toBe(22_500);
  });

  it('asks however little there is to ask for', () => {
    const cadence = settled(0.999, 0);
    cadence.doubt(10_000, 10_000);
    expect(cadence.dueAt).toBeLessThan(10_400);
  });

  it('asks only with the probability that ten of all peers ask', () => {
    const asks = (fraction: number, peers: number) => {
      const cadence = settled(fraction, peers);
      cadence.doubt(10_000, 10_000);
      return cadence.dueAt <= 10_400;
    };
    expect(asks(0.09, 100)).toBe(true);
    expect(asks(0.11, 100)).toBe(false);
    expect(asks(0.99, 10)).toBe(true);
  });

  it('does not ask while 60 announcements a second are heard', () => {
    const cadence = settled(0.5);
    for (let i = 0; i < 60; i++) cadence.heard(10_000);
    cadence.doubt(10_000, 10_000);
    expect(cadence.dueAt).toBe(22_500);
  });

  it('asks thrice in quick succession, then once a second, however many fall silent one by one', () => {
    const cadence = starting(0.5, 0, 3_600_000);
    announcementsUntil(2_000, cadence);
    let questions = 0;
    for (let now = 100_000; now < 120_000; now += 100) {
      cadence.doubt(now, now);
      questions += announcementsUntil(now + 99, cadence).filter(({ asks }) => asks).length;
    }
    expect(questions).toBe(3 + 19);
  });

  it('asks again with five times the probability each second that somebody stays in doubt', () => {
    // Of a thousand: 10, then 50, then 250.
    const asksAfter = (fraction: number) => {
      const cadence = settled(fraction, 1_000);
      return [10_000, 11_000, 12_000].findIndex((now) => {
        cadence.doubt(10_000, now);
        return cadence.dueAt <= now + 400;
      });
    };
    expect([0.009, 0.011, 0.049, 0.051, 0.249, 0.251].map(asksAfter)).toEqual([0, 1, 1, 2, 2, -1]);
  });
});

describe('Cadence.news()', () => {
  it('says it at once, without asking', () => {
    const cadence = settled(0.5);
    cadence.news(10_000);
    expect(cadence.dueAt).toBe(10_000);
    expect(cadence.announce(3, 10_000)).toEqual({ asks: false });
  });
});

describe('Cadence.inquire()', () => {
  it('asks at once', () => {
    const cadence = settled(0.5);
    cadence.inquire(10_000);
    expect(cadence.dueAt).toBe(10_000);
    expect(cadence.announce(3, 10_000)).toEqual({ asks: true });
  });

  it('does not ask while 60 announcements a second are heard', () => {
    const cadence = settled(0.5);
    for (let i = 0; i < 60; i++) cadence.heard(10_000);
    cadence.inquire(10_000);
    expect(cadence.dueAt).toBe(22_500);
  });
});

describe('Cadence.intervalMs', () => {
  const HOUR = 3_600_000;
  const settledFleet = (peers: number) => {
    const cadence = starting(0.5, 0);
    announcementsUntil(HOUR, cadence, () => peers);
    return { intervalMs: cadence.intervalMs, holdMs: Math.ceil(cadence.holdMs) };
  };

  it.each([
    [0, 15_000, 35_000],
    [10, 15_000, 35_000],
    [100, 15_000, 50_000],
    [299, 15_000, 57_136],
    [399, 20_000, 77_020],
    [1_023, 51_200, 210_306],
  ])(
    'with %i peers settles at %i ms, so that a fleet says 20 a second, and tells a hold of %i ms',
    (peers, intervalMs, holdMs) => {
      expect(settledFleet(peers)).toEqual({ intervalMs, holdMs });
    },
  );

  it('tells the hold of the whole fleet at once, though its interval grows step by step', () => {
    const cadence = starting(0.5, 0);
    cadence.announce(1_023, 0);
    expect(cadence.intervalMs).toBe(15_000);
    expect(Math.ceil(cadence.holdMs)).toBe(settledFleet(1_023).holdMs);
  });

  it('never has a hold told that nobody believes', () => {
    const cadence = starting(0.5, 0, 3_600_000);
    announcementsUntil(HOUR, cadence, () => 1_000_000);
    expect(cadence.holdMs).toBe(7_205_000);
  });

  /** The fleet may change its size before every announcement. */
  const sizes = fc.array(fc.nat(1_024), { minLength: 3, maxLength: 30 });

  function lifeOf(peers: readonly number[], fraction: number): Announced[] {
    const cadence = starting(fraction, 0);
    const announced: Announced[] = [];
    for (const size of peers) {
      const at = cadence.dueAt;
      const { asks } = cadence.announce(size, at);
      announced.push({ at, asks, holdMs: cadence.holdMs, intervalMs: cadence.intervalMs });
    }
    return announced;
  }

  it('grows by half at most from one announcement to the next', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 0.999, noNaN: true }), (peers, fraction) => {
        const life = lifeOf(peers, fraction);
        return life.every((each, i) => each.intervalMs <= 1.5 * (life[i - 1]?.intervalMs ?? 15_000));
      }),
    );
  });

  it('never outlasts the hold told before: neither the latest nor, should that be lost, the one before', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 0.999, noNaN: true }), (peers, fraction) => {
        const life = lifeOf(peers, fraction);
        for (const [i, { holdMs, intervalMs }] of life.entries()) {
          const longestMs = 1.1 * intervalMs;
          expect(longestMs).toBeLessThan(holdMs);
          expect(longestMs).toBeLessThan(life[i - 1]?.holdMs ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it('leaves room for one lost announcement while the fleet keeps its size', () => {
    fc.assert(
      fc.property(fc.nat(1_024), (peers) => {
        const life = lifeOf(Array(20).fill(peers), 0.5);
        return life.slice(5).every(({ at, holdMs }, i) => (life[i + 7]?.at ?? at) - at <= holdMs);
      }),
    );
  });
});
