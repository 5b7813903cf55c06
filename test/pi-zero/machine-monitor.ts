/**
 * The emulator's monitor (QMP): looks into the machine from outside, with nothing of ours or of the guest's in between.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** GPLEV0, the levels of GPIO 0 to 31 (BCM2835 ARM Peripherals, section 6.1). */
const gpioLevel0Address = 0x20200034;

/** The system timer's lower word: microseconds since power-on, wrapping after 71 minutes (section 12.1). */
const systemTimerAddress = 0x20003004;

/** The emulator needs a moment to open its socket; loaded machines need longer. */
const connectAttemptsMax = 100;
const connectPauseMs = 100;

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export class MachineMonitor {
  readonly #socket: Socket;
  readonly #pending: ((reply: Reply) => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#onLine(line));
    socket.on('error', () => undefined); // the machine switched itself off
  }

  static async connect(path: string): Promise<MachineMonitor> {
    const monitor = new MachineMonitor(await connectPatiently(path));
    await monitor.#execute('qmp_capabilities');
    return monitor;
  }

  /** The levels of GPIO 0 to 31, one bit each. */
  gpioLevels(): Promise<number> {
    return this.#word(gpioLevel0Address);
  }

  /** The machine's own time: it stands still while the emulator gets no processor. */
  async timeMs(): Promise<number> {
    return (await this.#word(systemTimerAddress)) / 1000;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #word(address: number): Promise<number> {
    const question = { 'command-line': `xp /1wx ${address}` };
    const answer = String(await this.#execute('human-monitor-command', question));
    const value = /: (0x[0-9a-f]{8})/.exec(answer)?.[1];
    if (value === undefined) throw new Error(`the monitor answered ${JSON.stringify(answer)}`);
    return Number(value);
  }

  #execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.push((reply) => {
        if (reply.error === undefined) resolve(reply.return);
        else reject(new Error(reply.error.desc));
      });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  /** Answers come in the order of the questions; greeting and events are neither. */
  #onLine(line: string): void {
    const reply = JSON.parse(line) as Reply;
    if ('return' in reply || 'error' in reply) this.#pending.shift()?.(reply);
  }
}

async function connectPatiently(path: string): Promise<Socket> {
  for (let attempt = 1; ; attempt += 1) {
    const socket = createConnection(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (attempt === connectAttemptsMax) throw error;
      await delay(connectPauseMs);
    }
  }
}
