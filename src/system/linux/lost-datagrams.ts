/**
 * What the kernel throws away because nobody reads it in time: the last column of /proc/net/udp counts it for each socket
 * (net/ipv4/udp.c). Node can ask for no socket option that would tell.
 */
import { readFileSync } from 'node:fs';
import type { MulticastGroup } from '../system.ts';

type Endpoint = Pick<MulticastGroup, 'address' | 'port'>;

/** By all sockets of this host that are bound there, since each was opened; 0 where the kernel does not say. */
export function lostAt(endpoint: Endpoint): number {
  try {
    return lostIn(readFileSync('/proc/net/udp', 'latin1'), endpoint);
  } catch {
    return 0; // Not Linux.
  }
}

/** `table`: the text of /proc/net/udp. */
export function lostIn(table: string, endpoint: Endpoint): number {
  const local = inHex(endpoint);
  let lost = 0;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/ +/);
    if (columns[1] === local) lost += Number(columns.at(-1)) || 0;
  }
  return lost;
}

/** An address is printed as one number of the processor, and all that run this have the lowest byte first. */
function inHex({ address, port }: Endpoint): string {
  const bytes = address.split('.').reverse();
  const digits = (number: number, width: number) => number.toString(16).toUpperCase().padStart(width, '0');
  return `${bytes.map((byte) => digits(Number(byte), 2)).join('')}:${digits(port, 4)}`;
}
