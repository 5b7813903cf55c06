/** Memory, temperature and model, by systeminformation, loaded only when asked for. */
import type { Vitals } from '../system.ts';

export const linuxVitals: Vitals = {
  async model() {
    const { system } = await import('./systeminformation.ts');
    const { manufacturer, model } = await system();
    return `${manufacturer} ${model}`.trim();
  },

  async sample() {
    const { cpuTemperature, mem } = await import('./systeminformation.ts');
    // Asked for first: where it stops everything for a while, whoever measures that has not been called yet.
    const { main } = await cpuTemperature();
    const { total, available } = await mem();
    return {
      memoryTotalBytes: total,
      memoryAvailableBytes: available,
      ...(main !== null && { temperatureCelsius: main }),
    };
  },
};
