/** The Wi-Fi connection, by node-wifi from NetworkManager. */
import type { Wifi } from '../system.ts';

/** NetworkManager may scan first, which was seen to take 11 s; node-wifi itself would wait for ever. */
const TIMEOUT_MS = 20_000;
/** Association, authentication and DHCP, with patience. */
const ACTIVATION_S = 60;
/** What node-wifi asks nmcli for. */
const NMCLI_FIELDS = 11;

export const linuxWifi: Wifi = {
  async connection(interfaceName) {
    const wifi = await loadNodeWifi();
    // Without an interface it tells all connections; a given one would be part of a command line.
    wifi.init({ iface: null });
    const connections = await withTimeout(wifi.getCurrentConnections());
    const ours = connections.find(({ iface }) => iface === interfaceName);
    return ours && { ssid: ours.ssid, signalDbm: Math.round(ours.signal_level) };
  },

  // node-wifi would want the passphrase; NetworkManager has it.
  async reconnect(interfaceName) {
    const uuid = await nmcli(['-g', 'GENERAL.CON-UUID', 'device', 'show', interfaceName]);
    if (!uuid) throw new Error(`${interfaceName} has no connection`);
    await nmcli(['-w', String(ACTIVATION_S), 'connection', 'up', 'uuid', uuid, 'ifname', interfaceName]);
  },
};

/** Rejects with what it says itself, or when it does not answer. */
async function nmcli(args: readonly string[]): Promise<string> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const timeout = (ACTIVATION_S + 10) * 1000;
    execFile('nmcli', args, { timeout }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim() || error.message)) : resolve(stdout.trim()),
    );
  });
}

/** Loading it overwrites the process's locale, which is not its to set. */
async function loadNodeWifi(): Promise<typeof import('node-wifi').default> {
  const { default: childProcess } = await import('node:child_process');
  const { LANG, LC_ALL, LC_MESSAGES } = process.env;
  const execFile = childProcess.execFile;
  childProcess.execFile = readableExecFile(execFile);
  const { default: wifi } = await import('node-wifi');
  childProcess.execFile = execFile;
  restore('LANG', LANG);
  restore('LC_ALL', LC_ALL);
  restore('LC_MESSAGES', LC_MESSAGES);
  return wifi;
}

type Execute = typeof import('node:child_process').execFile;

/**
 * It takes apart what nmcli prints inside a callback, where nobody can catch it, and stumbles over a row with too few
 * fields; and whoever runs an access point chooses its name, so such rows can be made. It never gets to see them.
 */
function readableExecFile(execFile: Execute): Execute {
  const readable = (
    file: string,
    args: string[],
    options: object,
    done: (error: unknown, stdout?: string) => void,
  ) => execFile(file, args, options, (error, stdout) => done(error, rowsWithAllFields(String(stdout))));
  return readable as unknown as Execute;
}

/** By the package's own reading: an escaped colon is no separator. */
export function rowsWithAllFields(stdout: string): string {
  const rows = stdout.split('\n');
  return rows.filter((row) => row.replace(/\\:/g, '').split(':').length >= NMCLI_FIELDS).join('\n');
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
