/** Takes the pictures of the README anew: `npm run pictures`. A small fleet as it could be, watched for two minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { startFleet } from '../support/fleet.ts';
import { useNetworkLab } from '../support/lab-session.ts';

const session = useNetworkLab('chromium');
const NAMES = [
  'Attic',
  'Workshop',
  'Garden gate',
  'Library',
  'Boat house',
  'Röhre 7',
  'Greenhouse',
  'Cellar',
];
const WATCHED_MS = 120_000;

test('pictures for the README', async () => {
  const kitchen = session.startNode(session.lab.addHost('a', '10.77.0.11'), 'Kitchen', {
    settings: { ANNOUNCE_INTERVAL_S: '5' },
  });
  await kitchen.waitFor('http.up');
  await startFleet(session, { names: NAMES, interval: 5, deafEvery: 8, loss: 0.06 });
  const browser = await openBrowser(session.lab.addHost('viewer', '10.77.0.99'));
  const views = [
    { file: 'page-desk.png', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
    { file: 'page-phone.png', viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
  ] as const;
  await sleep(WATCHED_MS);
  for (const { file, viewport, colorScheme } of views) {
    const page = await (await browser.newContext({ viewport, colorScheme })).newPage();
    await page.goto('http://10.77.0.11:8080/');
    await page.getByText(/^8 friends/).waitFor();
    await page.waitForSelector('#led[data-on="true"]');
    await sleep(4_000);
    await page.waitForFunction(() => document.getElementById('led')?.dataset.on === 'true');
    await page.screenshot({ path: `deploy/pictures/${file}` });
  }
  await browser.close();
}, 300_000);
