import { describe, expect, it } from 'vitest';
import { Announcer, type Manner } from '../../../src/multicast/announcer.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** An announcer of a board at one announcement a second, and what it has said. */
function announcer() {
  const time = new VirtualClock();
  const said: Manner[] = [];
  const speaks = new Announcer({
    clock: { now: () => time.now, after: time.after.bind(time) },
    random: new SeededRandom(1),
    announceIntervalMs: 1_000,
    holdMs: 7_000,
    voice: {
      announcement: (manner) => {
        said.push(manner);
        return new Uint8Array();
      },
      classic: () => new Uint8Array(),
      peers: () => 1,
      classicPeers: () => 0,
      richPeers: () => 0,
      claimedPeers: () => 0,
    },
    send: async () => {},
    onEvent: () => {},
  });
  return { time, said, speaks };
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
