import { describe, expect, it } from 'vitest';
import type { Announcement } from '../../../src/datagram/announcement.ts';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { OwnSequence } from '../../../src/roster/own-sequence.ts';
import { PEERS_MAX } from '../../../src/roster/peer-table.ts';
import { classic, rich } from '../announcements.ts';
import { A, B, C, HOLD, INTERVAL, OWN_BOOT, roster, stranger, told } from './rosters.ts';

const FRAMES: readonly (readonly [string, (i: number, sequence?: number) => Announcement])[] = [
  ['classic', (i) => classic(`n${i}`)],
  ['rich', (i, sequence = 1) => rich(i, { sequence })],
];

describe.each(FRAMES)('A roster full of %s peers', (_, said) => {
  it('stays bounded, and calls nobody it evicts a leaver', () => {
    const here = roster();
    const events = Array.from({ length: 3 * PEERS_MAX }, (_, i) => here.heard(said(i), stranger(i), i));
    expect(here.size).toBe(PEERS_MAX);
    expect(events.flat().some(({ event }) => event === 'peer.left')).toBe(false);
    const end = 3 * PEERS_MAX + HOLD;
    expect([...here.expire(end), ...here.expire(end + HOLD)]).toHaveLength(PEERS_MAX);
    expect(here.size).toBe(0);
    expect(here.heardList(100, end)).toEqual({ heard: '', fresh: '', peers: 0 });
  });

  it('evicts first who was not yet heard in two intervals, then the one silent longest', () => {
    const here = roster();
    const friends = [
      [9_001, A],
      [9_002, B],
      [9_003, C],
    ] as const;
    for (const now of [0, INTERVAL]) for (const [i, from] of friends) here.heard(said(i), from, now);
    for (let i = 0; i < 5_000; i++) here.heard(said(i), stranger(i), INTERVAL + 1 + i);
    for (const [i, from] of friends) expect(told(here.heard(said(i), from, INTERVAL + 6_000))).toEqual([]);
    expect(here.size).toBe(PEERS_MAX);
  });

  it('evicts the one silent longest when all are steady', () => {
    const here = roster();
    for (const now of [0, INTERVAL])
      for (let i = 0; i < PEERS_MAX; i++) here.heard(said(i), stranger(i), now + i);
    here.heard(said(0), stranger(0), INTERVAL + 2_000);
    here.heard(said(9_001), A, INTERVAL + 3_000);
    expect(told(here.heard(said(0), stranger(0), INTERVAL + 4_000))).toEqual([]);
    expect(told(here.heard(said(1), stranger(1), INTERVAL + 4_000))[0]).toMatch(/^peer.joined \S+-?1 /);
  });

  it('knows 64 at one address and no more: the next takes the place of the one silent longest there', () => {
    const here = roster();
    here.heard(said(9_001), A, 0);
    for (let i = 0; i < 100; i++) here.heard(said(i), { ...B, port: 1_024 + i }, 100 + i);
    expect(here.size).toBe(65);
    expect(told(here.heard(said(9_001), A, 300))).toEqual([]);
    expect(told(here.heard(said(99), { ...B, port: 1_024 + 99 }, 300))).toEqual([]);
    expect(told(here.heard(said(0, 2), { ...B, port: 1_024 }, 300))).toHaveLength(1);
  });

  it('keeps a steady friend at an address where strangers come and go, however many', () => {
    const here = roster();
    for (const now of [0, INTERVAL]) here.heard(said(9_001), A, now);
    for (let i = 0; i < 200; i++) here.heard(said(i), { ...A, port: 1_024 + i }, INTERVAL + 1 + i);
    expect(told(here.heard(said(9_001), A, INTERVAL + 300))).toEqual([]);
  });

  it('lets nobody move to an address where there are 64: whoever claims to be them there is not heard', () => {
    const here = roster();
    here.heard(said(9_001), A, 0);
    for (let i = 0; i < 64; i++) here.heard(said(i), { ...B, port: 1_024 + i }, 100 + i);
    expect(here.heard(said(9_001, 2), B, 300)).toEqual([]);
    expect([...here].filter(({ endpoint }) => endpoint.address === B.address)).toHaveLength(64);
    expect(told(here.heard(said(9_001, 2), A, 400))).toEqual([]);
    expect(told(here.heard(said(0, 2), { ...B, port: 2_000 }, 500))[0]).toMatch(/^peer.renewed/);
  });

  it('takes anybody at an address where one of 64 has left', () => {
    const here = roster();
    for (let i = 0; i < 64; i++) here.heard(said(i), { ...B, port: 1_024 + i }, i * 100);
    here.heard(said(9_001), A, 20_000);
    here.expire(HOLD);
    here.heard(said(64), { ...B, port: 2_000 }, HOLD);
    expect(told(here.heard(said(1), { ...B, port: 1_025 }, HOLD))).toEqual([]);
  });
});

