/**
 * A device that was given a fleet key which is none. In the clear it must not speak, because that is what its fleet wanted
 * to be safe from; and a crash loop helps nobody. So it opens no socket, shows that it needs somebody, and says why.
 */
import { LedPlayer } from './status/led.ts';
import { logLine } from './status/log-lines.ts';
import { FIRST_SNAPSHOT } from './status/snapshot.ts';
import type { Child } from './supervision/child.ts';
import { pause } from './supervision/waiting.ts';
import type { LogLine, System } from './system/system.ts';

/** A dashboard keeps its last thousand lines, of many programs. */
const REMIND_MS = 3_600_000;

/** Runs until told to stop. No heartbeat: whoever looks at this device's health shall see that it does not work. */
export function silentNode({ clock, led, log }: Pick<System, 'clock' | 'led' | 'log'>, why: LogLine): Child {
  const player = new LedPlayer({ clock, led, onEvent: (event) => log.write(logLine(event)) });
  player.show({ ...FIRST_SNAPSHOT, fault: true });

  async function remind(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      log.write(why);
      await pause(clock, REMIND_MS, signal);
    }
  }

  return {
    id: 'silent node',
    async run(signal) {
      await Promise.all([player.run(signal), remind(signal)]);
    },
  };
}
