/**
 * Watches one GPIO line in the machine's register, 50 times a second, from outside the machine, on the machine's own clock.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { MachineMonitor } from './machine-monitor.ts';
import {
  describeStretches,
  follows,
  type Pattern,
  type Sample,
  type Stretch,
  stretches,
} from './waveform.ts';

/** The product's default LED pin: BCM 17, pin 11 of the header. */
const ledLine = 17;

/** A fifth of the shortest stretch of any pattern, 100 ms. */
const samplePeriodMs = 20;

export class LedRegister {
  readonly #samples: Sample[] = [];
  readonly #monitor: MachineMonitor;
  #watching: Promise<void> | undefined;
  #stopped = false;

  constructor(monitor: MachineMonitor) {
    this.#monitor = monitor;
  }

  start(): void {
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
  }

  /** The machine's time at the newest sample: where to begin to look from. */
  now(): number {
    return this.#samples.at(-1)?.atMs ?? 0;
  }

  /** All complete stretches that began at `fromMs` of the machine's time, or later. */
  since(fromMs: number): Stretch[] {
    return stretches(this.#samples).filter((stretch) => stretch.fromMs >= fromMs);
  }

  isLit(): boolean {
    return this.#samples.at(-1)?.lit ?? false;
  }

  /** Whether it had one level at every sample since then. */
  hasBeen(level: 'lit' | 'dark', fromMs: number): boolean {
    return this.#samples.every(({ atMs, lit }) => atMs < fromMs || lit === (level === 'lit'));
  }

  /** Resolves as soon as the newest stretches follow the pattern for `periods` whole periods. */
  async shows(pattern: Pattern, timeoutMs: number, periods = 3): Promise<Stretch[]> {
    const fromMs = this.now();
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const newest = this.since(fromMs).slice(-pattern.length * periods);
      const complete = newest.length === pattern.length * periods;
      if (complete && follows(newest, pattern)) return newest;
      if (performance.now() > deadline) {
        throw new Error(
          `the LED did not show ${pattern.join('/')} within ${timeoutMs / 1000} s; last seen: ${describeStretches(newest)}`,
        );
      }
      await delay(samplePeriodMs);
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      const levels = await this.#monitor.gpioLevels();
      const atMs = await this.#monitor.timeMs();
      this.#samples.push({ atMs, lit: (levels & (1 << ledLine)) !== 0 });
      await delay(samplePeriodMs);
    }
  }
}
