/**
 * What it costs to hear one announcement, as ratios to the limit: a bare callback of node:dgram that gets the same bytes
 * in the same run. All receivers take turns, so that whatever else the machine does strikes all of them alike.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cases, type Speaker } from './cases.ts';
import { BENCH_GROUP } from './settings.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 60);
const WARM_UP_ROUNDS = 20;
/** Few enough that all of them fit into a socket's buffer (212,992 bytes on Linux). */
const DATAGRAMS = 100;
/** As many as there are known peers, so that each of them speaks from one address. */
const SOURCES = 10;
const [, , receiverFile] = process.argv;

interface Receiver {
  readonly child: ChildProcess;
  readonly port: number;
}

const ports = { bare: 49_099, plain: 49_100, sealed: 49_101 } as const;

async function start(kind: keyof typeof ports): Promise<Receiver> {
  const port = ports[kind];
  const child = fork(receiverFile as string, [kind, String(port)]);
  await once(child, 'message');
  return { child, port };
}

/** Microseconds of this receiver's processor time for each datagram. */
async function cost(
  { child, port }: Receiver,
  sender: ChildProcess,
  payloads: readonly Buffer[],
): Promise<number> {
  child.send({ expect: payloads.length });
  await once(child, 'message');
  const told = once(child, 'message');
  sender.send({ payloads: payloads.map((each) => each.toString('base64')), sources: SOURCES, port });
  const [[result]] = await Promise.all([told, once(sender, 'message')]);
  const { cpuMicroseconds, heard } = result as { cpuMicroseconds: number; heard: number };
  if (heard < payloads.length * 0.9) throw new Error(`only ${heard} of ${payloads.length} arrived`);
  return cpuMicroseconds / heard;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] as number;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(44) : cell.padStart(14))).join('');
}

const sender = fork(new URL('sender.mjs', `file://${process.cwd()}/test/bench/`).pathname, [BENCH_GROUP]);
const receivers = { bare: await start('bare'), plain: await start('plain'), sealed: await start('sealed') };
const speakers: readonly Speaker[] = cases(DATAGRAMS);
const ratios = new Map<Speaker, number[]>(speakers.map((speaker) => [speaker, []]));
const bares: number[] = [];
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  for (const speaker of speakers) {
    const payloads = speaker.payloads(round);
    const bare = await cost(receivers.bare, sender, payloads);
    const ours = await cost(receivers[speaker.receiver], sender, payloads);
    if (round < WARM_UP_ROUNDS) continue;
    bares.push(bare);
    ratios.get(speaker)?.push(ours / bare);
  }
}
for (const { child } of Object.values(receivers)) child.kill();
sender.kill();

console.log(
  `One datagram heard, as a multiple of a bare node:dgram callback (${quantile(bares, 0.5).toFixed(1)} µs here)\n`,
);
console.log(row(['', 'median', 'middle half', 'promised']));
let missed = 0;
for (const [{ name, ratioMax }, measured] of ratios) {
  const median = quantile(measured, 0.5);
  if (ratioMax !== undefined && median > ratioMax) missed++;
  const spread = `${quantile(measured, 0.25).toFixed(2)}–${quantile(measured, 0.75).toFixed(2)}`;
  console.log(row([name, median.toFixed(2), spread, ratioMax === undefined ? '' : `≤ ${ratioMax}`]));
}
process.exitCode = missed > 0 ? 1 : 0;
