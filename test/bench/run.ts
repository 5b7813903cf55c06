/**
 * What it costs to hear one announcement, as ratios to the limit: a bare callback of node:dgram that gets the same bytes
 * in the same run. All receivers take turns, so that whatever else the machine does strikes all of them alike.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cases, type Speaker } from './cases.ts';
import { BENCH_GROUP, type Kind, PORTS } from './settings.ts';
import { quantile, row, Verdicts } from './table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 61);
/** Enough for V8 to have compiled for speed whatever is worth it. */
const WARM_UP_ROUNDS = 16;
/** As many as there are known peers, so that each of them speaks from one address. */
const SOURCES = 10;
/** Longer than a starved machine needs. */
const PATIENCE_MS = 5_000;
const ATTEMPTS_MAX = 10;

interface Manner {
  /** At a time: few enough that all of them fit into the buffer of a socket that a busy machine keeps from reading. */
  readonly burst: number;
  /** After each burst; long enough to read it. */
  readonly pauseMs: number;
  /** In one turn: on a busy LAN enough that it does not matter who had the processor's caches before. */
  readonly datagrams: number;
}

/** On a busy LAN the receiver is awake and at it; on a quiet one each announcement wakes a processor that has slept. */
const PACES = {
  busy: { burst: 20, pauseMs: 1, datagrams: 1_000 },
  quiet: { burst: 1, pauseMs: 1, datagrams: 40 },
} satisfies Record<string, Manner>;
type Pace = keyof typeof PACES;
const paces = Object.keys(PACES) as Pace[];
/** What is not compiled yet takes several times as long, and would not be read in time. */
const WARM_UP: Manner = { ...PACES.busy, pauseMs: 4 };

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
async function cost(kind: Kind, payloads: Speaker['payloads'], manner: Manner): Promise<number> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const figure = await attempt(kind, payloads().slice(0, manner.datagrams), manner).catch(ignoreAbort);
    if (figure !== undefined) return figure;
  }
  throw new Error(`${kind}: datagrams get lost again and again`);
}

/** A datagram got lost, as they may: then others are said. */
function ignoreAbort(error: Error): undefined {
  if (error.name !== 'AbortError') throw error;
}

async function attempt(kind: Kind, payloads: readonly Buffer[], { burst, pauseMs }: Manner): Promise<number> {
  receivers[kind].send({ expect: payloads.length });
  await answer(receivers[kind]);
  const told = answer(receivers[kind]);
  sender.send({
    payloads: payloads.map((each) => each.toString('base64')),
    sources: SOURCES,
    port: PORTS[kind],
    burst,
    pauseMs,
  });
  const [result] = await Promise.all([told, answer(sender)]);
  return (result as { cpuMicroseconds: number }).cpuMicroseconds / payloads.length;
}

/** In microseconds, one right after the other: a machine that is shared is not as fast all the time. */
interface Pair {
  readonly bare: number;
  readonly ours: number;
}

async function compare(payloads: Speaker['payloads'], receiver: Kind, manner: Manner): Promise<Pair> {
  return { bare: await cost('bare', payloads, manner), ours: await cost(receiver, payloads, manner) };
}

const speakers = cases(PACES.busy.datagrams);
const measured = new Map<Speaker, Record<Pace, Pair[]>>(
  speakers.map((each) => [each, { busy: [], quiet: [] }]),
);
for (let round = 0; round < WARM_UP_ROUNDS; round++)
  for (const { payloads, receiver } of speakers) await compare(payloads, receiver, WARM_UP);
for (let round = 0; round < ROUNDS; round++)
  for (const pace of paces)
    for (const [{ payloads, receiver, pauseMs = PACES[pace].pauseMs }, figures] of measured)
      figures[pace].push(await compare(payloads, receiver, { ...PACES[pace], pauseMs }));
for (const child of [...Object.values(receivers), sender]) child.kill();

const limitOf = (pace: Pace) =>
  quantile(
    [...measured.values()].flatMap((figures) => figures[pace].map(({ bare }) => bare)),
    0.5,
  ).toFixed(1);
const verdicts = new Verdicts();
console.log(
  `One datagram heard, as a multiple of a bare node:dgram callback: on a busy LAN (${limitOf('busy')} µs here), on a quiet one (${limitOf('quiet')} µs)\n`,
);
console.log(row(['', 'quiet', 'busy', 'middle half', 'promised']));
for (const [{ name, ratioMax }, { busy, quiet }] of measured) {
  const multiple = (pairs: readonly Pair[], share = 0.5) =>
    quantile(
      pairs.map(({ bare, ours }) => ours / bare),
      share,
    );
  const spread = `${multiple(busy, 0.25).toFixed(2)}–${multiple(busy, 0.75).toFixed(2)}`;
  const figures = [multiple(quiet).toFixed(2), multiple(busy).toFixed(2), spread];
  console.log(row([name, ...figures, ...verdicts.of(multiple(busy), ratioMax)]));
}

const [code] = await once(fork(rosterFile), 'exit');
process.exitCode = verdicts.missed || code ? 1 : 0;
