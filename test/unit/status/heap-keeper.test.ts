import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/status/events.ts';
import { HeapKeeper } from '../../../src/status/heap-keeper.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const BEGAN: NodeEvent = { event: 'flood.began', received: 1, dropped: 1 };
const ENDED: NodeEvent = { event: 'flood.ended', received: 1, dropped: 1, seconds: 1 };
const LEFT: NodeEvent = {
  event: 'peer.left',
  peer: 'false',
  address: '10.77.0.9',
  port: 1,
  peers: 0,
  reason: 'silent',
  silentMs: 7_000,
};

/** When memory is given back, if events happen at these moments. */
async function givenBackAt(happenings: readonly (readonly [at: number, event: NodeEvent])[]) {
  const time = new VirtualClock();
  const moments: number[] = [];
  const clock = { now: () => time.now, after: time.after.bind(time) };
  const heap = {
    keepSmall: async () => {},
    giveBack: async () => void moments.push(time.now),
    residentBytes: () => 0,
  };
  const keeper = new HeapKeeper(clock, heap);
  for (const [at, event] of happenings) time.at(at, () => keeper.note(event));
  await time.run(60_000);
  return moments;
}

describe('HeapKeeper', () => {
  it('gives memory back when a flood has been over for 8 s', async () => {
    expect(
      await givenBackAt([
        [0, BEGAN],
        [5_000, ENDED],
      ]),
    ).toEqual([13_000]);
  });

  it('waits for the false names of the flood to leave', async () => {
    expect(
      await givenBackAt([
        [0, BEGAN],
        [5_000, ENDED],
        [12_000, LEFT],
        [12_500, LEFT],
        [40_000, LEFT],
      ]),
    ).toEqual([20_500, 48_000]);
  });

  it('does nothing for a departure where there was no flood', async () => {
    expect(await givenBackAt([[0, LEFT]])).toEqual([]);
  });
});
