/**
 * The board has no clock of its own: its time jumps by months when it first hears a time server, and may jump back. All
 * that this may change is what the log says about when.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { changes } from '../support/company.ts';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab('faketime');

const SETTINGS = { HOLD_S: '3' };
/** Beyond the hold. */
const OBSERVED_MS = 4_500;
const YEAR_MS = 365 * 24 * 3_600_000;

/** A wall clock that can be set while the process runs; its monotonic clock stays true. */
class WallClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wall-clock-'));
  readonly #file = join(this.#folder, 'offset');

  constructor(context: TestContext) {
    context.onTestFinished(() => rmSync(this.#folder, { recursive: true }));
    this.set('+0');
  }

  /** Against the true time, as `faketime` writes it. */
  set(offset: string): void {
    writeFileSync(`${this.#file}.new`, offset);
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** What runs a program under this clock. */
  get prefix(): readonly string[] {
    const library = execFileSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], {
      encoding: 'utf8',
    });
    return [
      'env',
      `LD_PRELOAD=${library.trim()}`,
      `FAKETIME_TIMESTAMP_FILE=${this.#file}`,
      'FAKETIME_NO_CACHE=1',
      'DONT_FAKE_MONOTONIC=1',
    ];
  }
}

test('a wall clock that jumps by a year, and back, changes nothing', async (context) => {
  const wallClock = new WallClock(context);
  const anna = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'anna', {
    settings: SETTINGS,
    prefix: wallClock.prefix,
  });
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta', { settings: SETTINGS });
  for (const node of [anna, berta]) {
    await node.waitFor('peer.two-way');
    await node.waitFor('reachability.changed', { fields: { to: 'ok' } });
  }
  // Past the hellos.
  await sleep(1_600);
  const from = performance.now();
  const jumpedYears: string[] = [];
  for (const offset of ['+1y', '-1y', '+0']) {
    wallClock.set(offset);
    const jumped = performance.now();
    await sleep(OBSERVED_MS);
    const told = anna.all('peer.heard', { after: jumped + 500 }).at(-1)?.fields.time;
    jumpedYears.push(String(Math.round((Date.parse(String(told)) - Date.now()) / YEAR_MS)));
  }
  expect(jumpedYears).toEqual(['1', '-1', '0']);
  for (const node of [anna, berta]) {
    expect(changes(node, from)).toEqual([]);
    for (const event of [
      'reachability.changed',
      'tick.missed',
      'child.restarted',
      'beacon.reopened',
      'peer.one-way',
    ])
      expect(node.all(event, { after: from })).toEqual([]);
  }
  const heard = [from, ...berta.all('peer.heard', { after: from }).map(({ at }) => at), performance.now()];
  expectRecovery(context, {
    scenario: 'the wall clock jumps by a year: longest silence (interval 1 s)',
    measuredMs: Math.max(...heard.slice(1).map((at, index) => at - (heard[index] ?? at))),
    targetMs: 1_100,
    excuseMs: 700,
  });
});
