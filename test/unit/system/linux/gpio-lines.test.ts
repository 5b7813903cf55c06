import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { gpioLine, hasGpio } from '../../../../src/system/linux/gpio-lines.ts';

describe('gpioLine()', () => {
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true });
  });

  /** A /sys/class/gpio with these chips: label, base, number of lines. */
  function sysfs(...chips: [label: string, base: number, lines: number][]): string {
    const root = mkdtempSync(join(tmpdir(), 'gpio-'));
    roots.push(root);
    for (const [label, base, lines] of chips) {
      const chip = join(root, `gpiochip${base}`);
      mkdirSync(chip);
      writeFileSync(join(chip, 'label'), `${label}\n`);
      writeFileSync(join(chip, 'base'), `${base}\n`);
      writeFileSync(join(chip, 'ngpio'), `${lines}\n`);
    }
    writeFileSync(join(root, 'export'), '');
    return root;
  }

  it.each([
    ['a Zero W with kernel 6.12', ['pinctrl-bcm2835', 512, 54], 529],
    ['a Zero W with kernel 6.1', ['pinctrl-bcm2835', 458, 54], 475],
    ['an old kernel', ['pinctrl-bcm2835', 0, 54], 17],
    ['a Pi 4', ['pinctrl-bcm2711', 512, 58], 529],
    ['a Pi 5', ['pinctrl-rp1', 569, 54], 586],
  ] as const)('finds BCM 17 on %s', (_, chip, line) => {
    expect(
      gpioLine(17, sysfs(['raspberrypi-exp-gpio', 1_000, 8], [...chip], ['brcmvirt-gpio', 2_000, 2])),
    ).toBe(line);
  });

  it('says so where there is no Raspberry Pi GPIO', () => {
    expect(() => gpioLine(17, sysfs(['raspberrypi-exp-gpio', 504, 8]))).toThrow(/no Raspberry Pi GPIO/);
    expect(() => gpioLine(17, '/nowhere')).toThrow(/no Raspberry Pi GPIO/);
    expect(hasGpio('/nowhere')).toBe(false);
  });

  it('refuses a line that the chip does not have', () => {
    expect(() => gpioLine(53, sysfs(['pinctrl-bcm2835', 512, 28]))).toThrow(/only the GPIO lines 0 to 27/);
  });
});
