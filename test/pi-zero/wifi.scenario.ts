/**
 * The packaged product's life on a Zero W with real Wi-Fi, seen from outside: from the LED's register, from the kernel,
 * and from a peer behind the access point. One boot, one story: each test begins where the one before it ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board } from './board.ts';
import { seconds } from './figures.ts';
import { note } from './figures-book.ts';
import { guestFiles } from './guest-files.ts';
import { patterns } from './patterns.ts';
import { ProductRun } from './product-run.ts';
import type { Mark } from './serial-console.ts';
import { tellAsOneStory } from './story.ts';
import { describeStretches, flashes, latenessMs } from './waveform.ts';
import * as wifi from './wifi-lab.ts';
import { heard, linkUp, logged, logLines, lostAddress, newAddress } from './witnesses.ts';

/** What the product promises after any change of the network. */
const heardWithinMs = 2_000;

/** Limits of patience, not promises: the host may be busy. */
const soonMs = 300_000;
const networkTimeoutMs = 300_000;

let board: Board;
let product: ProductRun;

beforeAll(async () => {
  board = await Board.boot({ name: 'wifi', kernel: '6.12', files: guestFiles });
});
afterAll(() => board?.stop());

describe('A Pi Zero W on Wi-Fi (kernel 6.12)', () => {
  tellAsOneStory(() => board);

  test('starts before there is any network, and its LED shows that it waits', async () => {
    const mark = board.mark();
    product = await ProductRun.start(board);
    await logged(board, 'node.started', mark, soonMs);
    await board.led.shows(patterns.waiting, soonMs);
    expect(logLines(board, mark).map(({ event }) => event)).not.toContain('led.unavailable');
  });

  test('is heard within 2 s of its first address, and logs the network it joined', async () => {
    await wifi.build(board);
    const mark = board.mark();
    await wifi.connect(board);
    const address = await newAddress(board, mark, soonMs);
    const first = await heard(board, mark, soonMs, address.from);
    expectHeardSoon('first address to heard by a friend', first.atMs - address.atMs);
    const joined = await logged(board, 'wifi.connected', mark, networkTimeoutMs);
    expect(joined).toMatchObject({ ssid: 'lab', signalDbm: expect.any(Number) });
  });

  test('flashes once, long, for each announcement of a friend', async () => {
    await board.led.shows(patterns.alone, soonMs);
    await wifi.orderPeer(board, 'announce friend');
    await board.led.shows(patterns.friends, soonMs);
    for (let announcement = 1; announcement <= 3; announcement += 1) {
      const fromMs = board.led.now();
      await wifi.orderPeer(board, 'announce friend');
      await board.led.shows(patterns.friends, soonMs);
      const seen = board.led.since(fromMs);
      const long = flashes(seen, patterns.flashMs);
      expect(long, describeStretches(seen)).toHaveLength(1);
      const place = seen.indexOf(long[0]!);
      for (const dark of [seen[place - 1]!, seen[place + 1]!]) {
        const atLeastMs = patterns.darkAroundFlashMs - latenessMs - dark.uncertaintyMs;
        expect(dark.durationMs, describeStretches(seen)).toBeGreaterThanOrEqual(atLeastMs);
      }
    }
  });

  test('survives a short loss of its access point, and is heard within 2 s of its return', async () => {
    const mark = board.mark();
    await board.shell('/bench/access-point.sh off');
    await board.led.shows(patterns.waiting, networkTimeoutMs);
    const back = board.mark();
    await board.shell('/bench/access-point.sh on');
    await expectHeardAgain('access point back after a short loss', back);
    expect(product.exits(mark)).toEqual([]);
  });

  test('survives a loss so long that its address goes, and is heard within 2 s of its return', async () => {
    const mark = board.mark();
    await board.shell('/bench/access-point.sh off');
    await lostAddress(board, mark, networkTimeoutMs);
    await board.led.shows(patterns.waiting, networkTimeoutMs);
    const back = board.mark();
    await board.shell('/bench/access-point.sh on');
    await expectHeardAgain('access point back after a long loss', back);
    expect(product.exits(mark)).toEqual([]);
  });

  test('is heard from its new address within 2 s when DHCP gives it another one', async () => {
    const mark = board.mark();
    await board.shell('/bench/access-point.sh addresses 10.42.0.60 10.42.0.90');
    await board.shell(
      'nmcli connection modify lab ipv4.dhcp-client-id another && nmcli device reapply wlan0',
    );
    const address = await newAddress(board, mark, networkTimeoutMs);
    expect(address.from).toMatch(/^10\.42\.0\.[6-9]\d$/);
    const first = await heard(board, mark, soonMs, address.from);
    expectHeardSoon('another address to heard by a friend', first.atMs - address.atMs);
    expect(product.exits(mark)).toEqual([]);
  });

  test('is started again after a SIGKILL, and takes over the LED that was left lit', async () => {
    const mark = board.mark();
    const { pid } = await product.started(0);
    await board.shell(`/bench/kill-while-lit.sh ${pid}`);
    const restarted = await product.started(mark);
    expect(restarted.pid).not.toBe(pid);
    expect(board.led.isLit(), 'the killed process left its LED lit').toBe(true);
    await heard(board, mark, soonMs);
    await board.led.shows(patterns.alone, soonMs);
    expect(logLines(board, mark).map(({ event }) => event)).not.toContain('led.unavailable');
  });

  test('leaves the LED dark on SIGTERM and exits 0', async () => {
    expect(await product.stop()).toBe(0);
    const stoppedMs = board.led.now();
    await delay(patterns.longestPeriodMs);
    expect(board.led.hasBeen('dark', stoppedMs)).toBe(true);
  });
});

/** Re-associated is when the link is up and the address is there, whichever came last. */
async function expectHeardAgain(what: string, since: Mark): Promise<void> {
  const upAtMs = await linkUp(board, since, networkTimeoutMs);
  const address = await newAddress(board, since, networkTimeoutMs);
  const first = await heard(board, since, soonMs);
  // The address may be there before: then it is confirmed again, and the product need not wait for that.
  expectHeardSoon(`${what} to heard by a friend`, Math.max(0, first.atMs - Math.max(upAtMs, address.atMs)));
}

function expectHeardSoon(what: string, tookMs: number): void {
  note({ what, measured: seconds(tookMs), promised: `≤ ${seconds(heardWithinMs)}` });
  expect(tookMs).toBeLessThanOrEqual(heardWithinMs);
}
