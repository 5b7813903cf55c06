import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { isWitnessed, Witness, type Witnessed } from '../../../src/self-check/witness.ts';
import type { Endpoint } from '../../../src/system/system.ts';
import { bootOf, classic, rich } from '../announcements.ts';
import { A, B, C, HOLD, OWN_BOOT, roster, stranger } from '../roster/rosters.ts';
import { EVERY_EVENT } from '../status/every-event.ts';

/** A witness of a roster, to which everything is told as the node tells it. */
function witnessing() {
  const ownSequence = new OwnSequence();
  ownSequence.take(HOLD, 0);
  const here = roster({ ownSequence });
  const witness = new Witness(here, () => HOLD, HOLD);
  const tellAll = (events: readonly Witnessed[], now: number) => {
    for (const event of events) witness.note(event, now);
  };
  return {
    here,
    witness,
    tell: (
      name:
        | 'address.lost'
        | 'beacon.up'
        | 'beacon.down'
        | 'beacon.blocked'
        | 'beacon.reopened'
        | 'flood.began'
        | 'flood.ended',
      now: number,
    ) => witness.note(EVERY_EVENT[name], now),
    hear: (said: Parameters<typeof here.heard>[0], from: Endpoint, now: number) =>
      tellAll(here.heard(said, from, now), now),
    expire: (now: number) => tellAll(here.expire(now), now),
  };
}

const listsUs = { heard: entryOf(OWN_BOOT, 0), peers: 1 };
const others = { heard: entryOf(bootOf(9), 0), peers: 1 };
const goodbye = (device: number, sequence: number) => rich(device, { sequence, leaving: true });

describe('isWitnessed()', () => {
  it('picks what can speak for or against our being reachable', () => {
    const picked = Object.values(EVERY_EVENT).filter(isWitnessed);
    expect(new Set(picked.map(({ event }) => event.split('.')[0]))).toEqual(
      new Set(['address', 'beacon', 'flood', 'peer']),
    );
    expect(picked).not.toContain(EVERY_EVENT['peers.summarized']);
  });
});

describe('Witness.testify()', () => {
  it('counts who is here, who hears us, and who passes us over again and again', () => {
    const { witness, hear } = witnessing();
    hear(classic('anna'), A, 0);
    hear(rich(1, listsUs), B, 0);
    for (const sequence of [0, 1]) hear(rich(2, { ...others, sequence }), C, 0);
    expect(witness.testify()).toMatchObject({ rich: 2, classic: 1, hearUs: 1, passUsOver: 0 });
    hear(rich(2, { ...others, sequence: 2 }), C, 0);
    expect(witness.testify()).toMatchObject({ rich: 2, classic: 1, hearUs: 1, passUsOver: 1 });
  });

  it('knows since when the link is up, and when the last hello was said', () => {
    const { witness, tell } = witnessing();
    expect(witness.testify()).toMatchObject({ linkUp: false });
    tell('beacon.up', 1_000);
    expect(witness.testify()).toMatchObject({ linkUp: true, helloAt: 1_000, listeningSince: 1_000 });
    tell('beacon.reopened', 60_000);
    expect(witness.testify()).toMatchObject({ linkUp: true, helloAt: 60_000, listeningSince: 1_000 });
    tell('beacon.blocked', 61_000);
    expect(witness.testify()).toMatchObject({ linkUp: false });
    tell('beacon.reopened', 62_000);
    expect(witness.testify()).toMatchObject({ linkUp: true, helloAt: 62_000, listeningSince: 62_000 });
    for (const down of ['address.lost', 'beacon.down'] as const) {
      tell('beacon.up', 70_000);
      tell(down, 71_000);
      expect(witness.testify()).toMatchObject({ linkUp: false });
    }
  });

  it('knows since when a flood keeps us from listening, and that silence counts anew when it is over', () => {
    const { witness, tell } = witnessing();
    tell('beacon.up', 0);
    tell('flood.began', 5_000);
    expect(witness.testify()).toMatchObject({ floodedSince: 5_000, listeningSince: 0 });
    tell('flood.ended', 9_000);
    expect(witness.testify()).toMatchObject({ floodedSince: undefined, listeningSince: 9_000 });
  });

  it('knows when a peer was heard last, and how rarely the rarest speaks', () => {
    const { witness, hear } = witnessing();
    expect(witness.testify()).toMatchObject({ heardAt: undefined });
    hear(rich(1, { holdMs: 45_000 }), A, 1_000);
    hear(rich(2, { holdMs: 35_000 }), B, 4_000);
    expect(witness.testify()).toMatchObject({ heardAt: 4_000, intervalMs: 20_000 });
  });

  it('takes the shortest of holds for an interval of a second at least', () => {
    const { witness, hear } = witnessing();
    hear(rich(1, { holdMs: 3_000 }), A, 0);
    expect(witness.testify()).toMatchObject({ intervalMs: 1_000 });
  });

  it('still misses those who have left in silence', () => {
    const { here, witness, hear, expire } = witnessing();
    hear(rich(1), A, 1_000);
    witness.testify();
    expire(60_000);
    expect(here.size).toBe(0);
    expect(witness.testify()).toMatchObject({ heardAt: 1_000, intervalMs: 15_000, rich: 0 });
    expect(witness.expected).toEqual([A]);
  });
});

