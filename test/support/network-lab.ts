/**
 * A LAN on the real kernel: one namespace with a bridge, and one for each host. Whatever happens to the test process,
 * the lab removes itself, and with it every process that was started in it; what a killed run left is removed by the next.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { deleteNamespace, filterOnBridge, ip } from './iproute.ts';
import { LabHost } from './lab-host.ts';

export interface BridgeOptions {
  /** Forward the group only where somebody reported a membership, as most switches and access points do. Default: no. */
  readonly snooping?: boolean;
}

export class NetworkLab {
  readonly #prefix = `mt${process.pid}-`;
  readonly #hosts = new Set<LabHost>();
  readonly #removeAtExit = () => this.remove();

  /** Why there can be no lab on this machine; undefined where there can. `programs`: what it needs besides `ip`. */
  static whyNot(programs: readonly string[]): string | undefined {
    if (process.platform !== 'linux') return 'network namespaces need Linux';
    if (process.getuid?.() !== 0) return 'network namespaces need root';
    const missing = ['ip', ...programs].find((program) => !isInstalled(program));
    return missing ? `the program ${missing} is not installed` : NetworkLab.#whyNoNamespace();
  }

  static #whyNoNamespace(): string | undefined {
    const probe = `mt${process.pid}-probe`;
    try {
      ip('netns', 'add', probe);
      ip('-n', probe, 'link', 'add', 'br0', 'type', 'bridge');
      return undefined;
    } catch (error) {
      return `this machine lets root make no namespace with a bridge: ${(error as Error).message.trim()}`;
    } finally {
      if (existingNamespaces().includes(probe)) deleteNamespace(probe);
    }
  }

  open(): void {
    removeAbandoned();
    process.once('exit', this.#removeAtExit);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => process.exit(1));
    ip('netns', 'add', this.#bridgeNamespace);
    ip('-n', this.#bridgeNamespace, 'link', 'add', 'br0', 'type', 'bridge');
    this.bridge({});
    ip('-n', this.#bridgeNamespace, 'link', 'set', 'br0', 'up');
  }

  /**
   * Sets the bridge. With snooping it asks for memberships itself, as the router of a home does; in version 3, because
   * a query of version 2 makes the kernel drop the report that is just under way and wait up to 10 s with the next.
   */
  bridge({ snooping = false }: BridgeOptions): void {
    const figure = snooping ? '1' : '0';
    const words = ['mcast_snooping', figure, 'mcast_querier', figure, 'mcast_igmp_version', '3'];
    // One question at the beginning, answered within a second; no other while a test lasts.
    const questions = ['mcast_startup_query_count', '1', 'mcast_query_response_interval', '100'];
    ip('-n', this.#bridgeNamespace, 'link', 'set', 'br0', 'type', 'bridge', ...words, ...questions);
  }

  /** The bridge no longer believes a member of the group to be behind the port, as when it has missed the reports. */
  forgetMember(group: string, port: string): void {
    const words = ['mdb', 'del', 'dev', 'br0', 'port', port, 'grp', group];
    execFileSync('bridge', ['-n', this.#bridgeNamespace, ...words], { stdio: 'pipe' });
  }

  /** No host hears another one's multicast any more; unicast passes. Needs nftables. */
  filterMulticast(group: string): void {
    filterOnBridge(this.#bridgeNamespace, `ip daddr ${group} drop`);
  }

  /** Ends whatever is filtered on the bridge. */
  filterNothing(): void {
    filterOnBridge(this.#bridgeNamespace);
  }

  /** The bridge ports behind which the bridge believes members of a group to be. */
  portsWithMembers(group: string): readonly string[] {
    const table = execFileSync('bridge', ['-n', this.#bridgeNamespace, 'mdb', 'show'], { encoding: 'utf8' });
    const lines = table.split('\n').filter((line) => line.includes(` grp ${group} `));
    return lines.map((line) => line.match(/ port (\S+)/)?.[1] ?? line);
  }

  /** A host with eth0, an address and a default route. */
  addHost(label: string, address: string): LabHost {
    const host = this.addHostWithoutInterface(label);
    host.attach();
    host.addAddress(address);
    host.addDefaultRoute();
    return host;
  }

  addHostWithoutInterface(label: string): LabHost {
    const host = new LabHost(label, `${this.#prefix}${label}`, this.#bridgeNamespace);
    this.#hosts.add(host);
    return host;
  }

  removeHosts(): void {
    for (const host of this.#hosts) host.remove();
    this.#hosts.clear();
  }

  remove(): void {
    process.removeListener('exit', this.#removeAtExit);
    for (const namespace of existingNamespaces()) {
      if (namespace.startsWith(this.#prefix)) deleteNamespace(namespace);
    }
    this.#hosts.clear();
  }

  get #bridgeNamespace(): string {
    return `${this.#prefix}bridge`;
  }
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-V'], { stdio: 'ignore' }).error === undefined;
}

function existingNamespaces(): readonly string[] {
  const lines = ip('netns', 'list').split('\n');
  return lines.map((line) => line.split(' ')[0] ?? '').filter(Boolean);
}

/** Removes the labs of test processes that no longer live: only SIGKILL and power loss leave one. */
function removeAbandoned(): void {
  for (const namespace of existingNamespaces()) {
    const owner = namespace.match(/^mt(\d+)-/)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) deleteNamespace(namespace);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
