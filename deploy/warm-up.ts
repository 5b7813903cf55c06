/**
 * Goes the way to the first announcement once, before the start-up snapshot is made: what is compiled for that need not be
 * compiled at every start. In a made-up world: of the real one it looks only at the interfaces, and keeps nothing of that;
 * no socket is opened, no random number is drawn, and short times are over at once.
 */
import { app } from '../src/app.ts';
import { deviceName } from '../src/boot/device-name.ts';
import { readCommandLine } from '../src/command-line.ts';
import { readConfig } from '../src/config.ts';
import { plainFrames } from '../src/datagram/frames.ts';
import { linuxInterfaceTable } from '../src/system/linux/interface-table.ts';
import { linuxLog } from '../src/system/linux/log.ts';
import type { System } from '../src/system/system.ts';

/** Whoever waits so long waits for something to go wrong, or for what comes after the first announcement. */
const LONG_MS = 1_000;

export async function warmUp(): Promise<void> {
  readCommandLine([]);
  const { config } = readConfig({});
  const name = deviceName({
    configured: undefined,
    dashboard: undefined,
    dashboardAtInit: undefined,
    hostName: 'warm-up',
  });
  linuxInterfaceTable.snapshot();
  linuxLog({ level: 'info', format: 'text', timestamps: false, onClosed: () => {} });
  const stopping = new AbortController();
  const system = madeUp(() => stopping.abort('warm'));
  const node = app(system, config, { name, id: '000000000000', version: '0.0.0', frames: plainFrames });
  await node.run(stopping.signal);
}

function madeUp(onAnnouncement: () => void): System {
  const nothing = () => {};
  const never = new Promise<never>(nothing);
  let now = 0;
  return {
    clock: {
      now: () => now,
      after(delayMs, callback) {
        if (delayMs >= LONG_MS) return { cancel: nothing };
        const timer = setImmediate(() => {
          now += delayMs;
          callback();
        });
        return { cancel: () => clearImmediate(timer) };
      },
    },
    random: { fraction: () => 0, token: () => 'warm-up' },
    interfaces: {
      snapshot: () => [
        {
          name: 'wlan0',
          index: 1,
          addresses: ['192.0.2.1'],
          running: true,
          carrierChanges: 1,
          wireless: true,
          defaultRoute: true,
        },
      ],
      watch: () => ({ close: nothing }),
    },
    datagrams: {
      open: async () => ({
        local: { address: '192.0.2.1', port: 1 },
        send: async () => onAnnouncement(),
        listen: async () => {},
        lost: () => 0,
        close: async () => {},
      }),
    },
    led: { id: 'none', open: async () => {}, set: nothing, close: nothing },
    log: { writes: () => true, write: nothing },
    wifi: { connection: () => never, reconnect: () => never },
    vitals: { model: () => never, sample: () => never },
    heartbeat: { beat: nothing },
    heap: {
      keepSmall: async () => {},
      preferSpeed: async () => {},
      giveBack: async () => {},
      residentBytes: () => 0,
    },
    http: { listen: async () => ({ close: async () => {} }) },
  };
}
