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
/** In bursts; enough for V8 to have compiled for speed whatever is worth it. */
const WARM_UP_ROUNDS = 150;
/** Few enough that all of them fit into the buffer of a socket that a busy machine keeps from reading. */
const DATAGRAMS = 40;
/** As many as there are known peers, so that each of them speaks from one address. */
const SOURCES = 10;
/** Longer than a starved machine needs. */
const PATIENCE_MS = 5_000;
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

/** Microseconds of this receiver's processor time for each datagram, with a pause after each. */
async function cost(kind: Kind, payloads: readonly Buffer[], pauseMs: number): Promise<number> {
  for (;;) {
    const figure = await attempt(kind, payloads, pauseMs).catch(ignoreAbort);
    if (figure !== undefined) return figure;
  }
}

/** A datagram got lost, as they may: then it is said again. */
function ignoreAbort(error: Error): undefined {
  if (error.name !== 'AbortError') throw error;
}

async function attempt(kind: Kind, payloads: readonly Buffer[], pauseMs: number): Promise<number> {
  receivers[kind].send({ expect: payloads.length });
  await answer(receivers[kind]);
  const told = answer(receivers[kind]);
  sender.send({
    payloads: payloads.map((each) => each.toString('base64')),
    sources: SOURCES,
    port: PORTS[kind],
    pauseMs,
  });
  const [result] = await Promise.all([told, answer(sender)]);
  return (result as { cpuMicroseconds: number }).cpuMicroseconds / payloads.length;
}

/** On a crowded LAN announcements come in bursts; on a quiet one each wakes a processor that has slept. */
const PAUSES_MS = { burst: 0, alone: 1 } as const;
type Pace = keyof typeof PAUSES_MS;
const paces = Object.keys(PAUSES_MS) as Pace[];

interface Measured {
  readonly bare: number[];
  readonly ours: number[];
}

const nothing = (): Measured => ({ bare: [], ours: [] });
const speakers = cases(DATAGRAMS);
const measured = new Map<Speaker, Record<Pace, Measured>>(
  speakers.map((each) => [each, { burst: nothing(), alone: nothing() }]),
);
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
  for (const pace of round < 0 ? (['burst'] as const) : paces)
    for (const [{ payloads, receiver }, figures] of measured) {
      const pauseMs = PAUSES_MS[pace];
      const bare = await cost('bare', payloads(), pauseMs);
      const ours = await cost(receiver, payloads(), pauseMs);
      if (round < 0) continue;
      figures[pace].bare.push(bare);
      figures[pace].ours.push(ours);
    }
for (const child of [...Object.values(receivers), sender]) child.kill();

const limitOf = (pace: Pace) =>
  quantile(
    [...measured.values()].map((figures) => quantile(figures[pace].bare, 0.5)),
    0.5,
  ).toFixed(1);
const verdicts = new Verdicts();
console.log(
  `One datagram heard, as a multiple of a bare node:dgram callback: in a burst (${limitOf('burst')} µs here), alone (${limitOf('alone')} µs)\n`,
);
console.log(row(['', 'alone', 'in a burst', 'middle half', 'promised']));
for (const [{ name, ratioMax }, { burst, alone }] of measured) {
  const multiple = ({ bare, ours }: Measured, share = 0.5) => quantile(ours, share) / quantile(bare, 0.5);
  const spread = `${multiple(burst, 0.25).toFixed(2)}–${multiple(burst, 0.75).toFixed(2)}`;
  const figures = [multiple(alone).toFixed(2), multiple(burst).toFixed(2), spread];
  console.log(row([name, ...figures, ...verdicts.of(multiple(burst), ratioMax)]));
}

const [code] = await once(fork(rosterFile), 'exit');
process.exitCode = verdicts.missed || code ? 1 : 0;
