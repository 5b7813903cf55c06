/** The three files of systeminformation that are used; the whole package takes more than a second to load on the board. */
export { cpuTemperature } from 'systeminformation/lib/cpu.js';
export { mem } from 'systeminformation/lib/memory.js';
export { system } from 'systeminformation/lib/system.js';
