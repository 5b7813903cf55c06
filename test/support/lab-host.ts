/**
 * One host of the lab: a network namespace with interfaces that end at the lab's bridge, and the accidents that happen
 * to them. Interfaces are called eth0, eth1 … as on a board: a name like veth0 is passed over as virtual.
 */
import { deleteNamespace, filterOnBridge, ip, ipBatch, killProcessesIn, readInNamespace } from './iproute.ts';

/** Nobody answers there; it only has to be in the routing table. */
const GATEWAY = '10.77.0.1';

export class LabHost {
  readonly label: string;
  readonly namespace: string;
  readonly #bridgeNamespace: string;
  readonly #attached = new Set<string>();

  constructor(label: string, namespace: string, bridgeNamespace: string) {
    this.label = label;
    this.namespace = namespace;
    this.#bridgeNamespace = bridgeNamespace;
    ip('netns', 'add', namespace);
    ipBatch(namespace, ['link set lo up']);
  }

  /** Makes an interface, plugs it into the bridge and gives it a carrier. */
  attach(name = 'eth0'): void {
    const port = this.#bridgePort(name);
    ip(
      'link',
      'add',
      name,
      'netns',
      this.namespace,
      'type',
      'veth',
      'peer',
      port,
      'netns',
      this.#bridgeNamespace,
    );
    ip('-n', this.#bridgeNamespace, 'link', 'set', port, 'master', 'br0', 'up');
    ip('-n', this.namespace, 'link', 'set', name, 'up');
    this.#attached.add(name);
  }

  /** Deletes the interface, as pulling a USB adapter does. */
  detach(name = 'eth0'): void {
    ip('-n', this.namespace, 'link', 'del', name);
    this.#attached.delete(name);
  }

  /** Deletes the host. Interfaces first: the kernel clears up a namespace later, and until then their ports exist. */
  remove(): void {
    for (const name of this.#attached) this.detach(name);
    deleteNamespace(this.namespace);
  }

  /** Ends all processes of the host without a word, as pulling its power does. */
  losePower(): void {
    killProcessesIn(this.namespace);
  }

  /** Takes or gives the carrier from the far end, as a switch or an access point does; the address stays. */
  carrier(on: boolean, name = 'eth0'): void {
    ip('-n', this.#bridgeNamespace, 'link', 'set', this.#bridgePort(name), on ? 'up' : 'down');
  }

  /** Administratively up or down, as `ip link set` on the board itself; IPv4 addresses stay, routes go. */
  administrative(up: boolean, name = 'eth0'): void {
    ip('-n', this.namespace, 'link', 'set', name, up ? 'up' : 'down');
  }

  addAddress(address: string, name = 'eth0'): void {
    ipBatch(this.namespace, [`addr add ${address}/24 dev ${name}`]);
  }

  removeAddress(address: string, name = 'eth0'): void {
    ipBatch(this.namespace, [`addr del ${address}/24 dev ${name}`]);
  }

  /** A new lease: the old address goes, the new one comes, and the default route is set again if there was one. */
  changeAddress(from: string, to: string, name = 'eth0'): void {
    const routed = ip('-n', this.namespace, 'route', 'show', 'default').includes(name);
    ipBatch(this.namespace, [
      `addr del ${from}/24 dev ${name}`,
      `addr replace ${to}/24 dev ${name}`,
      ...(routed ? [`route replace default via ${GATEWAY} dev ${name}`] : []),
    ]);
  }

  addDefaultRoute(name = 'eth0'): void {
    ipBatch(this.namespace, [`route add default via ${GATEWAY} dev ${name}`]);
  }

  removeDefaultRoute(): void {
    ipBatch(this.namespace, ['route del default']);
  }

  /** Throws away every UDP datagram to a port that comes in (our echo, too) or goes out. Needs nftables. */
  drop(hook: 'input' | 'output', port: number): void {
    const rules = `table ip lab { chain ${hook} { type filter hook ${hook} priority 0; udp dport ${port} drop; }; }`;
    ip('netns', 'exec', this.namespace, 'nft', rules);
  }

  /** Answers every UDP datagram that comes in for this host alone with ICMP's "port unreachable". Needs nftables. */
  refuse(): void {
    const rules =
      'table ip lab { chain input { type filter hook input priority 0; fib daddr type local meta l4proto udp reject; }; }';
    ip('netns', 'exec', this.namespace, 'nft', rules);
  }

  /** How many ICMP errors "destination unreachable" have come in. */
  icmpErrors(): number {
    const [names = '', counts = ''] = readInNamespace(this.namespace, '/proc/net/snmp')
      .split('\n')
      .filter((line) => line.startsWith('IcmpMsg:'));
    return Number(counts.split(' ')[names.split(' ').indexOf('InType3')] ?? 0);
  }

  dropNothing(): void {
    ip('netns', 'exec', this.namespace, 'nft', 'delete table ip lab');
  }

  /** Frames to a group get lost on their way to this host, or from it to the others. Needs nftables. */
  loseMulticast(way: 'to us' | 'from us', group: string, name = 'eth0'): void {
    const match = `${way === 'to us' ? 'oifname' : 'iifname'} "${this.#bridgePort(name)}" ip daddr ${group} drop`;
    filterOnBridge(this.#bridgeNamespace, match);
  }

  /** Frames pass between this port of the bridge and those that are not isolated, as an access point keeps guests apart. */
  isolate(on: boolean, name = 'eth0'): void {
    const words = ['type', 'bridge_slave', 'isolated', on ? 'on' : 'off'];
    ip('-n', this.#bridgeNamespace, 'link', 'set', this.#bridgePort(name), ...words);
  }

  /** How many sockets of this host belong to the group on an interface, as the kernel counts them; 0 when none does. */
  membershipUsers(group: string, name = 'eth0'): number {
    const device = readInNamespace(this.namespace, '/proc/net/igmp')
      .split(/^(?=\d)/m)
      .find((block) => block.split(/\s+/)[1] === name);
    const users = device?.match(new RegExp(`^\\s+${littleEndianHex(group)}\\s+(\\d+)`, 'm'))?.[1];
    return Number(users ?? 0);
  }

  /** The local ends of all UDP sockets of this host, as `address:port`. */
  udpSockets(): readonly string[] {
    const table = readInNamespace(this.namespace, '/proc/net/udp');
    const ends = table.matchAll(/^\s*\d+: ([0-9A-F]{8}):([0-9A-F]{4})/gm);
    return [...ends].map(([, address = '', port = '']) => `${dotted(address)}:${Number.parseInt(port, 16)}`);
  }

  #bridgePort(name: string): string {
    return `${this.label}-${name}`;
  }
}

/** /proc/net writes addresses as the machine holds them in memory. */
function littleEndianHex(address: string): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return bytes.reverse().join('').toUpperCase();
}

function dotted(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}
