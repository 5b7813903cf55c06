import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linuxWifi, rowsWithAllFields } from '../../../../src/system/linux/wifi.ts';

const ROW = 'yes:my\\:net:AA\\:BB:Infra:6:2437 MHz:70:WPA2:(none):pair_ccmp:wlan0';

describe('linuxWifi.connection()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nmcli-'));
  const { PATH, LANG, LC_ALL, LC_MESSAGES } = process.env;
  /** An nmcli that prints what the file says. */
  beforeAll(() => {
    writeFileSync(join(folder, 'nmcli'), `#!/bin/sh\ncat ${folder}/rows\n`);
    chmodSync(join(folder, 'nmcli'), 0o755);
    process.env.PATH = `${folder}:${PATH}`;
  });
  afterAll(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  const printed = (rows: string) => writeFileSync(join(folder, 'rows'), rows);

  it('tells the network and signal of the interface that was asked for', async () => {
    printed(`no:other:CC:Infra:1:2412 MHz:90:WPA2:(none):pair_ccmp:wlan1\n${ROW}\n`);
    expect(await linuxWifi.connection('wlan0')).toEqual({ ssid: 'my:net', signalDbm: -65 });
    expect(await linuxWifi.connection('wlan1')).toBeUndefined();
  });

  it.each(['yes:cafe\\\\:rest', 'yes', 'yes:new\nyes:line'])(
    'survives a network that calls itself so that nmcli prints %j',
    async (row) => {
      printed(`${row}\n${ROW}\n`);
      expect(await linuxWifi.connection('wlan0')).toEqual({ ssid: 'my:net', signalDbm: -65 });
    },
  );

  it('leaves the locale of the process as it was', () => {
    expect(process.env).toMatchObject(
      Object.fromEntries(Object.entries({ LANG, LC_ALL, LC_MESSAGES }).filter(([, v]) => v)),
    );
    expect(process.env.LC_MESSAGES).toBe(LC_MESSAGES);
  });
});

describe('rowsWithAllFields()', () => {
  it('keeps whole rows and drops the others', () => {
    expect(rowsWithAllFields(`${ROW}\nyes:short\n`)).toBe(ROW);
  });
});
