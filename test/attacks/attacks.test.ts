/**
 * An attacker on the LAN of a fleet with a key, who hears everything, says anything, and can keep single frames from
 * arriving. Every attack is counted, and none may be believed; and each is run against a device without the guard that
 * it is meant for, because an attack that never succeeds proves nothing about the guard.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { type FleetKey, fleetKey, newFleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames, SEALED_PREFIX } from '../../src/datagram/frames.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';
import { rich } from '../unit/announcements.ts';
import { unsealed } from './open-seal.ts';
import { type Guards, HOLD_MS, INTERVAL_MS, SealedDevice } from './sealed-device.ts';

const KEY = fleetKey(newFleetKey());
const RIVAL = fleetKey(newFleetKey());
const FLEET = sealedFrames({ seal: KEY });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Recorded {
  readonly payload: Uint8Array;
  readonly from: { address: string; port: number };
}

/** Our device and the one whose frames are recorded, and what is known to the attacker. */
class Ether {
  now = 1_000;
  us: SealedDevice;
  them: SealedDevice;
  readonly recorded: Recorded[] = [];
  /** Recorded, and never delivered. */
  readonly withheld: Recorded[] = [];
  readonly #frames: Frames;
  readonly #guards: Guards;

  constructor(frames: Frames = FLEET, without: Partial<Guards> = {}) {
    this.#frames = frames;
    this.#guards = { sequence: true, proof: true, freshness: true, ...without };
    this.us = new SealedDevice(1, frames, this.#guards);
    this.them = new SealedDevice(2, FLEET);
  }

  /** Both announce themselves, at first as a hello, and hear each other. */
  meet(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.#say(this.us, this.them, round < 3);
      this.#record(this.#say(this.them, this.us, round < 3), this.recorded);
      this.pass(round < 3 ? 500 : INTERVAL_MS);
    }
    expect(this.us.friends).toEqual([this.them.name]);
  }

  /** They go on, and hear us, and nothing of it reaches us. */
  withhold(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.#say(this.us, this.them, false);
      this.#record(this.them.announce(this.now), this.withheld);
      this.pass(INTERVAL_MS);
    }
  }

  goodbye(): void {
    const payload = this.them.announce(this.now, { leaving: true });
    this.us.hear(payload, this.them.endpoint, this.now);
    this.#record(payload, this.recorded);
  }

  /** They are gone, and we announce ourselves to nobody. */
  pass(ms: number): void {
    const until = this.now + ms;
    while (this.now < until) {
      const step = Math.min(INTERVAL_MS, until - this.now);
      this.now += step;
      if (step === INTERVAL_MS) this.us.announce(this.now);
      this.us.expire(this.now);
      this.them.expire(this.now);
    }
  }

  /** A long time, in which what we announce is all that happens. */
  skip(ms: number): void {
    this.now += ms;
    for (let announcement = 0; announcement < 10; announcement++) this.pass(INTERVAL_MS);
  }

  restartUs(): void {
    this.us = new SealedDevice(1, this.#frames, this.#guards, 1);
    this.us.announce(this.now, { asks: true });
  }

  restartThem(): void {
    this.them = new SealedDevice(2, FLEET, undefined, 1);
  }

  #say(speaker: SealedDevice, listener: SealedDevice, asks: boolean): Uint8Array {
    const payload = speaker.announce(this.now, { asks });
    listener.hear(payload, speaker.endpoint, this.now);
    return payload;
  }

  #record(payload: Uint8Array, into: Recorded[]): void {
    into.push({ payload, from: { ...this.them.endpoint } });
  }
}

interface Outcome {
  tried: number;
  believed: number;
}

/** Says each to our device; believed is whatever changes what it holds of a friend, or makes one. */
function attack({ us, now }: Ether, frames: Iterable<Recorded>): Outcome {
  const outcome = { tried: 0, believed: 0 };
  for (const { payload, from } of frames) {
    const before = us.beliefs();
    const told = us.hear(payload, from, now).filter(({ event }) => event !== 'peer.replayed');
    outcome.tried++;
    if (us.beliefs() !== before || told.some(({ event }) => event !== 'peer.asked')) outcome.believed++;
  }
  return outcome;
}

function sum(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((a, b) => ({ tried: a.tried + b.tried, believed: a.believed + b.believed }));
}

const table: string[] = [];

/** Runs the attack against the whole device, and against one without the guard. */
function judge(title: string, run: (guarded: boolean) => Outcome): void {
  const guarded = run(true);
  const unguarded = run(false);
  table.push(
    `${title.padEnd(66)}${String(guarded.tried).padStart(8)}${String(guarded.believed).padStart(10)}${String(unguarded.believed).padStart(16)}`,
  );
  expect(guarded.tried).toBeGreaterThan(0);
  expect(guarded.believed).toBe(0);
  expect(unguarded.believed).toBeGreaterThan(0);
}

