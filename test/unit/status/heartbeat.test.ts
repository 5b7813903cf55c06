import { expect, it } from 'vitest';
import { HeartbeatKeeper } from '../../../src/status/heartbeat.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

it('HeartbeatKeeper.isWell is false when somebody asks just after the event loop stood still, and true again soon', async () => {
  const time = new VirtualClock();
  let stoodStillMs = 0;
  const clock = { now: () => time.now + stoodStillMs, after: time.after.bind(time) };
  const keeper = new HeartbeatKeeper({ clock, heartbeat: { beat: () => {} }, onEvent: () => {} });
  const stop = new AbortController();
  const ended = keeper.run(stop.signal);
  await time.run(100_000);
  expect(keeper.isWell).toBe(true);
  stoodStillMs = 60_000;
  expect(keeper.isWell).toBe(false);
  await time.run(130_000);
  expect(keeper.isWell).toBe(true);
  stop.abort();
  await ended;
});
