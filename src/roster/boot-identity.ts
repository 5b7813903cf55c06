/**
 * Which device a boot is of. Pure. A new boot of a known id is the same device, started anew; when the old boot speaks
 * again there are two, as copied SD cards make them, and from then on nobody knows whose a further boot is.
 */
import { REORDERED_MS } from './classic-identity.ts';
import type { SpeaksRich } from './peer.ts';

/** Of more copies that speak in turn, each would push out the memory of the next, and be taken for a start of its own. */
const FORMER_BOOTS_MAX = 32;

/** `restarted`: it takes the place of that one; `another`: `shared` if others have its id as well. */
export type BootIdentity =
  | { readonly is: 'restarted'; readonly before: SpeaksRich }
  | { readonly is: 'another'; readonly shared: boolean };

/** `namesakes`: the other friends of the same id. Whoever turns out not to be alone is marked so. */
export function identifyBoot(namesakes: readonly SpeaksRich[], boot: string): BootIdentity {
  const successor = namesakes.find(({ rich }) => rich.formerBoots.some((former) => former.boot === boot));
  if (successor) successor.shared = true;
  const before = successor ? undefined : namesakes.find(({ shared }) => !shared);
  return before ? { is: 'restarted', before } : { is: 'another', shared: namesakes.length > 0 };
}

/** A datagram of the boot before may still be under way when the next one speaks. */
export function isOvertakenBoot(namesakes: readonly SpeaksRich[], boot: string, now: number): boolean {
  return namesakes.some(({ rich }) =>
    rich.formerBoots.some((former) => former.boot === boot && now - former.at < REORDERED_MS),
  );
}

/** `by` is the same device as `before`, started anew. */
export function supersede(before: SpeaksRich, by: SpeaksRich, now: number): void {
  const recent = before.rich.formerBoots.filter(({ at }) => now - at < before.holdMs);
  by.rich.formerBoots = [...recent, { boot: before.rich.boot, at: now }].slice(-FORMER_BOOTS_MAX);
  by.joinedAt = before.joinedAt;
}
