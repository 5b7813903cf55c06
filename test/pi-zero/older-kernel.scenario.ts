/**
 * The same LED on a kernel that numbers its GPIO lines otherwise: base 458 instead of 512.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Board } from './board.ts';
import { guestFiles } from './guest-files.ts';
import { patterns } from './patterns.ts';
import { ProductRun } from './product-run.ts';
import { tellAsOneStory } from './story.ts';

/** A limit of patience, not a promise: the host may be busy. */
const soonMs = 300_000;

let board: Board;
beforeAll(async () => {
  board = await Board.boot({ name: 'older-kernel', kernel: '6.1', files: guestFiles });
});
afterAll(() => board?.stop());

describe('A Pi Zero W with kernel 6.1', () => {
  tellAsOneStory(() => board);

  test('has another GPIO base than kernel 6.12', async () => {
    expect(await board.shell('ls -1 /sys/class/gpio')).toContain('gpiochip458');
  });

  test('drives the LED on BCM 17 all the same, and leaves it dark', async () => {
    const product = await ProductRun.start(board);
    await board.led.shows(patterns.waiting, soonMs);
    expect(await product.stop()).toBe(0);
    const stoppedMs = board.led.now();
    await delay(patterns.longestPeriodMs);
    expect(board.led.hasBeen('dark', stoppedMs)).toBe(true);
  });
});
