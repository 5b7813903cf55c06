/**
 * What the roster's work costs by how many are in it, as ratios to the same with ten: what every announcement costs must
 * not depend on it. A look goes through everybody, and is told for each of them; it happens a few times a second at most.
 */
import type { RichAnnouncement } from '../../src/datagram/announcement.ts';
import { OwnSequence } from '../../src/roster/own-sequence.ts';
import { Roster } from '../../src/roster/roster.ts';
import { bootOf } from './boots.ts';
import { BENCH_BOOT } from './settings.ts';
import { quantile, row, Verdicts } from './table.ts';

const SIZES = [10, 1_000, 1_024] as const;
const ROUNDS = 200;
const WARM_UP_ROUNDS = 100;
const HOLD_MS = 35_000;
/** As many entries as an announcement has room for. */
const LIST_ROOM = 108;
/** What the processor's caches may add. */
const RATIO_MAX = 2;

interface Work {
  readonly name: string;
  /** How often in a round. */
  readonly times: number;
  readonly perPeer: boolean;
  readonly make: (fleet: Fleet) => () => void;
}

/** A roster with so many in it, who all speak on. */
class Fleet {
  readonly size: number;
  readonly roster: Roster;
  now = 0;
  #spoken = 0;

  constructor(size: number) {
    this.size = size;
    this.roster = new Roster({
      ownName: 'receiver',
      ownId: 'bebebebebebe',
      ownBoot: BENCH_BOOT,
      ownSequence: new OwnSequence(),
      announceIntervalMs: 15_000,
      holdMs: HOLD_MS,
      sealed: false,
    });
    for (let device = 0; device < size; device++) this.hear(device);
  }

  /** The next in turn speaks. */
  knownSpeaks(): void {
    this.hear(this.#spoken % this.size);
  }

  hear(device: number, leaving = false): void {
    const from = { address: `10.0.${device >> 8}.${device & 255}`, port: 40_000 };
    this.now += 0.01;
    this.roster.heard(announcement(device, this.#spoken++, leaving), from, this.now);
  }
}

const works: readonly Work[] = [
  { name: 'a known peer is heard', times: 1_024, perPeer: false, make: (fleet) => () => fleet.knownSpeaks() },
  { name: 'one comes, one goes', times: 200, perPeer: false, make: comeAndGo },
  {
    name: 'a look for who is gone, for each',
    times: 20,
    perPeer: true,
    make: (fleet) => () => {
      fleet.roster.expire(fleet.now);
      fleet.roster.nextLook(fleet.now);
    },
  },
  {
    name: 'a list for an announcement, for each',
    times: 20,
    perPeer: true,
    make: (fleet) => () => {
      fleet.roster.heardList(LIST_ROOM, fleet.now);
    },
  },
];

/** In a full roster whoever comes displaces somebody; in others it says goodbye. */
function comeAndGo(fleet: Fleet): () => void {
  let stranger = 10_000;
  const isFull = fleet.size === SIZES.at(-1);
  return () => {
    fleet.hear(++stranger);
    if (!isFull) fleet.hear(stranger, true);
  };
}

function announcement(device: number, sequence: number, leaving: boolean): RichAnnouncement {
  return {
    frame: 'rich',
    id: (0xabc000000000 + device).toString(16),
    boot: bootOf(device),
    sequence,
    name: `device-${device}`,
    holdMs: HOLD_MS,
    heard: '',
    fresh: '',
    peers: 0,
    asks: false,
    leaving,
    facts: {},
  };
}

/** Microseconds for each time. */
function cost(act: () => void, times: number): number {
  const before = performance.now();
  for (let time = 0; time < times; time++) act();
  return ((performance.now() - before) * 1_000) / times;
}

const verdicts = new Verdicts();
console.log(`\n${row(['Of the roster, with', ...SIZES.map(String), 'ratio', 'promised'])}`);
for (const { name, times, perPeer, make } of works) {
  const runs = SIZES.map((size) => ({
    act: make(new Fleet(size)),
    parts: perPeer ? size : 1,
    costs: [] as number[],
  }));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
    for (const { act, parts, costs } of runs) {
      const microseconds = cost(act, times) / parts;
      if (round >= 0) costs.push(microseconds);
    }
  const [least = 0, ...others] = runs.map(({ costs }) => quantile(costs, 0.5));
  const ratio = Math.max(...others) / least;
  const cells = [least, ...others].map((each) => `${each.toFixed(2)} µs`);
  console.log(row([name, ...cells, ratio.toFixed(2), ...verdicts.of(ratio, RATIO_MAX)]));
}
process.exitCode = verdicts.missed ? 1 : 0;
