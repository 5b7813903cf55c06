import { describe, expect, it } from 'vitest';
import { deviceName } from '../../../src/boot/device-name.ts';

describe('deviceName()', () => {
  it.each([
    [{ configured: 'own', balena: 'balena', hostName: 'host' }, 'own'],
    [{ balena: 'balena', hostName: 'host' }, 'balena'],
    [{ balena: '  ', hostName: 'host' }, 'host'],
    [{ hostName: 'host' }, 'host'],
  ])('of %j is %s', (sources, name) => {
    expect(deviceName(sources)).toBe(name);
  });
});
