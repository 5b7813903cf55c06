import { describe, expect, it } from 'vitest';
import { plainFrames } from '../../../src/datagram/frames.ts';
import { Beacon, type BeaconEvent } from '../../../src/multicast/beacon.ts';
import type { DatagramHandler, DatagramSocket, Endpoint } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';
import { classic, rich } from '../announcements.ts';
import { ETH0 } from '../status/every-event.ts';

const ANNA = { address: '10.0.0.7', port: 40_000 };
const TOKEN = 'AAAAAAAAAAA';
const QUESTION = plainFrames.encode({ frame: 'question', token: TOKEN });
const ANSWER = plainFrames.encode({ frame: 'answer', token: TOKEN });

/** A beacon whose sockets are open, with what it sends to whom, and what it hands on. */
async function open() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const replies: Endpoint[] = [];
  const events: BeaconEvent[] = [];
  const heard: string[] = [];
  const answered: Endpoint[] = [];
  let handler: DatagramHandler | undefined;
  let lost = 0;
  let announced = 0;
  const socket: DatagramSocket = {
    local: { address: '10.0.0.2', port: 50_000 },
    send: async (_, to) => {
      if (to) replies.push(to);
      else announced++;
    },
    listen: async () => {},
    lost: () => lost,
    close: async () => {},
  };
  const beacon = new Beacon({
    clock,
    random: { fraction: () => 0.5, token: () => TOKEN },
    datagrams: {
      open: async (_group, _address, given) => {
        handler = given;
        return socket;
      },
    },
    group: { address: '239.2.3.4', port: 49_001, ttl: 1 },
    address: ETH0,
    frames: plainFrames,
    voice: {
      announcement: () => plainFrames.encode(rich(1)),
      classic: () => Buffer.from('multitastic:me'),
      peers: () => 0,
      classicPeers: () => 0,
      richPeers: () => 0,
      claimedPeers: () => 0,
      unaskedSince: () => undefined,
    },
    isLeaving: () => false,
    announceIntervalMs: 15_000,
    holdMs: 35_000,
    receiveBudget: 1_000,
    tick: { pull: () => {}, suspend: () => {}, resume: () => {} },
    onEvent: (event) => events.push(event),
    onAnnouncement: (said) => {
      heard.push(said.name);
      return said.name !== 'recorded';
    },
    onAnswer: (from) => answered.push(from),
    onIdentify: () => undefined,
  });
  void beacon.run(new AbortController().signal);
  await world.run(1);
  if (!handler) throw new Error('not open');
  const { onDatagram, onUnicast } = handler;
  const lose = (count: number) => {
    lost = count;
  };
  const says = () => announced;
  return { world, beacon, replies, events, heard, answered, lose, says, onDatagram, onUnicast };
}

describe('Beacon', () => {
  it('answers a question to whoever asked, and a few a second at most', async () => {
    const { world, replies, onUnicast } = await open();
    onUnicast(QUESTION, ANNA);
    expect(replies).toEqual([ANNA]);
    for (let i = 0; i < 1_000; i++) {
      await world.run(1_000 + i * 10);
      onUnicast(QUESTION, { ...ANNA, address: `10.0.1.${i % 250}` });
    }
    expect(replies.length).toBeLessThanOrEqual(1 + 5 + 10);
  });

  it('takes answers to its own question, and to no other', async () => {
    const { beacon, replies, answered, onUnicast } = await open();
    onUnicast(ANSWER, ANNA);
    expect(answered).toEqual([]);
    beacon.question([ANNA]);
    onUnicast(ANSWER, ANNA);
    onUnicast(plainFrames.encode({ frame: 'answer', token: 'BBBBBBBBBBB' }), ANNA);
    expect([replies, answered]).toEqual([[ANNA], [ANNA]]);
  });

  it('listens on to the group while strangers flood its own port, which shutting the receiver would not help', async () => {
    const { events, heard, onDatagram, onUnicast } = await open();
    for (let i = 0; i < 50_000; i++) onUnicast(QUESTION, { address: `10.1.${i % 250}.${i % 7}`, port: 5 });
    for (let i = 0; i < 50_000; i++) onUnicast(Buffer.from('junk'), ANNA);
    onDatagram(Buffer.from(`multitastic:${classic('anna').name}`), ANNA, false);
    expect(heard).toEqual(['anna']);
    expect(events.map(({ event }) => event)).not.toContain('flood.began');
    expect(events.filter(({ event }) => event === 'datagram.refused').length).toBeLessThan(10);
  });

  it.each([
    ['announcements', 'anna', 0],
    ['recordings', 'recorded', 1],
  ])('answers in the midst of hundreds of %s: %s, %i times', async (_, name, answers) => {
    const { world, beacon, says, onDatagram } = await open();
    await world.run(5_000);
    const before = says();
    const payload = plainFrames.encode(rich(1, { name }));
    for (let i = 0; i < 300; i++) onDatagram(payload, { address: `10.0.1.${i % 5}`, port: 5 }, false);
    beacon.answer(1);
    await world.run(5_400);
    expect(says() - before).toBe(answers);
  });

  it('may have missed anybody when the kernel loses what comes too fast', async () => {
    const { world, beacon, lose, onDatagram } = await open();
    lose(3);
    await world.run(5_000);
    expect(beacon.missedAt(ANNA.address)).toBe(Number.NEGATIVE_INFINITY);
    for (let i = 0; i < 500; i++) onDatagram(Buffer.from('multitastic:me'), ANNA, true);
    expect(beacon.missedAt(ANNA.address)).toBe(5_000);
  });

  it('pauses when strangers flood the group', async () => {
    const { events, onDatagram } = await open();
    for (let i = 0; i < 50_000; i++) onDatagram(Buffer.from('junk'), ANNA, false);
    expect(events.filter(({ event }) => event === 'flood.began')).toHaveLength(1);
  });
});
