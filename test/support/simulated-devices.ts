/** What else a board has: an LED that is watched, Wi-Fi and vitals that answer, fail or never answer at all. */
import type { Led, Vitals, Wifi } from '../../src/system/system.ts';
import type { Observation } from './observations.ts';

/** How a part of the board behaves. */
export type Condition = 'works' | 'fails' | 'hangs';

/** Long before its pattern repeats, so that it fails while the node is busy with something else. */
const EDGES_BEFORE_FAILURE = 7;

export function simulatedLed(condition: Condition, see: (observation: Observation) => void): Led {
  let edges = 0;
  return {
    id: 'simulated',
    async open() {
      see({ saw: 'led', does: 'open' });
    },
    set(on) {
      if (condition === 'fails' && ++edges > EDGES_BEFORE_FAILURE) throw new Error('EIO: the line is gone');
      see({ saw: 'led', does: on ? 'on' : 'off' });
    },
    close: () => see({ saw: 'led', does: 'close' }),
  };
}

export function simulatedWifi(condition: Condition, see: (observation: Observation) => void): Wifi {
  return {
    // Whoever runs the access point chooses its name, and this one would clear the terminal.
    connection: () => answer(condition, { ssid: 'caf\u{E9} \u{1B}[2J', signalDbm: -61 }),
    reconnect: () => {
      see({ saw: 'reconnect' });
      return answer(condition, undefined);
    },
  };
}

export function simulatedVitals(condition: Condition): Vitals {
  return {
    model: () => answer(condition, 'Raspberry Pi Zero W Rev 1.1'),
    sample: () => answer(condition, { memoryTotalBytes: 512e6, memoryAvailableBytes: 300e6 }),
  };
}

function answer<Value>(condition: Condition, value: Value): Promise<Value> {
  if (condition === 'fails') return Promise.reject(new Error('not to be had'));
  return condition === 'hangs' ? new Promise(() => {}) : Promise.resolve(value);
}
