/**
 * What the console tells, as typed events: the kernel's account of the network, the peer's of what it heard, the product's log.
 *
 * All times are the guest's own clock in milliseconds, so that they can be compared however slow the host is.
 */
import type { Board } from './board.ts';
import type { Mark } from './serial-console.ts';

/** The product's name on this board, and its identity as balena tells it. */
export const deviceName = 'pi-zero-w';
export const deviceUuid = 'c0ffee0ddba11c0ffee0ddba11c0ffee';

const addressPattern = /^\[([^\]]+)\] \d+: wlan0 +inet ([\d.]+)\//;
const linkUpPattern = /^\[([^\]]+)\] \d+: wlan0: <[^>]*LOWER_UP[^>]*>.* state UP/;

export interface Heard {
  readonly from: string;
  readonly atMs: number;
}

/** The next announcement of the product that a peer hears, from this address if one is given. */
export async function heard(board: Board, since: Mark, timeoutMs: number, from?: string): Promise<Heard> {
  const address = from?.replaceAll('.', '\\.') ?? '[\\d.]+';
  const pattern = new RegExp(`^peer: heard ${deviceName} from (${address}):\\d+ at (\\d+)`);
  const match = await board.console.waitFor(pattern, since, timeoutMs);
  return { from: match[1]!, atMs: Number(match[2]) };
}

/** When a peer heard announcements of this name, a pattern, in milliseconds. */
export function heardAt(board: Board, name: string): number[] {
  const pattern = new RegExp(`^peer: heard ${name} from [\\d.]+:\\d+ at (\\d+)`);
  return board.console.since(0, pattern).map((match) => Number(match[1]));
}

/** An address that the kernel gave the radio, waited for. */
export async function newAddress(board: Board, since: Mark, timeoutMs: number): Promise<Heard> {
  const match = await board.console.waitFor(addressPattern, since, timeoutMs);
  return { from: match[2]!, atMs: kernelTime(match[1]!) };
}

/** Waits until the kernel has taken the radio's address away. */
export async function lostAddress(board: Board, since: Mark, timeoutMs: number): Promise<void> {
  await board.console.waitFor(/^\[[^\]]+\] Deleted \d+: wlan0 +inet [\d.]+\//, since, timeoutMs);
}

/** When the radio's link was up, waited for. */
export async function linkUp(board: Board, since: Mark, timeoutMs: number): Promise<number> {
  return kernelTime((await board.console.waitFor(linkUpPattern, since, timeoutMs))[1]!);
}

/** `ip -ts` prints UTC, as the guest's time zone is, with microseconds. */
function kernelTime(text: string): number {
  return Date.parse(`${text.slice(0, 23)}Z`);
}

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The product's own log since the mark. */
export function logLines(board: Board, since: Mark): LogLine[] {
  return board.console.since(since, /^\{.*\}$/).map(([line]) => JSON.parse(line) as LogLine);
}

/** The next log line of this event. */
export async function logged(board: Board, event: string, since: Mark, timeoutMs: number): Promise<LogLine> {
  const pattern = new RegExp(`^\\{.*"event":"${event.replace('.', '\\.')}".*\\}$`);
  return JSON.parse((await board.console.waitFor(pattern, since, timeoutMs))[0]) as LogLine;
}
