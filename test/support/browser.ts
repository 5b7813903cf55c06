/** Debian's chromium inside of a host of the lab, as somebody who looks at the page of a device. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import type { LabHost } from './lab-host.ts';

const CHROMIUM = '/usr/bin/chromium';

export async function openBrowser(host: LabHost): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'multitastic-browser-'));
  const executablePath = join(folder, 'chromium');
  writeFileSync(executablePath, `#!/bin/sh\nexec ip netns exec ${host.namespace} ${CHROMIUM} "$@"\n`);
  chmodSync(executablePath, 0o755);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath, args });
  browser.on('disconnected', () => rmSync(folder, { recursive: true, force: true }));
  return browser;
}
