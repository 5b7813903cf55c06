/**
 * Which device this is, in 12 hexadecimal digits that outlive restarts, addresses and names: the beginning of balena's
 * UUID, elsewhere a hash of the machine's id and its network hardware, as the id itself is not to be told to strangers
 * (machine-id(5)).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

const DIGITS = 12;
const INTERFACES = '/sys/class/net';
const NO_HARDWARE = '00:00:00:00:00:00';

export async function deviceId(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const uuid = environment.BALENA_DEVICE_UUID ?? '';
  if (/^[\da-f]{12}/.test(uuid)) return uuid.slice(0, DIGITS);
  const { createHash } = await import('node:crypto');
  return createHash('sha256')
    .update(`multitastic ${machineId()} ${hardware()}`)
    .digest('hex')
    .slice(0, DIGITS);
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return hostname();
  }
}

/** Read from the kernel's own list, which has an interface also before it has an address; a real one comes first. */
function hardware(): string {
  try {
    const names = readdirSync(INTERFACES).sort();
    const real = names.filter((name) => existsSync(`${INTERFACES}/${name}/device`));
    const addresses = [...real, ...names].map((name) =>
      readFileSync(`${INTERFACES}/${name}/address`, 'utf8').trim(),
    );
    return addresses.find((address) => address !== '' && address !== NO_HARDWARE) ?? '';
  } catch {
    const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    return all.find(({ internal }) => !internal)?.mac ?? '';
  }
}
