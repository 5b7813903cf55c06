/** How others announce a device: each library's own bytes for what it says again and again. */
import { AUTHORITATIVE_ANSWER, encode } from 'dns-packet';

const TTL_S = 120;

/** What multicast-dns sends for a service of a device: the records of RFC 6763 §4, and its address. */
export function multicastDnsResponse(device: number): Buffer {
  const type = '_multitastic._udp.local';
  const name = `device-${device}.${type}`;
  const target = `device-${device}.local`;
  return encode({
    type: 'response',
    flags: AUTHORITATIVE_ANSWER,
    answers: [
      { name: type, type: 'PTR', ttl: TTL_S, data: name },
      { name, type: 'SRV', ttl: TTL_S, data: { port: 49_001, target } },
      { name, type: 'TXT', ttl: TTL_S, data: ['version=1.0.0'] },
      { name: target, type: 'A', ttl: TTL_S, data: `10.0.0.${1 + device}` },
    ],
  });
}

/** What node-discover's `hello` is. */
export function nodeDiscoverHello(device: number): Buffer {
  const tail = device.toString(16).padStart(12, '0');
  return Buffer.from(
    JSON.stringify({
      event: 'hello',
      pid: `8c5f1d2e-4b6a-4f3c-9d7e-${tail}`,
      iid: `1b9d6bcd-bbfd-4b2d-9b5d-${tail}`,
      hostName: `device-${device}`,
      data: { isMaster: false, isMasterEligible: true, weight: -0.1763826066, address: '127.0.0.1' },
    }),
  );
}