describe('Witness.expected', () => {
  it('is the eight who were heard last', () => {
    const { witness, hear } = witnessing();
    for (let device = 0; device < 20; device++) hear(rich(device), stranger(device), device);
    witness.testify();
    expect(witness.expected).toEqual([19, 18, 17, 16, 15, 14, 13, 12].map(stranger));
  });

  it('is nobody who has said goodbye', () => {
    const { witness, hear } = witnessing();
    hear(rich(1), A, 0);
    hear(rich(2), B, 0);
    witness.testify();
    hear(goodbye(1, 1), A, 1_000);
    expect(witness.expected).toEqual([B]);
  });

  it('is whoever else speaks from there, or from such a port', () => {
    const { witness, hear } = witnessing();
    const sameAddress = { ...A, port: B.port };
    const samePort = { ...B, port: A.port };
    for (const [device, from] of [A, sameAddress, samePort].entries()) hear(rich(device), from, 0);
    witness.testify();
    hear(goodbye(0, 1), A, 1_000);
    expect(witness.expected).toEqual([sameAddress, samePort]);
  });

  it('is still whoever has left in silence when somebody else says goodbye', () => {
    const { witness, hear, expire } = witnessing();
    hear(rich(1), A, 0);
    hear(rich(2), B, 20_000);
    witness.testify();
    expire(40_000);
    hear(goodbye(2, 1), B, 41_000);
    expect(witness.testify()).toMatchObject({ heardAt: 20_000, rich: 0 });
    expect(witness.expected).toEqual([A]);
  });

  it('is nobody, and nobody is missed, once the last one has said goodbye', () => {
    const { witness, hear } = witnessing();
    hear(rich(1), A, 0);
    witness.testify();
    hear(goodbye(1, 1), A, 1_000);
    expect(witness.testify()).toMatchObject({ heardAt: undefined });
    expect(witness.expected).toEqual([]);
  });

  it('is the others when more than eight are here, and the eight who were heard last go together', () => {
    const { witness, hear } = witnessing();
    for (let device = 0; device < 20; device++) hear(rich(device), stranger(device), device);
    witness.testify();
    for (let device = 12; device < 20; device++) hear(goodbye(device, 1), stranger(device), 1_000);
    expect(witness.testify()).toMatchObject({ rich: 12 });
    expect(witness.expected).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map(stranger));
  });

  it('is nobody after they were given up, until one is heard again', () => {
    const { witness, hear } = witnessing();
    hear(rich(1), A, 0);
    hear(rich(2), B, 0);
    witness.testify();
    witness.forget(1_000);
    expect(witness.testify()).toMatchObject({ heardAt: undefined, rich: 2 });
    hear(rich(2, { sequence: 1 }), B, 2_000);
    expect(witness.testify()).toMatchObject({ heardAt: 2_000 });
    expect(witness.expected).toEqual([B]);
  });
});
