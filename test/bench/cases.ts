/** What is said in the bench: every frame, from senders that are known and from ones that are new, and what is not ours. */
import type { RichAnnouncement } from '../../src/datagram/announcement.ts';
import { fleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames } from '../../src/datagram/frames.ts';
import { entryOf } from '../../src/datagram/heard-list.ts';
import { heardRoom } from '../../src/datagram/rich.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';
import { bootOf } from './boots.ts';
import { multicastDnsResponse, nodeDiscoverHello } from './other-announcements.ts';
import { BENCH_BOOT, BENCH_KEY, type Kind } from './settings.ts';

export interface Speaker {
  readonly name: string;
  /** Who hears it, besides the bare callback. */
  readonly receiver: Kind;
  readonly ratioMax?: number;
  /** After each burst, where the usual pause is too short to read it. */
  readonly pauseMs?: number;
  readonly payloads: () => readonly Buffer[];
}

/** A newcomer costs several times as much as a known peer. */
const NEWCOMERS_PAUSE_MS = 4;
/** Known peers; each speaks from an address of its own. */
const KNOWN = 10;

const sealed = sealedFrames({ seal: fleetKey(BENCH_KEY), also: undefined });

/** Sequence numbers of everybody; nobody ever says the same twice. */
let sequence = 0;
let strangers = 0;

export function cases(count: number): readonly Speaker[] {
  const each = (make: (index: number) => Uint8Array) => () =>
    Array.from({ length: count }, (_, index) => Buffer.from(make(index)));
  return [
    {
      name: 'classic, known',
      receiver: 'plain',
      ratioMax: 1.3,
      payloads: each((index) => Buffer.from(`multitastic:classic-${index % KNOWN}`)),
    },
    {
      name: 'classic, new',
      receiver: 'plain, crowded',
      pauseMs: NEWCOMERS_PAUSE_MS,
      payloads: each(() => Buffer.from(`multitastic:stranger-${strangers++}`)),
    },
    {
      name: 'rich, known, 10 heard',
      receiver: 'plain',
      ratioMax: 1.7,
      payloads: each(known(plainFrames, 10)),
    },
    { name: 'rich, known, full list', receiver: 'plain', ratioMax: 3, payloads: each(known(plainFrames)) },
    {
      name: 'rich, new',
      receiver: 'plain, crowded',
      pauseMs: NEWCOMERS_PAUSE_MS,
      payloads: each(stranger(plainFrames)),
    },
    { name: 'sealed, known, 10 heard', receiver: 'sealed', ratioMax: 4.5, payloads: each(known(sealed, 10)) },
    { name: 'sealed, known, full list', receiver: 'sealed', ratioMax: 6, payloads: each(known(sealed)) },
    {
      name: 'sealed, new',
      receiver: 'sealed, crowded',
      pauseMs: NEWCOMERS_PAUSE_MS,
      payloads: each(stranger(sealed)),
    },
    {
      name: 'junk',
      receiver: 'plain',
      ratioMax: 1.1,
      payloads: each((index) => Buffer.from(`M-SEARCH * HTTP/1.1 ${index}`)),
    },
    {
      name: 'multicast-dns, a response',
      receiver: 'multicast-dns',
      payloads: each((index) => multicastDnsResponse(index % KNOWN)),
    },
    {
      name: 'node-discover, a hello of a known node',
      receiver: 'node-discover',
      payloads: each((index) => nodeDiscoverHello(index % KNOWN)),
    },
  ];
}

function known(frames: Frames, heard = Number.POSITIVE_INFINITY): (index: number) => Uint8Array {
  return (index) => frames.encode(announcement(index % KNOWN, heard));
}

function stranger(frames: Frames): () => Uint8Array {
  return () => frames.encode(announcement(1_000 + strangers++, 10));
}

/** As a device says it that has heard the receiver's hello, and hears some others. */
function announcement(device: number, heard: number): RichAnnouncement {
  const said: RichAnnouncement = {
    frame: 'rich',
    id: (0xabc000000000 + device).toString(16),
    boot: bootOf(device),
    sequence: sequence++,
    name: `device-${device}`,
    holdMs: 35_000,
    heard: '',
    fresh: '',
    peers: 0,
    asks: false,
    leaving: false,
    facts: {
      firmware: '1.0.0',
      uptimeSeconds: 86_400,
      temperatureCelsius: 41,
      memoryPercent: 23,
      signalDbm: -61,
    },
  };
  const peers = Math.min(heard, heardRoom(said));
  const others = Array.from({ length: peers - 1 }, (_, index) => entryOf(bootOf(2_000 + index), sequence));
  return { ...said, peers, heard: [entryOf(BENCH_BOOT, 0), ...others].join('') };
}
