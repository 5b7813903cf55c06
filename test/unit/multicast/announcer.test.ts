import { describe, expect, it } from 'vitest';
import { Announcer, type Manner } from '../../../src/multicast/announcer.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** An announcer of a board, and what it has said; `lan`: who is there. */
function announcer(announceIntervalMs = 1_000) {
  const time = new VirtualClock();
  const said: Manner[] = [];
  let classic = 0;
  const lan = { peers: 1, classicPeers: 0, unaskedSince: undefined as number | undefined };
  const speaks = new Announcer({
    clock: { now: () => time.now, after: time.after.bind(time) },
    random: new SeededRandom(1),
    announceIntervalMs,
    holdMs: 7_000,
    voice: {
      announcement: (manner) => {
        said.push(manner);
        return new Uint8Array();
      },
      classic: () => {
        classic++;
        return new Uint8Array();
      },
      peers: () => lan.peers,
      classicPeers: () => lan.classicPeers,
      richPeers: () => 0,
      claimedPeers: () => 0,
      unaskedSince: () => lan.unaskedSince,
    },
    send: async () => {},
    onEvent: () => {},
  });
  return { time, said, saidClassic: () => classic, lan, speaks };
}

describe('Announcer.leave()', () => {
  it('is the last word, whoever asks and whatever is due', async () => {
    const { time, said, speaks } = announcer();
    await time.run(5_000);
    said.length = 0;
    speaks.leave();
    speaks.answer(1);
    speaks.ask();
    await time.run(20_000);
    speaks.leave();
    expect(said.map(({ leaving }) => leaving)).toEqual([true, true]);
  });
});

describe('Announcer.ask()', () => {
  it.each([
    ['asks for whoever is in doubt', 4_900, 1],
    ['does not when enough others ask first', undefined, 0],
  ])('%s', async (_, unaskedSince, questions) => {
    const { time, said, lan, speaks } = announcer(3_600_000);
    await time.run(5_000);
    said.length = 0;
    lan.unaskedSince = 4_900;
    speaks.ask();
    lan.unaskedSince = unaskedSince;
    await time.run(6_000);
    expect(said.map(({ asks }) => asks)).toEqual(Array(questions).fill(true));
  });
});

describe('Announcer.answerClassic()', () => {
  it('begins with the classic frame, whose last turn the rich one takes: whoever knew us by it alone waits no longer', async () => {
    const { time, said, saidClassic, lan, speaks } = announcer();
    lan.peers = 1_000;
    await time.run(600_000);
    lan.classicPeers = 1;
    speaks.answerClassic();
    await time.run(601_500);
    expect(saidClassic()).toBeGreaterThan(0);
    lan.classicPeers = 0;
    const [rich, classic] = [said.length, saidClassic()];
    await time.run(602_700);
    expect(said.length - rich).toBe(1);
    await time.run(610_000);
    expect([said.length - rich, saidClassic() - classic]).toEqual([1, 0]);
  });

  it('goes on every 15 s, however rarely the rich frame is said: the origin forgets after 35 s', async () => {
    const { time, saidClassic, lan, speaks } = announcer(3_600_000);
    lan.classicPeers = 1;
    speaks.answerClassic();
    await time.run(150_000);
    expect(saidClassic()).toBeGreaterThanOrEqual(9);
    expect(saidClassic()).toBeLessThanOrEqual(12);
  });
});
