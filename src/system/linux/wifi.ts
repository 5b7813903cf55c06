/** The Wi-Fi connection, by node-wifi from NetworkManager. */
import type { Wifi } from '../system.ts';

/** NetworkManager may scan first, which was seen to take 11 s; node-wifi itself would wait for ever. */
const TIMEOUT_MS = 20_000;

export const linuxWifi: Wifi = {
  async connection(interfaceName) {
    const wifi = await loadNodeWifi();
    // Without an interface it tells all connections; a given one would be part of a command line.
    wifi.init({ iface: null });
    const connections = await withTimeout(wifi.getCurrentConnections());
    const ours = connections.find(({ iface }) => iface === interfaceName);
    return ours && { ssid: ours.ssid, signalDbm: Math.round(ours.signal_level) };
  },
};

/** Loading it overwrites the process's locale, which is not its to set. */
async function loadNodeWifi(): Promise<typeof import('node-wifi').default> {
  const { LANG, LC_ALL } = process.env;
  const { default: wifi } = await import('node-wifi');
  restore('LANG', LANG);
  restore('LC_ALL', LC_ALL);
  return wifi;
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function withTimeout<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nmcli did not answer in 20 s')), TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
