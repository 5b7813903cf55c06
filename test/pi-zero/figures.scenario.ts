/**
 * What the product costs on the board, in guest time with one nanosecond an instruction: figures that do not depend on how
 * busy the host is. All are shown next to bare Node in the same boot, as the emulated processor is not the real one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board } from './board.ts';
import { cpuShare, type Figure, median, seconds, type Vitals } from './figures.ts';
import { note } from './figures-book.ts';
import { guestFiles } from './guest-files.ts';
import { matched, startProduct, stopProduct, vitals } from './measured-product.ts';
import * as wifi from './wifi-lab.ts';
import { heard, logLines } from './witnesses.ts';

/**
 * Odd, so that the median is one of them. Many, because V8 draws a seed for its hash tables at every start and searches
 * for primes from there, which makes a start of Node, of either, up to a tenth shorter or longer.
 */
const rounds = 15;

const soakMinutes = 10;
const friends = 10;

/** Everything periodic, the rarest every 5 minutes, has run once by then, and the code for it is in memory. */
const settleMinutes = 6;

/** Promises: a start in less time than bare Node needs, and so on. The measured ratios scatter by 0.02. */
const startRatioMax = 0.8;
const rssRatioMax = 1.15;
const idleCpuShareMax = 0.003;

/** The collector may let the heap breathe; a leak of one kilobyte an announcement would be 0.6 MB by then. */
const rssGrowthKbMax = 1_024;

const startTimeoutMs = 300_000;
const soakTimeoutMs = 14 * 60_000;

let board: Board;
let bootedAtS: number;

beforeAll(async () => {
  board = await Board.boot({ name: 'figures', kernel: '6.12', files: guestFiles, skipIdleTime: true });
  bootedAtS = Number((await board.shell('cut -d " " -f 1 /proc/uptime'))[0]);
  await wifi.build(board);
  await wifi.connect(board);
});

afterAll(() => board?.stop());

describe('What the product costs on a Pi Zero W', () => {
  test('announces itself sooner than Node itself would have started', async () => {
    const bare: number[] = [];
    const product: number[] = [];
    // Once before, so that all later rounds find everything in memory: the first one would read the SD card.
    await timeBareNode();
    await timeFirstAnnouncement();
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await timeBareNode());
      product.push(await timeFirstAnnouncement());
    }
    const ratio = median(product) / median(bare);
    // Up to the first process, then from the product's start: what the bench does between the two is left out.
    const boot = bootedAtS * 1000;
    note(
      startFigure('boot to first announcement', boot + median(product), boot + median(bare), ''),
      startFigure('process start to first announcement', median(product), median(bare), `≤ ${startRatioMax}`),
    );
    expect.soft(logLines(board, 0).map(({ event }) => event)).not.toContain('snapshot.refused');
    expect.soft(ratio).toBeLessThanOrEqual(startRatioMax);
  });

  test(`stays small, idle and tight through ${soakMinutes} minutes with ${friends} friends`, async () => {
    const bare = await bareNodeVitals();
    const pid = await startProduct(board);
    await wifi.orderPeer(board, `crowd ${friends}`);
    await board.shell(`sleep ${settleMinutes * 60}`, soakTimeoutMs);
    const first = await vitals(board, pid);
    await board.shell(`sleep ${soakMinutes * 60}`, soakTimeoutMs);
    const last = await vitals(board, pid);
    await stopProduct(board, pid);
    const share = cpuShare(first, last);
    note(...soakFigures(first, last, bare));
    expect.soft(last.rssKb - first.rssKb, 'growth of the memory, kB').toBeLessThanOrEqual(rssGrowthKbMax);
    expect.soft(last.openFiles, 'open files').toBe(first.openFiles);
    expect.soft(last.rssKb / bare.rssKb, 'memory, as a ratio').toBeLessThanOrEqual(rssRatioMax);
    expect.soft(share, 'share of the core').toBeLessThanOrEqual(idleCpuShareMax);
  });
});

function startFigure(what: string, ms: number, bareMs: number, promised: string): Figure {
  const ratio = (ms / bareMs).toFixed(2);
  return { what, measured: seconds(ms), bareNode: seconds(bareMs), ratio, promised };
}

function soakFigures(first: Vitals, last: Vitals, bare: Vitals): Figure[] {
  const megabytes = (kb: number) => `${(kb / 1024).toFixed(1)} MB`;
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    {
      what: `memory (RSS) after ${settleMinutes} and after ${settleMinutes + soakMinutes} minutes`,
      measured: `${megabytes(first.rssKb)}, ${megabytes(last.rssKb)}`,
      bareNode: megabytes(bare.rssKb),
      ratio: (last.rssKb / bare.rssKb).toFixed(2),
      promised: `≤ ${rssRatioMax}`,
    },
    {
      what: `processor, idle with ${friends} friends`,
      measured: percent(cpuShare(first, last)),
      promised: `≤ ${percent(idleCpuShareMax)}`,
    },
    {
      what: 'open files',
      measured: `${first.openFiles}, ${last.openFiles}`,
      bareNode: String(bare.openFiles),
      promised: 'none gained',
    },
  ];
}

async function timeBareNode(): Promise<number> {
  const printed = await board.shell('began=$EPOCHREALTIME; node -e 0; echo "bare: $began $EPOCHREALTIME"');
  const [began, ended] = microseconds(printed, /^bare: (\S+) (\S+)/);
  return (ended! - began!) / 1000;
}

async function timeFirstAnnouncement(): Promise<number> {
  const mark = board.mark();
  const pid = await startProduct(board);
  const first = await heard(board, mark, startTimeoutMs);
  const [began] = microseconds(board.console.lines.slice(mark), /^product: began (\S+)/);
  await stopProduct(board, pid);
  return first.atMs - began! / 1000;
}

async function bareNodeVitals(): Promise<Vitals> {
  const printed = await board.shell(`node -e 'setInterval(() => {}, 1e9)' & sleep 10; echo "idle: $!"`);
  const [pid] = microseconds(printed, /^idle: (\d+)/);
  const measured = await vitals(board, pid!);
  await board.shell(`kill ${pid}; wait ${pid}; true`);
  return measured;
}

/** The numbers a line gives; bash's clock prints seconds and microseconds with a point between. */
function microseconds(printed: readonly string[], pattern: RegExp): number[] {
  return matched(printed, pattern)
    .slice(1)
    .map((text) => Number(text.replace('.', '')));
}
