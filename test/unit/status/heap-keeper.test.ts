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

const REFUSED: NodeEvent = {
  event: 'datagram.refused',
  reason: 'source-budget',
  from: { address: '10.77.0.9', port: 1 },
};

/** A keeper in a world of its own, with what it asks of the heap. */
function start() {
  const time = new VirtualClock();
  const orders: string[] = [];
  const givenBack: number[] = [];
  const clock = { now: () => time.now, after: time.after.bind(time) };
  const heap = {
    keepSmall: async () => void orders.push('small'),
    preferSpeed: async () => void orders.push('fast'),
    giveBack: async () => void givenBack.push(time.now),
    residentBytes: () => 0,
  };
  return { time, orders, givenBack, keeper: new HeapKeeper(clock, heap) };
}

/** When memory is given back, if events happen at these moments. */
async function givenBackAt(happenings: readonly (readonly [at: number, event: NodeEvent])[]) {
  const { time, givenBack, keeper } = start();
  for (const [at, event] of happenings) time.at(at, () => keeper.note(event));
  await time.run(60_000);
  return givenBack;
}

/** Hears so many announcements a second, for so many seconds. */
async function hear({ time, keeper }: ReturnType<typeof start>, perSecond: number, seconds: number) {
  for (let second = 0; second < seconds; second++) {
    for (let count = 0; count < perSecond; count++) keeper.noteHeard();
    await time.run(time.now + 1_000);
  }
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

  it('prefers speed once the LAN has said 10,000 announcements more than 20 a second', async () => {
    const world = start();
    await hear(world, 270, 39);
    expect(world.orders).toEqual([]);
    await hear(world, 270, 1);
    expect(world.orders).toEqual(['fast']);
    await hear(world, 270, 40);
    expect(world.orders).toEqual(['fast']);
  });

  it('never prefers it on a LAN that says what a fleet says', async () => {
    const world = start();
    await hear(world, 20, 3_600);
    expect(world.orders).toEqual([]);
  });

  it.each([
    ['somebody says more than its share', REFUSED],
    ['a flood has begun', BEGAN],
  ])('stays small for good when %s', async (_, event) => {
    const world = start();
    world.keeper.note(event);
    await hear(world, 270, 60);
    expect(world.orders).toEqual(['small']);
  });

  it('is small again when a flood begins on a busy LAN', async () => {
    const world = start();
    await hear(world, 270, 41);
    world.keeper.note(BEGAN);
    expect(world.orders).toEqual(['fast', 'small']);
  });
});
