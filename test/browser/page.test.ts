/** The status page in a real browser, on the built node: what a person sees of friends, of the LED, and of lost contact. */
import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { startFleet } from '../support/fleet.ts';
import { useNetworkLab } from '../support/lab-session.ts';

// Before the session's own clean-up, which demands that nobody is left in its namespaces.
const browsers: Browser[] = [];
const session = useNetworkLab('chromium');
afterEach(async () => {
  await Promise.all(browsers.splice(0).map((browser) => browser.close()));
});

const ADDRESS = '10.77.0.11';
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };
const HOSTILE = '<img src=x onerror="document.title=1">';

/** What a page must never say in its console. */
const complaints: string[] = [];

/** From another machine of the LAN. */
async function look(options: BrowserContextOptions = {}): Promise<Page> {
  complaints.length = 0;
  const browser = await openBrowser(session.lab.addHost('viewer', '10.77.0.99'));
  browsers.push(browser);
  const page = await (await browser.newContext({ viewport: DESK, ...options })).newPage();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    const isExpected = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_ABORTED|ERR_EMPTY/.test(message.text());
    if (message.type() === 'error' && !isExpected) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  await page.goto(`http://${ADDRESS}:8080/`);
  await page.waitForSelector('[data-contact="live"]');
  return page;
}

async function startAnna() {
  const host = session.lab.addHost('a', ADDRESS);
  const anna = session.startNode(host, 'anna');
  await anna.waitFor('http.up');
  return { host, anna };
}

const rowOf = (name: string) => `#rows tr:has-text("${name}")`;

test('a friend that comes is seen within a second, and one that says goodbye is gone as soon', async () => {
  const { anna } = await startAnna();
  const page = await look();
  await page.getByText('Nobody else is here.').waitFor();
  const berta = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta');
  const joined = await anna.waitFor('peer.joined', { fields: { peer: 'berta' } });
  await page.waitForSelector(rowOf('berta'));
  expect(performance.now() - joined.at).toBeLessThan(1_000);
  await page.getByText('1 friend, who hears us').waitFor();
  expect(await page.getAttribute('#web', 'aria-label')).toBe(
    'One other device around this one. All hear each other.',
  );
  await berta.stop();
  const left = await anna.waitFor('peer.left');
  await page.waitForSelector(rowOf('berta'), { state: 'detached' });
  expect(performance.now() - left.at).toBeLessThan(1_000);
  expect(complaints).toEqual([]);
});

/** How long the LED copy was on and off, in turn, as the page's own clock has it. */
async function blinks(page: Page, forMs: number): Promise<{ on: boolean; ms: number }[]> {
  return page.evaluate(
    (ms) =>
      new Promise<{ on: boolean; ms: number }[]>((resolve) => {
        const led = document.getElementById('led') as HTMLElement;
        const seen: { on: boolean; ms: number }[] = [];
        let last = performance.now();
        let before = led.dataset.on;
        const observer = new MutationObserver(() => {
          if (led.dataset.on === before) return;
          seen.push({ on: before === 'true', ms: performance.now() - last });
          before = led.dataset.on;
          last = performance.now();
        });
        observer.observe(led, { attributes: true });
        setTimeout(() => resolve(seen), ms);
      }),
    forMs,
  );
}

test('the LED copy winks alone, and beats and flashes with a friend, as the LED does', async () => {
  await startAnna();
  const page = await look();
  await page.getByText('A wink every two seconds').waitFor();
  await sleep(1_000);
  const alone = (await blinks(page, 6_500)).slice(1);
  expect(alone.length).toBeGreaterThanOrEqual(4);
  for (const { on, ms } of alone) expect(Math.abs(ms - (on ? 100 : 1_900)), `${on} ${ms}`).toBeLessThan(80);
  session.startNode(session.lab.addHost('b', '10.77.0.12'), 'berta', {
    settings: { ANNOUNCE_INTERVAL_S: '3' },
  });
  await page.getByText('A heartbeat').waitFor();
  await sleep(4_000);
  const lit = (await blinks(page, 8_000)).slice(1).filter(({ on }) => on);
  const near = (ms: number) => lit.filter((each) => Math.abs(each.ms - ms) < 60).length;
  expect(near(100), JSON.stringify(lit)).toBeGreaterThanOrEqual(4);
  expect(near(400), JSON.stringify(lit)).toBeGreaterThanOrEqual(1);
  await page.getByRole('button', { name: 'Hold still' }).click();
  await sleep(100);
  expect(await blinks(page, 1_500)).toEqual([]);
});

