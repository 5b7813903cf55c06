/** The LEDs of the real world: a GPIO line (onoff), the board's own (the kernel's LED class), a dot in the terminal, none. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { asError } from '../errors.ts';
import type { Led, LedChoice } from '../system.ts';
import { gpioLine, hasGpio } from './gpio-lines.ts';

/** Header pin 11: free by default on every model, beside a ground pin. */
const DEFAULT_GPIO = 17;
/** The kernel's name of the board's own LED, and its name on older kernels. */
const ACT_LEDS = ['/sys/class/leds/ACT', '/sys/class/leds/led0'];
const BOARD_MODEL = '/sys/firmware/devicetree/base/model';

export function linuxLed(choice: LedChoice, activeLow: boolean): Led {
  const chosen = choice === 'auto' ? bestLed() : choice;
  if (chosen === 'act') return new KernelLed();
  if (chosen === 'terminal') return new TerminalLed();
  if (chosen === 'none') return NO_LED;
  return new GpioLed(chosen.gpio, activeLow);
}

/** A Raspberry Pi is asked for its GPIO even where the container cannot reach it: then somebody wants to know. */
function bestLed(): Exclude<LedChoice, 'auto'> {
  if (hasGpio() || isRaspberryPi()) return { gpio: DEFAULT_GPIO };
  return process.stderr.isTTY ? 'terminal' : 'none';
}

function isRaspberryPi(): boolean {
  try {
    return readFileSync(BOARD_MODEL, 'utf8').startsWith('Raspberry Pi');
  } catch {
    return false;
  }
}

const NO_LED: Led = { id: 'none', open: async () => {}, set: () => {}, close: () => {} };

class GpioLed implements Led {
  readonly id: string;
  readonly #bcm: number;
  readonly #activeLow: boolean;
  #gpio: import('onoff').Gpio | undefined;

  constructor(bcm: number, activeLow: boolean) {
    this.id = `gpio${bcm}`;
    this.#bcm = bcm;
    this.#activeLow = activeLow;
  }

  async open(): Promise<void> {
    const line = gpioLine(this.#bcm);
    // Loaded only now: it is optional, and its native addon costs a fifth of a second on the board.
    const { Gpio } = await import('onoff').catch((cause) => {
      throw new Error(`the package onoff does not load: ${firstLine(cause)}`, { cause });
    });
    const activeLow = this.#activeLow;
    this.#gpio = new Gpio(line, activeLow ? 'high' : 'low', { activeLow });
  }

  set(on: boolean): void {
    this.#gpio?.writeSync(on ? 1 : 0);
  }

  close(): void {
    try {
      this.#gpio?.writeSync(0);
      this.#gpio?.unexport();
    } catch {} // It could not be driven any more; that was told when it happened.
    this.#gpio = undefined;
  }
}

class KernelLed implements Led {
  readonly id = 'act';
  #path: string | undefined;
  #trigger: string | undefined;

  async open(): Promise<void> {
    const path = ACT_LEDS.find((each) => existsSync(each));
    if (!path) throw new Error(`this machine has none of ${ACT_LEDS.join(', ')}`);
    // The file lists all triggers, the present one in brackets.
    this.#trigger = /\[(.+)\]/.exec(readFileSync(`${path}/trigger`, 'utf8'))?.[1];
    writeFileSync(`${path}/trigger`, 'none');
    this.#path = path;
    this.set(false);
  }

  set(on: boolean): void {
    if (this.#path) writeFileSync(`${this.#path}/brightness`, on ? '1' : '0');
  }

  /** The kernel gets its LED back as it was. */
  close(): void {
    try {
      this.set(false);
      if (this.#path && this.#trigger) writeFileSync(`${this.#path}/trigger`, this.#trigger);
    } catch {} // It could not be driven any more; that was told when it happened.
    this.#path = undefined;
  }
}

/** On standard error, so that standard output stays the log. The cursor returns, so that the next log line covers it. */
class TerminalLed implements Led {
  readonly id = 'terminal';
  #open = false;

  async open(): Promise<void> {
    this.#open = true;
    process.stderr.on('error', () => this.close()); // A terminal that went away.
    this.set(false);
  }

  set(on: boolean): void {
    if (this.#open) process.stderr.write(on ? '●\r' : '○\r');
  }

  close(): void {
    if (this.#open) process.stderr.write(' \r');
    this.#open = false;
  }
}

function firstLine(error: unknown): string {
  const { message } = asError(error);
  return message.split('\n', 1)[0] ?? message;
}
