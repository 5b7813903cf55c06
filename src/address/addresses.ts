/**
 * Which address of the interface table is ours to use, and what has changed between two looks. Pure.
 * Everything is decided from whole tables, never from single kernel messages: those can be lost, a table cannot.
 */
import type { NetworkInterface } from '../system/system.ts';

/** An IPv4 address through which multicast can be sent now. */
export interface UsableAddress {
  readonly address: string;
  readonly interface: string;
  readonly index: number;
  readonly carrierChanges: number;
  readonly wireless: boolean;
}

/** `carrier`: the link (on Wi-Fi: the association) is gone; `address`: the link is up without one; `interface`: not there. */
export type LossReason = 'carrier' | 'address' | 'interface';
/** `carrier`: the link came and went between two looks; `recreated`: same name, but the kernel made it anew. */
export type ChangeReason = 'carrier' | 'address' | 'interface' | 'recreated';

export type AddressEvent =
  | { readonly event: 'address.awaited'; readonly reason: LossReason }
  | { readonly event: 'address.available'; readonly now: UsableAddress }
  | { readonly event: 'address.lost'; readonly before: UsableAddress; readonly reason: LossReason }
  | {
      readonly event: 'address.changed';
      readonly before: UsableAddress;
      readonly now: UsableAddress;
      readonly reason: ChangeReason;
    };

export interface AddressWish {
  /** Use this interface and no other. */
  readonly networkInterface?: string | undefined;
  /** What is in use now; kept as long as nothing clearly better turns up, so that equals do not take turns. */
  readonly current?: UsableAddress | undefined;
}

/** Interfaces that lead to containers, virtual machines or tunnels: no friend is there. */
const VIRTUAL =
  /^(lo\d*$|docker|br-|veth|balena|resin-|supervisor|tun|tap|virbr|wg|zt|tailscale|utun|awdl|llw|bridge)/;
const LINK_LOCAL = /^169\.254\./;

/**
 * Chooses by, in this order: a real address before a self-assigned one (169.254/16); wireless; the one in use; the
 * default route's; the kernel's order. Virtual interfaces count only when named.
 */
export function chooseAddress(
  table: readonly NetworkInterface[],
  { networkInterface, current }: AddressWish,
): UsableAddress | undefined {
  const eligible = networkInterface
    ? table.filter(({ name }) => name === networkInterface)
    : table.filter(({ name }) => !VIRTUAL.test(name));
  const candidates = eligible
    .filter(({ running }) => running)
    .flatMap((each) => each.addresses.map((address) => ({ each, address })));
  const best = candidates
    .map((candidate) => ({ ...candidate, rank: rank(candidate.each, candidate.address, current) }))
    .reduce<((typeof candidates)[number] & { rank: number }) | undefined>(
      (leader, next) => (leader && leader.rank >= next.rank ? leader : next),
      undefined,
    );
  return best && usable(best.each, best.address);
}

function rank(each: NetworkInterface, address: string, current: UsableAddress | undefined): number {
  const sameInterface = current?.interface === each.name;
  return (
    (LINK_LOCAL.test(address) ? 0 : 16) +
    (each.wireless ? 8 : 0) +
    (sameInterface ? 4 : 0) +
    (each.defaultRoute ? 2 : 0) +
    (sameInterface && current.address === address ? 1 : 0)
  );
}

function usable(each: NetworkInterface, address: string): UsableAddress {
  const { name, index, carrierChanges, wireless } = each;
  return { address, interface: name, index, carrierChanges, wireless };
}

/** Why there is no usable address, as far as the table tells. `wanted`: the interface it was on, or is expected on. */
export function lossReason(table: readonly NetworkInterface[], wanted: string | undefined): LossReason {
  const candidates = table.filter(({ name }) => (wanted ? name === wanted : !VIRTUAL.test(name)));
  if (candidates.length === 0) return 'interface';
  return candidates.some(({ running }) => running) ? 'address' : 'carrier';
}

/** What makes the sockets of `before` useless for `now`; undefined when nothing does. */
export function changeReason(before: UsableAddress, now: UsableAddress): ChangeReason | undefined {
  if (before.interface !== now.interface) return 'interface';
  if (before.index !== now.index) return 'recreated';
  if (before.address !== now.address) return 'address';
  if (before.carrierChanges !== now.carrierChanges) return 'carrier';
  return undefined;
}