test('a device that is killed is said to be lost at once, and found again when it is back', async () => {
  const { host } = await startAnna();
  const page = await look();
  const before = performance.now();
  host.losePower();
  await page.getByText(/^No contact for/).waitFor();
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(await page.getAttribute('#led', 'data-on')).toBe('unknown');
  const again = session.startNode(host, 'anna the second');
  const up = await again.waitFor('http.up');
  await page.getByRole('heading', { name: 'anna the second' }).waitFor();
  expect(performance.now() - up.at).toBeLessThan(5_000);
  expect(await page.getAttribute('body', 'data-contact')).toBe('live');
  expect(complaints).toEqual([]);
});

test('a device that falls silent without hanging up is noticed, too', async () => {
  const { host } = await startAnna();
  const page = await look();
  host.carrier(false);
  await page.getByText(/^No contact for/).waitFor({ timeout: 15_000 });
  host.carrier(true);
  await page.waitForSelector('[data-contact="live"]', { timeout: 15_000 });
});

test('names of strangers are text wherever they are shown', async () => {
  await startAnna();
  await startFleet(session, { names: [HOSTILE, '<script>alert(1)', '{{constructor}}', 'anna'] });
  const page = await look();
  await page.getByText('4 friends, all hear us').waitFor();
  await page.waitForSelector('.badge:has-text("our name")');
  expect(await page.locator('#rows .who').allInnerTexts()).toContain(HOSTILE);
  await page.getByText(`${HOSTILE} (10.77.0.101) is here`).waitFor();
  expect(await page.locator('img, script').count()).toBe(1);
  expect(await page.title()).toMatch(/^anna: /);
  // Nobody else's script or style may run, and no request go elsewhere.
  const tried = await page.evaluate(async () => {
    const elsewhere = await fetch('http://10.77.0.101/').then(
      () => 'fetched',
      () => 'refused',
    );
    try {
      document.body.innerHTML += '<b>';
      return [elsewhere, 'markup made'];
    } catch {
      return [elsewhere, 'markup refused'];
    }
  });
  expect(tried).toEqual(['refused', 'markup refused']);
});

test.for([
  { name: 'a phone by day', options: { viewport: PHONE, colorScheme: 'light' } },
  { name: 'a desk by night', options: { viewport: DESK, colorScheme: 'dark' } },
] as const)('on $name nothing sticks out, and axe finds nothing serious', async ({ options }) => {
  await startAnna();
  await startFleet(session, { devices: 12, names: ['W'.repeat(63), HOSTILE, 'anna'], deafEvery: 4 });
  const page = await look(options);
  await page.getByText(/^12 friends/).waitFor();
  await sleep(1_500);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(options.viewport.width);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run(),
  );
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(complaints).toEqual([]);
});

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

test('the list is searched and sorted by keyboard alone', async () => {
  await startAnna();
  await startFleet(session, { names: ['Zoe', 'Attic', 'Mill'] });
  const page = await look();
  await page.getByText(/^3 friends/).waitFor();
  const names = () => page.locator('#rows .who').allInnerTexts();
  await expect.poll(names).toEqual(['Attic', 'Mill', 'Zoe']);
  await page.getByRole('button', { name: 'Name' }).focus();
  await page.keyboard.press('Enter');
  expect(await names()).toEqual(['Zoe', 'Mill', 'Attic']);
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
  await page.getByRole('searchbox').focus();
  await page.keyboard.type('att');
  expect(await names()).toEqual(['Attic']);
  await page.getByText('1 of 3 match').waitFor();
});

test('a thousand friends are found at once, and the page stays smooth', async () => {
  const { anna } = await startAnna();
  await startFleet(session, { devices: 1_000, interval: 50 });
  await anna.until(() => Number(anna.records.at(-1)?.fields.peers) >= 900, 60_000);
  const page = await look();
  await page.getByText(/^\d{3,4} friends/).waitFor();
  expect(await page.locator('#rows tr').count()).toBe(25);
  await sleep(2_000);
  const blockedMs = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let total = 0;
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) total += duration;
        }).observe({ type: 'longtask' });
        setTimeout(() => resolve(total), 5_000);
      }),
  );
  expect(blockedMs).toBeLessThan(1_000);
  const before = performance.now();
  await page.getByRole('searchbox').fill('device 0777');
  await page.waitForFunction(() => document.querySelectorAll('#rows tr').length === 1);
  expect(performance.now() - before).toBeLessThan(500);
  expect(complaints).toEqual([]);
});
