/**
 * What it costs to hear one announcement, as ratios to the limit: a bare callback of node:dgram that gets the same bytes
 * in the same run. All receivers take turns, so that whatever else the machine does strikes all of them alike.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cases, type Speaker } from './cases.ts';
import { BENCH_GROUP, type Kind, PORTS } from './settings.ts';
import { quantile, row, Verdicts } from './table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 40);
const WARM_UP_ROUNDS = 20;
/** Few enough that all of them fit into the buffer of a socket that a busy machine keeps from reading. */
const DATAGRAMS = 40;
/** As many as there are known peers, so that each of them speaks from one address. */
const SOURCES = 10;
/** Longer than any starved machine needs. */
const PATIENCE_MS = 20_000;
const [, , receiverFile, rosterFile] = process.argv as [string, string, string, string];

const sender = fork(new URL('sender.mjs', `file://${process.cwd()}/test/bench/`).pathname, [BENCH_GROUP]);
const kinds = Object.keys(PORTS) as Kind[];
const receivers = Object.fromEntries(await Promise.all(kinds.map(start))) as Record<Kind, ChildProcess>;

async function start(kind: Kind): Promise<[Kind, ChildProcess]> {
  const child = fork(receiverFile, [kind, String(PORTS[kind])]);
  await answer(child);
  return [kind, child];
}

/** The next thing it says. */
async function answer(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return message;
}

/** Microseconds of this receiver's processor time for each datagram. */
async function cost(kind: Kind, payloads: readonly Buffer[]): Promise<number> {
  receivers[kind].send({ expect: payloads.length });
  await answer(receivers[kind]);
  const told = answer(receivers[kind]);
  sender.send({
    payloads: payloads.map((each) => each.toString('base64')),
    sources: SOURCES,
    port: PORTS[kind],
  });
  const [result] = await Promise.all([told, answer(sender)]);
  return (result as { cpuMicroseconds: number }).cpuMicroseconds / payloads.length;
}

interface Measured {
  readonly bare: number[];
  readonly ours: number[];
}

const speakers = cases(DATAGRAMS);
const measured = new Map<Speaker, Measured>(speakers.map((each) => [each, { bare: [], ours: [] }]));
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
  for (const [{ payloads, receiver }, { bare, ours }] of measured) {
    const said = payloads();
    const costs = [await cost('bare', said), await cost(receiver, said)] as const;
    if (round < 0) continue;
    bare.push(costs[0]);
    ours.push(costs[1]);
  }
for (const child of [...Object.values(receivers), sender]) child.kill();

const limit = quantile(
  [...measured.values()].map(({ bare }) => quantile(bare, 0.5)),
  0.5,
);
const verdicts = new Verdicts();
console.log(
  `One datagram heard, as a multiple of a bare node:dgram callback (${limit.toFixed(1)} µs here)\n`,
);
console.log(row(['', 'median', 'middle half', 'promised']));
for (const [{ name, ratioMax }, { bare, ours }] of measured) {
  const multiple = (share: number) => quantile(ours, share) / quantile(bare, 0.5);
  const spread = `${multiple(0.25).toFixed(2)}–${multiple(0.75).toFixed(2)}`;
  console.log(row([name, multiple(0.5).toFixed(2), spread, ...verdicts.of(multiple(0.5), ratioMax)]));
}

const [code] = await once(fork(rosterFile), 'exit');
process.exitCode = verdicts.missed || code ? 1 : 0;
