/** Opens the sockets as soon as the network is ready for them: that it is not yet is a state, waited out, not a crash. */
import { backOffMs } from '../supervision/back-off.ts';
import { pause } from '../supervision/waiting.ts';
import { errorCode } from '../system/errors.ts';
import type { Clock, DatagramSocket } from '../system/system.ts';

/** What a network says when it is not ready for us. Everything else crashes who asked, and the supervisor decides. */
const NOT_READY = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'ENODEV', 'ENETUNREACH', 'ENETDOWN']);
const BLOCKED_FIRST_MS = 1_000;
const BLOCKED_MAX_MS = 10_000;

export interface OpeningOptions {
  readonly clock: Clock;
  readonly open: () => Promise<DatagramSocket>;
  /** The network refuses the sockets; told once. */
  readonly onBlocked: (code: string) => void;
  readonly onUnblocked: () => void;
}

/** Tries until the network is ready; undefined when told to stop before that. */
export async function openWhenReady(
  { clock, open, onBlocked, onUnblocked }: OpeningOptions,
  signal: AbortSignal,
): Promise<DatagramSocket | undefined> {
  for (let failures = 1; !signal.aborted; failures++) {
    const opened = await tried(open);
    if (typeof opened !== 'string') {
      if (failures > 1) onUnblocked();
      return opened;
    }
    if (failures === 1) onBlocked(opened);
    await pause(clock, backOffMs(failures, BLOCKED_FIRST_MS, BLOCKED_MAX_MS), signal);
  }
  return undefined;
}

/** The sockets, or why the network is not ready for them. */
async function tried(open: OpeningOptions['open']): Promise<DatagramSocket | string> {
  try {
    return await open();
  } catch (error) {
    const code = errorCode(error);
    if (code && NOT_READY.has(code)) return code;
    throw error;
  }
}
