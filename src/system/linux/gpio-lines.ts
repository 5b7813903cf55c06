/** Where sysfs has the board's GPIO lines. The kernel numbers them globally, from another base in nearly every release. */
import { readdirSync, readFileSync } from 'node:fs';

const GPIO = '/sys/class/gpio';
/** The header's chip on the Zero, 1, 2 and 3; on the 4; on the 5. Other chips of a board have other labels. */
const HEADER_CHIPS = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

/** The kernel's number of a BCM line. Throws, in words for a person, where there is none. */
export function gpioLine(bcm: number, root: string = GPIO): number {
  const chip = headerChip(root);
  if (!chip) throw new Error(`this machine has no Raspberry Pi GPIO in ${root}`);
  if (bcm >= chip.lines) throw new Error(`this board has only the GPIO lines 0 to ${chip.lines - 1}`);
  return chip.base + bcm;
}

export function hasGpio(root: string = GPIO): boolean {
  return headerChip(root) !== undefined;
}

function headerChip(root: string): { base: number; lines: number } | undefined {
  const read = (chip: string, file: string) => readFileSync(`${root}/${chip}/${file}`, 'utf8').trim();
  try {
    const chip = readdirSync(root)
      .filter((entry) => entry.startsWith('gpiochip'))
      .find((entry) => HEADER_CHIPS.includes(read(entry, 'label')));
    return chip ? { base: Number(read(chip, 'base')), lines: Number(read(chip, 'ngpio')) } : undefined;
  } catch {
    return undefined;
  }
}
