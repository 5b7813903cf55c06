/**
 * Whom a node has about it, as its log tells. Not read from `peer.joined` alone: a peer that is listed and never heard
 * again would look like one that is there.
 */
import type { LogRecord } from './json-line-process.ts';
import type { NodeProcess } from './node-process.ts';

/** Where a node's announcements come from; the latest endpoint if there were several. */
export async function endpointOf(node: NodeProcess): Promise<{ address: string; port: number }> {
  await node.waitFor('beacon.up');
  const up = node.all('beacon.up').at(-1)?.fields;
  const reopened = node.all('beacon.reopened').at(-1)?.fields;
  return { address: String(up?.address), port: Number((reopened ?? up)?.sourcePort) };
}

/** A node as {@link company} lists it. */
export async function personOf(node: NodeProcess): Promise<string> {
  const { address, port } = await endpointOf(node);
  return `${node.name} ${address}:${port}`;
}

/** Whom a node has heard after a moment, each once, sorted. Needs LOG_LEVEL=debug. */
export function company(node: NodeProcess, after: number): readonly string[] {
  const heard = node.all('peer.heard', { after }).map(({ fields }) => fields);
  return [...new Set(heard.map(({ peer, address, port }) => `${peer} ${address}:${port}`))].sort();
}

const CHANGES = new Set(['peer.joined', 'peer.restarted', 'peer.renewed', 'peer.left']);

/** What has changed of who is here. */
export function changes(node: NodeProcess, after = 0): readonly LogRecord[] {
  return node.records.filter(({ at, event }) => at > after && CHANGES.has(event));
}
