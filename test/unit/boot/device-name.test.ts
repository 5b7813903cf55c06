import { describe, expect, it } from 'vitest';
import { deviceName } from '../../../src/boot/device-name.ts';

describe('deviceName()', () => {
  it.each([
    [{ configured: 'own', dashboard: 'now', dashboardAtInit: 'then', hostName: 'host' }, 'own'],
    [{ dashboard: 'now', dashboardAtInit: 'then', hostName: 'host' }, 'now'],
    [{ dashboardAtInit: 'then', hostName: 'host' }, 'then'],
    [{ dashboard: '  ', dashboardAtInit: '', hostName: 'host' }, 'host'],
    [{ hostName: 'host' }, 'host'],
  ])('of %j is %s', (sources, name) => {
    expect(deviceName(sources)).toBe(name);
  });
});
