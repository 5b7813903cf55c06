/** The machine's monotonic clock. */
import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../system.ts';

export const linuxClock: Clock = {
  now: () => performance.now(),
  after(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