afterAll(() => {
  const head = `${'attack'.padEnd(66)}${'tried'.padStart(8)}${'believed'.padStart(10)}${'without guard'.padStart(16)}`;
  console.log([head, ...table].join('\n'));
});

const header = ({ id }: FleetKey) => Buffer.concat([Buffer.from(SEALED_PREFIX), id]);

/** From the address of a friend, as any host of the LAN can say it. */
function as(from: Recorded['from'], payloads: Iterable<Uint8Array>): Recorded[] {
  return [...payloads].map((payload) => ({ payload, from }));
}

/** A LAN with a friend on it, whose device opens frames like this. */
function lan(frames: Frames = FLEET, without: Partial<Guards> = {}): Ether {
  const ether = new Ether(frames, without);
  ether.meet(6);
  return ether;
}

describe('Frames that the fleet has not sealed', () => {
  it('random bytes, in a frame that names our key', () => {
    const forged = Array.from({ length: 10_000 }, () =>
      Buffer.concat([header(KEY), randomBytes(randomInt(0, 1_170))]),
    );
    // No guard makes sense of random bytes; so without it the text is given in the clear, as the reader then takes it.
    const clear = (ether: Ether) => {
      const frame = unsealed(KEY).encode(announcementOf(ether, 7));
      return [frame.subarray(0, frame.length - 16)];
    };
    judge('random bytes under the id of our key', (guarded) => {
      const ether = lan(guarded ? FLEET : unsealed(KEY));
      return attack(ether, as(ether.them.endpoint, guarded ? forged : clear(ether)));
    });
  });

  it('frames of another key, under its id and under ours', () => {
    judge('sealed with another key', (guarded) => {
      // Without the guard any key will do.
      const ether = lan(FLEET);
      const victim = guarded ? ether : lanThatOpens(RIVAL);
      const rival = sealedFrames({ seal: RIVAL });
      const own = Array.from({ length: 1_000 }, (_, index) =>
        rival.encode(announcementOf(victim, index + 10)),
      );
      const relabelled = own.map((frame) => Buffer.concat([header(KEY), frame.subarray(header(KEY).length)]));
      return attack(victim, as(ether.them.endpoint, [...own, ...relabelled]));
    });
  });

  it('frames in the clear', () => {
    judge('plain and classic', (guarded) => {
      const ether = guarded ? lan() : new Ether(plainFrames, { sequence: false, proof: false });
      const plain = Array.from({ length: 1_000 }, (_, index) =>
        plainFrames.encode(announcementOf(ether, index)),
      );
      const classic = ['multitastic:device-2', 'multitasticdevice-2'].map((text) => Buffer.from(text));
      return attack(ether, as(ether.them.endpoint, [...plain, ...classic]));
    });
  });
});

/** A device that would take the attacker's key for the fleet's. */
function lanThatOpens(key: FleetKey): Ether {
  return new Ether(sealedFrames({ seal: key }), { proof: false });
}

function announcementOf({ them }: Ether, sequence: number) {
  const said = { boot: them.boot, sequence: 1_000 + sequence, name: 'impostor', holdMs: HOLD_MS };
  return rich(2, said);
}

/** Frames that the friend says next, and that never arrive as it said them. */
function intercepted(ether: Ether): readonly Uint8Array[] {
  ether.withhold(3);
  return ether.withheld.map(({ payload }) => payload);
}

function* truncations(frame: Uint8Array): Iterable<Uint8Array> {
  for (let length = 0; length < frame.length; length++) yield frame.subarray(0, length);
}

function* bitFlips(frame: Uint8Array): Iterable<Uint8Array> {
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const flipped = Buffer.from(frame);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped;
  }
}

function* splices(frames: readonly Uint8Array[]): Iterable<Uint8Array> {
  for (const one of frames)
    for (const other of frames) {
      if (one === other) continue;
      for (let at = 1; at < Math.min(one.length, other.length); at++)
        yield Buffer.concat([one.subarray(0, at), other.subarray(at)]);
    }
}

describe('Frames of the fleet that were changed on their way', () => {
  it.each([
    [
      'cut off at every length',
      (frames: readonly Uint8Array[]) => frames.flatMap((each) => [...truncations(each)]),
    ],
    [
      'every single bit flipped',
      (frames: readonly Uint8Array[]) => frames.flatMap((each) => [...bitFlips(each)]),
    ],
    [
      'put together from two, at every byte',
      // Where two frames are equal from there on, the splice is the first one itself.
      (frames: readonly Uint8Array[]) =>
        [...splices(frames)].filter((each) => !frames.some((frame) => Buffer.compare(frame, each) === 0)),
    ],
  ] as const)('%s', (title, changed) => {
    judge(title, (guarded) => {
      const ether = lan(guarded ? FLEET : unsealed(KEY));
      return attack(ether, as(ether.them.endpoint, changed(intercepted(ether))));
    });
  });
});

