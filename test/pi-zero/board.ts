/**
 * One emulated Raspberry Pi Zero W: started with a kernel and a folder of files, driven over its serial console.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelDirectory, lastRunDirectory, sdCard } from './cache.ts';
import { LedRegister } from './led-register.ts';
import { MachineMonitor } from './machine-monitor.ts';
import { type KernelVersion, packInitramfs } from './recipe.ts';
import { type Mark, SerialConsole } from './serial-console.ts';

/** A boot takes 4 s on an idle machine; the rest is for a busy one. */
const bootTimeoutMs = 300_000;

/** A console command does one small thing; starting Node in the guest, the slowest, takes some seconds. */
const commandTimeoutMs = 300_000;

/**
 * Kernel arguments. The console is the mini UART, because the PL011 belongs to the board's Bluetooth chip; without the
 * blacklist the kernel panics on QEMU 7.2, which has no power domains. The
 * hardware's randomness is believed, as kernels from 6.2 on do: kernel 6.1 would let the first Node wait 9 s for its own.
 */
const kernelArguments =
  'console=ttyS1,115200 root=/dev/mmcblk0 panic=5 loglevel=3 initcall_blacklist=bcm2835_power_driver_init rng_core.default_quality=1000';

export interface BootOptions {
  /** Names this boot's files in the folder of the last run. */
  readonly name: string;
  readonly kernel: KernelVersion;
  /** Folder whose content the guest finds in /bench. */
  readonly files: string;
  /** Idle time passes at once instead of in real time: for figures, not for watching the LED. */
  readonly skipIdleTime?: boolean;
}

export class Board {
  readonly console: SerialConsole;
  readonly led: LedRegister;
  readonly #machine: ChildProcessWithoutNullStreams;
  readonly #monitor: MachineMonitor;
  #commands = 0;

  private constructor(
    machine: ChildProcessWithoutNullStreams,
    monitor: MachineMonitor,
    serial: SerialConsole,
  ) {
    this.#machine = machine;
    this.#monitor = monitor;
    this.console = serial;
    this.led = new LedRegister(monitor);
  }

  /** Resolves when the guest's init takes commands. */
  static async boot(options: BootOptions): Promise<Board> {
    mkdirSync(lastRunDirectory, { recursive: true });
    const path = (kind: string) => join(lastRunDirectory, `${options.name}.${kind}`);
    writeInitramfs(options, path('initramfs'));
    // Not in the cache: the name of a socket may have 107 characters at most.
    const socket = join(mkdtempSync(join(tmpdir(), 'pi-zero-')), 'monitor');
    const serial = new SerialConsole(path('console'));
    const machine = startMachine(options, path('initramfs'), socket, serial);
    const board = new Board(machine, await MachineMonitor.connect(socket), serial);
    if (!options.skipIdleTime) board.led.start();
    await serial.waitFor(/^bench: ready/, 0, bootTimeoutMs);
    return board;
  }

  /** Runs a line of shell in the guest and returns what the console printed meanwhile. Throws if it fails. */
  async shell(line: string, timeoutMs = commandTimeoutMs): Promise<string[]> {
    this.#commands += 1;
    const number = this.#commands;
    const mark = this.console.mark();
    this.#machine.stdin.write(`${number} ${line}\n`);
    const [, code] = await this.console.waitFor(new RegExp(`^bench: done ${number} (\\d+)`), mark, timeoutMs);
    const printed = this.console.lines.slice(mark);
    if (code !== '0') throw new Error(`in the guest: ${line}\nexited ${code}:\n${printed.join('\n')}`);
    return printed;
  }

  mark(): Mark {
    return this.console.mark();
  }

  /** Switches the machine off. */
  async stop(): Promise<void> {
    await this.led.stop();
    this.#monitor.close();
    if (this.#machine.exitCode !== null) return;
    const ended = once(this.#machine, 'exit');
    this.#machine.kill('SIGTERM');
    await ended;
  }
}

/** The kernel unpacks one archive after the other: the cached one, then this run's files. */
function writeInitramfs(options: BootOptions, path: string): void {
  const archive = `${path}.files`;
  packInitramfs(options.files, archive);
  const cached = readFileSync(join(kernelDirectory(options.kernel), 'initramfs.cpio'));
  writeFileSync(path, Buffer.concat([cached, readFileSync(archive)]));
  rmSync(archive);
}

function startMachine(
  options: BootOptions,
  initramfs: string,
  monitor: string,
  serial: SerialConsole,
): ChildProcessWithoutNullStreams {
  const kernel = kernelDirectory(options.kernel);
  // The machine goes when the bench goes, however that ends.
  const machine = spawn('setpriv', [
    ...['--pdeathsig', 'KILL', 'qemu-system-arm', '-M', 'raspi0'],
    ...['-kernel', join(kernel, 'vmlinuz'), '-dtb', join(kernel, 'zero-w.dtb')],
    ...['-initrd', initramfs, '-append', kernelArguments],
    // The card of the cache stays as it is: what the guest writes goes to a temporary file.
    ...['-drive', `if=sd,format=raw,file=${sdCard()},snapshot=on`],
    ...['-display', 'none', '-no-reboot', '-qmp', `unix:${monitor},server,nowait`],
    ...['-serial', 'null', '-serial', 'stdio'],
    ...['-icount', options.skipIdleTime ? 'shift=0,sleep=off' : 'shift=1,sleep=on'],
  ]);
  machine.stdout.setEncoding('utf8').on('data', (text: string) => serial.receive(text));
  machine.stderr.setEncoding('utf8').on('data', (text: string) => serial.receive(`qemu: ${text}`));
  machine.once('exit', () => serial.end('the machine is off'));
  return machine;
}
