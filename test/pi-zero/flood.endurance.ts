/**
 * A flood over Wi-Fi, as fast as the emulated radio carries it, at a board with ten friends: what it costs, and whom. The
 * flooder is in the same machine: it shares the one core, which makes the flood smaller and the board busier than on a real LAN.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fleetKey, newFleetKey } from '../../src/datagram/fleet-key.ts';
import { SEALED_PREFIX } from '../../src/datagram/frames.ts';
import { Board } from './board.ts';
import { cpuShare, seconds } from './figures.ts';
import { note } from './figures-book.ts';
import { guestFiles } from './guest-files.ts';
import { matched, startProduct, stopProduct, vitals } from './measured-product.ts';
import * as wifi from './wifi-lab.ts';
import { deviceName, heardAt, logged, logLines } from './witnesses.ts';

/** FLOODS=names,one,junk,oversize,sealed: which kinds come; `sealed`, the last, comes to a fleet with a key. */
const kinds = (process.env.FLOODS ?? '').split(',');
/** Half of it until the board is overloaded, and then long enough to be told. */
const floodSeconds = 60;
const strangers = 32;
const friends = 10;

/** Promises. */
const lateMsMax = 100;
const recoveredMsMax = 2_000;
const growthKbMax = 8 * 1024;

const intervalMs = 5_000;
/** From one announcement to the next. */
const intervalGrowthMax = 1.5;
/** Until every friend has announced itself four times, and whatever is loaded late, once, is there: it is no cost of a flood. */
const settleSeconds = 60;
/** Two holds of the friends, and the time after which memory is given back. */
const afterwardsSeconds = 120;
/** A minute of the guest's takes ten and more of a busy host's. */
const patienceMs = 28 * 60_000;

let board: Board;

beforeAll(async () => {
  board = await Board.boot({ name: 'flood', kernel: '6.12', files: guestFiles, skipIdleTime: true });
  await wifi.build(board);
  await board.shell(`/bench/access-point.sh strangers ${strangers}`);
  await wifi.connect(board);
  await wifi.orderPeer(board, `crowd ${friends}`);
});

afterAll(() => board?.stop());

describe('A flood at a Pi Zero W', () => {
  test.each(kinds)(`of ${floodSeconds} seconds, %s, costs no friend and no announcement`, async (kind) => {
    const key = kind === 'sealed' ? newFleetKey() : '';
    if (key) await wifi.orderPeer(board, `seal ${key}`);
    const sources = kind === 'one' ? 1 : strangers;
    const mark = board.mark();
    const pid = await startProduct(board, `ANNOUNCE_INTERVAL_S=${intervalMs / 1000} FLEET_KEY=${key}`);
    await board.shell(`sleep ${settleSeconds}`, patienceMs);
    expect(await friendsOf(settleSeconds / 2)).toBe(friends);

    const before = await vitals(board, pid);
    const { sent, endedAtMs } = await flood(kind, sources, key);
    const under = await vitals(board, pid);
    const ended = await logged(board, 'flood.ended', mark, patienceMs);
    await board.shell(`sleep ${afterwardsSeconds}`, patienceMs);
    const after = await vitals(board, pid);
    const kept = await friendsOf(settleSeconds + afterwardsSeconds);
    await stopProduct(board, pid);

    const lateMs = lateMsOf(kind, before.atMs, under.atMs);
    const recoveredMs = Math.max(0, Date.parse(String(ended.time)) - endedAtMs);
    const growthKb = after.rssKb - before.rssKb;
    note(
      {
        what: `flood (${kind}), of ${sources} addresses`,
        measured: `${Math.round(sent / floodSeconds)}/s`,
        promised: '',
      },
      { what: '- processor', measured: `${Math.round(100 * cpuShare(before, under))} %`, promised: '' },
      { what: '- own voice later by', measured: seconds(lateMs), promised: `≤ ${seconds(lateMsMax)}` },
      { what: '- over after', measured: seconds(recoveredMs), promised: `≤ ${seconds(recoveredMsMax)}` },
      { what: '- friends kept', measured: `${kept} of ${friends}`, promised: 'all' },
      { what: '- memory for good', measured: megabytes(growthKb), promised: `≤ ${megabytes(growthKbMax)}` },
    );
    const events = logLines(board, mark).map(({ event, to }) => (to ? `${event} ${to}` : event));
    expect.soft(events).toContain('reachability.changed overloaded');
    expect.soft(events).not.toContain('tick.missed');
    expect.soft(events).not.toContain('child.restarted');
    expect.soft(lateMs).toBeLessThanOrEqual(lateMsMax);
    expect.soft(recoveredMs).toBeLessThanOrEqual(recoveredMsMax);
    expect.soft(kept).toBe(friends);
    expect.soft(growthKb).toBeLessThanOrEqual(growthKbMax);
  });
});

/** As fast as it goes. */
async function flood(
  kind: string,
  sources: number,
  key: string,
): Promise<{ sent: number; endedAtMs: number }> {
  const header = key && Buffer.concat([Buffer.from(SEALED_PREFIX), fleetKey(key).id]).toString('hex');
  const printed = await board.shell(
    `/bench/access-point.sh flood ${sources} --kind=${kind} --seconds=${floodSeconds} --datagrams=1 --rate=Infinity --header=${header}`,
    patienceMs,
  );
  const { sent, time } = JSON.parse(matched(printed, /^{"event":"flooded".*}/)[0]);
  return { sent, endedAtMs: time };
}

/** How many friends have been here for so long. */
async function friendsOf(hereSeconds: number): Promise<number> {
  const count = `({ peers }) => peers.filter((peer) => /^friend-/.test(peer.name) && peer.hereSeconds >= ${hereSeconds}).length`;
  const printed = await board.shell(
    `node -e 'fetch("http://127.0.0.1/status.json").then((it) => it.json()).then(${count}).then((count) => console.log("friends:", count))'`,
  );
  return Number(matched(printed, /^friends: (\d+)/)[1]);
}

/**
 * How late we spoke at most, as the access point heard it. Of a thousand peers, false or not, each speaks more rarely, step
 * by step.
 */
function lateMsOf(kind: string, fromMs: number, toMs: number): number {
  const moments = [fromMs, ...heardAt(board, deviceName), toMs].filter((at) => at >= fromMs && at <= toMs);
  const growth = kind === 'names' ? intervalGrowthMax : 1;
  const dueMs = (index: number) => 1.1 * intervalMs * growth ** index;
  return Math.max(0, ...moments.slice(1).map((at, index) => at - (moments[index] ?? at) - dueMs(index)));
}

function megabytes(kb: number): string {
  return `${(kb / 1024).toFixed(1)} MB`;
}
