import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { plainFrames } from '../../src/datagram/frames.ts';
import type { DatagramHandler, DatagramSocket, Endpoint, LogLine } from '../../src/system/system.ts';
import { watch } from '../../src/watch.ts';
import { ProcessClock, VirtualClock } from '../support/virtual-clock.ts';
import { rich } from './announcements.ts';

const ANNA = { address: '10.0.0.7', port: 40_000 };
const SECOND_MS = 1_000;
const HOLD_MS = 200_000;

/** A laptop that watches, with what it writes for scripts. */
async function watching() {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const lines: LogLine[] = [];
  const lan = { refuses: false, lost: 0 };
  let handler: DatagramHandler | undefined;
  const socket: DatagramSocket = {
    local: { address: '10.0.0.2', port: 50_000 },
    send: async () => {},
    listen: async () => {},
    lost: () => lan.lost,
    close: async () => {},
  };
  const eth0 = {
    name: 'eth0',
    index: 2,
    addresses: ['10.0.0.2'],
    running: true,
    carrierChanges: 0,
    wireless: false,
    defaultRoute: true,
  };
  const system = {
    clock,
    datagrams: {
      open: async (_group: unknown, _address: unknown, given: DatagramHandler) => {
        if (lan.refuses) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
        handler = given;
        return socket;
      },
    },
    interfaces: { snapshot: () => [eth0], watch: () => ({ close: () => {} }) },
    terminal: { size: () => undefined, print: () => {}, show: () => {}, close: () => {} },
    log: { writes: () => true, write: (line: LogLine) => void lines.push(line) },
  };
  const { config } = readConfig({});
  void watch(
    system,
    config,
    plainFrames,
    { run: 'watch', name: undefined, json: true, withinMs: undefined },
    new AbortController().signal,
  );
  await world.run(SECOND_MS);
  let sequence = 0;
  return {
    lan,
    until: (seconds: number) => world.run(seconds * SECOND_MS),
    hear: (device: number, from: Endpoint) => {
      const said = rich(device, { sequence: sequence++, holdMs: HOLD_MS });
      handler?.onDatagram(plainFrames.encode(said), from, false);
    },
    told: (event: string) => lines.filter((line) => line.event === event).length,
  };
}

describe('watch', () => {
  it('tells of whoever is silent for its hold', async () => {
    const { hear, until, told } = await watching();
    hear(1, ANNA);
    await until(200);
    expect(told('peer.left')).toBe(0);
    await until(202);
    expect(told('peer.left')).toBe(1);
  });

  it('lets nobody leave while its sockets are refused, nor for a hold after that', async () => {
    const { lan, hear, until, told } = await watching();
    hear(1, ANNA);
    await until(10);
    // After a silence of a minute or two it opens its sockets anew.
    lan.refuses = true;
    await until(500);
    expect(told('listener.blocked')).toBe(1);
    expect(told('peer.left')).toBe(0);
    lan.refuses = false;
    await until(520);
    expect(told('listener.unblocked')).toBe(1);
    await until(690);
    expect(told('peer.left')).toBe(0);
    await until(721);
    expect(told('peer.left')).toBe(1);
  });

  it('lets nobody leave for a hold after something from its address was refused', async () => {
    const { hear, until, told } = await watching();
    hear(1, ANNA);
    await until(190);
    for (let count = 0; count < 700; count++) hear(1_000, ANNA);
    await until(389);
    expect(told('peer.left')).toBe(0);
    await until(393);
    expect(told('peer.left')).toBe(2);
  });

  it('lets nobody leave for a hold after the kernel has thrown datagrams away', async () => {
    const { lan, hear, until, told } = await watching();
    await until(150);
    hear(1, ANNA);
    await until(190);
    lan.lost = 100;
    for (let count = 0; count < 500; count++) hear(2, { address: '10.0.0.8', port: 40_000 });
    await until(389);
    expect(told('peer.left')).toBe(0);
    await until(393);
    expect(told('peer.left')).toBe(2);
  });
});
