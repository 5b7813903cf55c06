import { describe, expect, it } from 'vitest';
import { FORMER_MAX, identify, movedTo } from '../../../src/roster/classic-identity.ts';
import { newClassicPeer } from '../../../src/roster/new-peer.ts';
import type { Endpoint } from '../../../src/system/system.ts';
import { A, B, C, HOLD } from './rosters.ts';

const anna = (at: Endpoint, heardAt = 0) => newClassicPeer('anna', at, HOLD, heardAt);
const NEW_PORT = { ...A, port: 50_000 };

describe('identify()', () => {
  it('takes a name that nobody bears for one more', () => {
    expect(identify([], A, 0)).toEqual({ is: 'another', shared: false });
  });

  it('takes a known name from elsewhere for its device, of several the one silent longest', () => {
    const [recent, silent] = [anna(A, 2_000), anna(B, 1_000)];
    expect(identify([recent, silent], C, 3_000)).toEqual({ is: 'moved', peer: silent });
    expect(identify([silent, recent], C, 3_000)).toEqual({ is: 'moved', peer: silent });
  });

  it('takes it rather for the device of the same address, whose port alone is new', () => {
    const [same, silent] = [anna(A, 2_000), anna({ ...B, port: A.port }, 1_000)];
    expect(identify([silent, same], NEW_PORT, 3_000)).toEqual({ is: 'moved', peer: same });
  });

  it('tells two devices when the endpoint speaks again that one had given up', () => {
    const moved = anna(A);
    movedTo(moved, B, 5_000);
    expect(identify([moved], A, 6_000)).toEqual({ is: 'another', shared: true });
    expect(moved.shared).toBe(true);
    expect(identify([moved], C, 7_000)).toEqual({ is: 'another', shared: true });
  });

  it.each([
    ['another port of that address', NEW_PORT],
    ['that port of another address', { ...C, port: A.port }],
  ])('takes %s for none that was given up', (_, from) => {
    const moved = anna(A);
    movedTo(moved, B, 5_000);
    expect(identify([moved], from, 6_000)).toEqual({ is: 'moved', peer: moved });
  });

  it('believes within a second that the old socket was overtaken by the new', () => {
    const moved = anna(A);
    movedTo(moved, B, 5_000);
    expect(identify([moved], A, 5_999)).toEqual({ is: 'overtaken' });
    expect(moved.shared).toBe(false);
  });

  it('forgets an endpoint when it has been silent for a hold', () => {
    const moved = anna(A, 0);
    movedTo(moved, B, 5_000);
    expect(identify([moved], A, HOLD)).toEqual({ is: 'moved', peer: moved });
  });

  it('takes one that moves too often within a hold for several', () => {
    const restless = anna(A);
    for (let move = 0; move < FORMER_MAX; move++) movedTo(restless, { ...B, port: move }, move);
    expect(identify([restless], C, 10)).toEqual({ is: 'another', shared: false });
    expect(identify([restless], C, 2 * HOLD)).toEqual({ is: 'moved', peer: restless });
  });
});

describe('movedTo()', () => {
  it('remembers the latest few endpoints', () => {
    const restless = anna(A);
    for (let move = 0; move < 2 * FORMER_MAX; move++) movedTo(restless, { ...B, port: move }, move);
    expect(restless.former.map(({ port }) => port)).toEqual([3, 4, 5, 6]);
    expect(restless.endpoint).toEqual({ ...B, port: 7 });
  });
});
