/** Memory, temperature and model, by systeminformation. Only the three files needed: the whole takes seconds to load. */
import type { Vitals } from '../system.ts';

export const linuxVitals: Vitals = {
  async model() {
    const { system } = await import('systeminformation/lib/system.js');
    const { manufacturer, model } = await system();
    return `${manufacturer} ${model}`.trim();
  },

  async sample() {
    const { mem } = await import('systeminformation/lib/memory.js');
    const { cpuTemperature } = await import('systeminformation/lib/cpu.js');
    const { total, available } = await mem();
    const { main } = await cpuTemperature();
    return {
      memoryTotalBytes: total,
      memoryAvailableBytes: available,
      ...(main !== null && { temperatureCelsius: main }),
    };
  },
};