/** The recording, after each of these times. */
function replays(ether: Ether, pauses: readonly number[], recording = ether.recorded): Outcome {
  return sum(
    pauses.map((ms) => {
      if (ms > HOUR_MS) ether.skip(ms);
      else ether.pass(ms);
      return attack(ether, recording);
    }),
  );
}

const PAUSES = [1, 1_000, HOLD_MS, HOLD_MS, HOLD_MS, HOUR_MS, DAY_MS, 365 * DAY_MS];
const ROUNDS = 50;

describe('Recorded frames, played back', () => {
  it('while the sender is still there', () => {
    judge('played back, the sender still there', (guarded) => {
      const ether = new Ether(FLEET, guarded ? {} : { sequence: false, proof: false });
      ether.meet(ROUNDS);
      return replays(ether, [1, 2_000, 10_000]);
    });
  });

  it.each([['fell silent'], ['said goodbye']])('after the sender %s', (how) => {
    judge(`played back, after the sender ${how}`, (guarded) => {
      const ether = new Ether(FLEET, guarded ? {} : { sequence: false, proof: false });
      ether.meet(ROUNDS);
      if (how === 'said goodbye') ether.goodbye();
      else ether.pass(2 * HOLD_MS);
      expect(ether.us.friends).toEqual([]);
      return replays(ether, PAUSES);
    });
  });

  it('after the sender was started anew, as if the old boot were a second device', () => {
    judge('played back, of the boot before', (guarded) => {
      const ether = new Ether(FLEET, guarded ? {} : { sequence: false, proof: false });
      ether.meet(ROUNDS);
      const recording = [...ether.recorded];
      ether.restartThem();
      ether.meet(ROUNDS);
      return replays(ether, [1, 2_000, 10_000], recording);
    });
  });

  it('after it was crowded out of its own address by recordings of its former boots', () => {
    judge('played back, its address crowded by its former boots', (guarded) => {
      // That nobody is crowded out is shown by test/unit/roster/full-roster.test.ts; here, that it would gain nothing.
      const ether = new Ether(FLEET, guarded ? {} : { sequence: false });
      const former = Array.from({ length: 100 }, () => {
        ether.meet(1);
        const [latest] = ether.recorded.slice(-1);
        ether.restartThem();
        return latest as Recorded;
      });
      ether.skip(HOUR_MS); // What was remembered of them has passed.
      ether.meet(ROUNDS);
      const [latest] = ether.recorded.slice(-1);
      return sum([
        attack(
          ether,
          former.map(({ payload }, i) => ({ payload, from: { ...ether.them.endpoint, port: 1_024 + i } })),
        ),
        attack(ether, [latest as Recorded]),
      ]);
    });
  });

  it('after we were started anew, with the sender still there', () => {
    judge('played back, after our restart', (guarded) => {
      const ether = new Ether(FLEET, { proof: guarded });
      ether.meet(ROUNDS);
      ether.restartUs();
      return replays(ether, [1, 2_000]);
    });
  });

  it('after we were started anew, and the sender is gone', () => {
    judge('played back, after our restart, the sender gone', (guarded) => {
      const ether = new Ether(FLEET, { proof: guarded });
      ether.meet(ROUNDS);
      ether.pass(2 * HOLD_MS);
      ether.restartUs();
      return replays(ether, PAUSES);
    });
  });
});

describe('Frames that were kept from arriving, and released late', () => {
  it('when the sender is gone, and what they list of us is two holds old', () => {
    judge('withheld, and released after two holds, the sender gone', (guarded) => {
      const ether = new Ether(FLEET, { freshness: guarded });
      ether.meet(ROUNDS);
      ether.withhold(5);
      ether.pass(2 * HOLD_MS + INTERVAL_MS);
      expect(ether.us.friends).toEqual([]);
      return replays(ether, [1, HOLD_MS, HOUR_MS, DAY_MS], ether.withheld);
    });
  });

  it('when the sender has spoken since', () => {
    judge('withheld, and released when newer ones were heard', (guarded) => {
      const ether = new Ether(FLEET, guarded ? {} : { sequence: false, proof: false });
      ether.meet(ROUNDS);
      ether.withhold(1);
      ether.meet(1);
      return replays(ether, [1, 2_000, 10_000], ether.withheld);
    });
  });

  it('when we were started anew since', () => {
    judge('withheld, and released after our restart', (guarded) => {
      const ether = new Ether(FLEET, { proof: guarded });
      ether.meet(ROUNDS);
      ether.withhold(3);
      ether.restartUs();
      return replays(ether, PAUSES, ether.withheld);
    });
  });
});
