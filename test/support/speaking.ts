/** When a process speaks, seen from outside: by the kernel's own count of what it sent. */
import type { NodeProcess } from './node-process.ts';

const LOOK_EVERY_MS = 20;

/** The longest time in which nothing was said, from the first moment to the last. */
export function longestPauseMs(moments: readonly number[]): number {
  return Math.max(...moments.slice(1).map((at, index) => at - (moments[index] ?? at)));
}

/**
 * Notes when a node speaks, until stopped; the first and the last moment are the beginning and the end. A listener on
 * another host would not do: in a flood the network loses datagrams, and one that was lost looks like one that came late.
 */
export function noteSpeaking(node: NodeProcess): () => readonly number[] {
  const moments = [performance.now()];
  let sent = node.datagramsSent;
  const timer = setInterval(() => {
    const now = node.datagramsSent;
    if (now > sent) moments.push(performance.now());
    sent = now;
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return [...moments, performance.now()];
  };
}
