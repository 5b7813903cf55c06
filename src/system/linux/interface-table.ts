/**
 * The kernel's interface table: `os.networkInterfaces()` for addresses, /sys for what it hides (interfaces without a
 * carrier, flaps, re-creation). `ip monitor` gives the hints; where it is missing, a poll does. Elsewhere than on Linux
 * /sys is absent and the table is simply less precise.
 */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { backOffMs } from '../../supervision/back-off.ts';
import { errorCode } from '../errors.ts';
import type { InterfaceTable, NetworkInterface } from '../system.ts';
import { linuxClock } from './clock.ts';

const SYS = '/sys/class/net';
/** While no monitor runs. The table shows flaps between two looks, so nothing is missed, only seen later. */
const POLL_MS = 2_000;
/** The first announcement comes first: starting a process costs the board more than opening the sockets. */
const START_AFTER_MS = 250;
const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 60_000;
/** A monitor that ran this long had been well. */
const WELL_MS = 60_000;

export const linuxInterfaceTable: InterfaceTable = {
  snapshot(): readonly NetworkInterface[] {
    const running = networkInterfaces();
    const defaults = defaultRouteInterfaces();
    return interfaceNames(Object.keys(running)).map((name) => ({
      name,
      index: numberIn(`${SYS}/${name}/ifindex`),
      addresses: (running[name] ?? [])
        .filter(({ family }) => family === 'IPv4')
        .map(({ address }) => address),
      running: name in running || /^(up|unknown)/.test(textOf(`${SYS}/${name}/operstate`)),
      carrierChanges: numberIn(`${SYS}/${name}/carrier_changes`),
      wireless: textOf(`${SYS}/${name}/uevent`).includes('DEVTYPE=wlan'),
      defaultRoute: defaults.has(name),
    }));
  },

  watch(hint) {
    const monitor = new Monitor(hint);
    return { close: () => monitor.close() };
  },
};

function interfaceNames(running: readonly string[]): readonly string[] {
  try {
    // Links are interfaces; the bonding driver keeps a file among them.
    const entries = readdirSync(SYS, { withFileTypes: true });
    return entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  } catch {
    return running;
  }
}

/** From the kernel's IPv4 routing table: destination and mask are both zero. */
function defaultRouteInterfaces(): ReadonlySet<string | undefined> {
  const rows = textOf('/proc/net/route')
    .split('\n')
    .map((row) => row.split('\t'));
  return new Set(rows.filter((row) => row[1] === '00000000' && row[7] === '00000000').map(([name]) => name));
}

function numberIn(path: string): number {
  return Number.parseInt(textOf(path), 10) || 0;
}

/** A file's text, empty when there is none: interfaces come and go between two reads. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `ip -o monitor`, kept running; each of its lines means only "look now". */
class Monitor {
  readonly #hint: () => void;
  #process: ChildProcess | undefined;
  #failures = 0;
  #poll: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(hint: () => void) {
    this.#hint = hint;
    this.#startAfter(START_AFTER_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#restart);
    this.#process?.kill();
  }

  #startAfter(delayMs: number): void {
    // A machine that is out of processes or memory throws instead of telling.
    this.#restart = setTimeout(() => this.#start().catch(() => this.#ended(linuxClock.now())), delayMs);
  }

  async #start(): Promise<void> {
    const { spawn } = await import('node:child_process');
    if (this.#closed) return;
    const startedAt = linuxClock.now();
    const child = spawn('ip', ['-4', '-o', 'monitor', 'link', 'address', 'route'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#process = child;
    child.once('error', (error) => {
      if (errorCode(error) === 'ENOENT')
        this.#pollInstead(); // There is no `ip`, and there will be none.
      else this.#ended(startedAt);
    });
    child.once('exit', () => this.#ended(startedAt));
    child.once('spawn', () => {
      clearInterval(this.#poll);
      this.#look(); // For what happened while no monitor ran.
    });
    child.stdout?.on('data', () => this.#look()); // A process that could not be started has none.
  }

  #look(): void {
    if (!this.#closed) this.#hint();
  }

  #ended(startedAt: number): void {
    if (this.#closed) return;
    this.#pollInstead();
    this.#failures = linuxClock.now() - startedAt > WELL_MS ? 1 : this.#failures + 1;
    const delayMs = backOffMs(this.#failures, RESTART_FIRST_MS, RESTART_MAX_MS);
    this.#startAfter(delayMs);
  }

  #pollInstead(): void {
    if (this.#closed) return;
    clearInterval(this.#poll);
    this.#poll = setInterval(() => this.#hint(), POLL_MS);
  }
}