describe('A full roster of a fleet with a key', () => {
  it('evicts whoever has proven nothing before any friend, however new', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ sealed: true, ownSequence });
    ownSequence.take(HOLD, 0);
    const proof = { heard: entryOf(OWN_BOOT, 0), peers: 1 };
    here.heard(rich(9_001, proof), A, 0);
    for (let i = 0; i < 3 * PEERS_MAX; i++) here.heard(rich(i), stranger(i), 1 + i);
    expect(here.size).toBe(PEERS_MAX);
    expect(told(here.heard(rich(9_001, { ...proof, sequence: 1 }), A, 5_000))).toEqual([]);
  });

  it('lets a friend move to an address that is crowded by who has proven nothing, and nobody else', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ sealed: true, ownSequence });
    ownSequence.take(HOLD, 0);
    const proof = { heard: entryOf(OWN_BOOT, 0), peers: 1 };
    here.heard(rich(9_001, proof), A, 0);
    for (let i = 0; i < 64; i++) here.heard(rich(i), { ...B, port: 1_024 + i }, 100 + i);
    here.heard(rich(9_002), C, 200);
    expect(here.heard(rich(9_002, { sequence: 1 }), B, 300)).toEqual([]);
    const moved = here.heard(rich(9_001, { ...proof, sequence: 1 }), B, 300);
    expect(told(moved)).toEqual(['peer.renewed pi-9001 10.0.0.2 1']);
    expect(here.size).toBe(65);
  });

  it('remembers a friend of before that had to make room: what it said then is no proof any more', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ sealed: true, ownSequence });
    ownSequence.take(HOLD, 0);
    const proof = rich(9_001, { heard: entryOf(OWN_BOOT, 0), peers: 1 });
    here.heard(proof, A, 0);
    for (const sequence of [1, 2, 3]) here.heard(rich(9_001, { sequence, heard: '', peers: 0 }), A, sequence);
    expect([...here].map(({ friend }) => friend)).toEqual([false]);
    for (let i = 0; i < 64; i++) here.heard(rich(i), { ...A, port: 1_024 + i }, 100 + i);
    expect([...here].some(({ name }) => name === proof.name)).toBe(false);
    expect(told(here.heard(proof, A, 2_000))).toEqual(['peer.replayed']);
  });

  it('takes nobody who has proven nothing in place of a friend', () => {
    const ownSequence = new OwnSequence();
    const here = roster({ sealed: true, ownSequence });
    ownSequence.take(HOLD, 0);
    const proof = { heard: entryOf(OWN_BOOT, 0), peers: 1 };
    for (let i = 0; i < PEERS_MAX; i++) here.heard(rich(i, proof), stranger(i), i);
    expect(here.heard(rich(9_001), A, 2_000)).toEqual([]);
    expect(told(here.heard(rich(0, { ...proof, sequence: 1 }), stranger(0), 2_001))).toEqual([]);
    expect([...here].filter(({ friend }) => friend)).toHaveLength(PEERS_MAX);
    here.heard(rich(0, { sequence: 2, leaving: true }), stranger(0), 2_002);
    expect(told(here.heard(rich(9_001, { ...proof, sequence: 1 }), A, 2_003))[0]).toMatch(/^peer.joined/);
  });
});
