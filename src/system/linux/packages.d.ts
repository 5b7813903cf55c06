/**
 * What is used of packages whose own types are missing, wrong, or absent because the package is optional. With these
 * declarations the types check whether or not onoff is installed.
 */

declare module 'onoff' {
  export class Gpio {
    /** `line`: the kernel's global number. `low` and `high` are raw levels, whatever `activeLow` says. */
    constructor(line: number, direction: 'low' | 'high', options: { activeLow: boolean });
    writeSync(value: 0 | 1): void;
    unexport(): void;
  }
}

declare module 'node-wifi' {
  interface Connection {
    readonly iface: string;
    readonly ssid: string;
    /** dBm */
    readonly signal_level: number;
  }
  /** The package's named exports are copies from before `init`; only the default export works. */
  const wifi: {
    init(options: { iface: string | null }): void;
    getCurrentConnections(): Promise<readonly Connection[]>;
  };
  export default wifi;
}

declare module 'systeminformation/lib/memory.js' {
  export function mem(): Promise<{ readonly total: number; readonly available: number }>;
}

declare module 'systeminformation/lib/cpu.js' {
  export function cpuTemperature(): Promise<{ readonly main: number | null }>;
}

declare module 'systeminformation/lib/system.js' {
  export function system(): Promise<{ readonly manufacturer: string; readonly model: string }>;
}
