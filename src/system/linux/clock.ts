/** The machine's monotonic clock. By hrtime, because `performance` would load a dozen modules before the first word. */
import type { Clock, Timer } from '../system.ts';

export const linuxClock: Clock = {
  now() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  after(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
