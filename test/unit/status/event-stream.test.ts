import { describe, expect, it } from 'vitest';
import { EventStream } from '../../../src/status/event-stream.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function watched() {
  const time = new VirtualClock();
  const clock = {
    now: () => time.now,
    after: time.after.bind(time),
    advance: (ms: number) => time.run(time.now + ms),
  };
  const told: number[][] = [];
  const state = { idle: 0 };
  const stream = new EventStream({
    clock,
    whole: () => '{"whole":true}',
    changes: (flashes) => {
      told.push([...flashes]);
      return '{"change":true}';
    },
    onIdle: () => state.idle++,
  });
  return { clock, told, state, stream };
}

function reader(pendingBytes = 0) {
  const got: string[] = [];
  return {
    pendingBytes,
    got,
    ended: false,
    send: (text: string) => void got.push(text),
    end() {
      this.ended = true;
    },
  };
}

const kinds = (got: readonly string[]) => got.flatMap((text) => /^event: (\w+)/.exec(text)?.[1] ?? []);

describe('EventStream', () => {
  it('tells a newcomer everything, and then what changes, at most four times a second', async () => {
    const { clock, stream, told } = watched();
    const one = reader();
    stream.open(one);
    expect(kinds(one.got)).toEqual(['status']);
    for (let ms = 0; ms < 1_000; ms += 10) {
      stream.note();
      await clock.advance(10);
    }
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(5);
    expect(kinds(one.got)).toEqual(['status', ...told.map(() => 'change')]);
  });

  it('tells at once what comes after a silence, and gives a sign of life in one', async () => {
    const { clock, stream, told } = watched();
    stream.open(reader());
    await clock.advance(4_000);
    expect(told).toHaveLength(1);
    await clock.advance(1_000);
    stream.note();
    await clock.advance(1);
    expect(told).toHaveLength(2);
  });

  it('costs nothing when nobody watches', async () => {
    const { clock, stream, told, state } = watched();
    stream.note();
    stream.flash();
    await clock.advance(60_000);
    expect(told).toEqual([]);
    const gone = stream.open(reader());
    stream.note();
    gone();
    gone();
    await clock.advance(60_000);
    expect([told, state.idle]).toEqual([[], 1]);
  });

  it('tells when friends were heard, of a crowd only as many as the LED could show', async () => {
    const { clock, stream, told } = watched();
    stream.open(reader());
    stream.note();
    for (let index = 0; index < 100; index++) stream.flash();
    await clock.advance(1);
    expect(told[0]).toHaveLength(16);
  });

  it('tells a slow reader nothing until it has caught up, then everything; and hangs up on one that never does', async () => {
    const { clock, stream } = watched();
    const slow = reader();
    const stuck = reader(1);
    stream.open(slow);
    stream.open(stuck);
    slow.pendingBytes = 1;
    await clock.advance(8_000);
    expect(kinds(slow.got)).toEqual(['status']);
    slow.pendingBytes = 0;
    await clock.advance(8_000);
    expect(kinds(slow.got)).toEqual(['status', 'status', 'change']);
    expect(stuck.ended).toBe(false);
    await clock.advance(12_000);
    expect([slow.ended, stuck.ended]).toEqual([false, true]);
  });

  it('has room for eight, and for nobody longer than five minutes at a time', async () => {
    const { clock, stream } = watched();
    const all = Array.from({ length: 8 }, () => reader());
    for (const each of all) {
      expect(stream.isFull).toBe(false);
      stream.open(each);
    }
    expect(stream.isFull).toBe(true);
    await clock.advance(290_000);
    expect(all.some(({ ended }) => ended)).toBe(false);
    await clock.advance(20_000);
    expect(all.every(({ ended }) => ended)).toBe(true);
  });
});
