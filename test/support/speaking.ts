/** When a process speaks, seen from outside: by the kernel's own count of what it sent. */
import type { NodeProcess } from './node-process.ts';

const LOOK_EVERY_MS = 20;

/**
 * Notes when a node speaks, until stopped. A listener on another host would not do: in a flood the network loses
 * datagrams, and one that was lost looks like one that came late.
 */
export function noteSpeaking(node: NodeProcess): () => readonly number[] {
  const moments: number[] = [];
  let sent = node.datagramsSent;
  const timer = setInterval(() => {
    const now = node.datagramsSent;
    if (now > sent) moments.push(performance.now());
    sent = now;
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return moments;
  };
}
