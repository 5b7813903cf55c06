/** How long the silence of whoever announces itself is to be borne: every announcement tells it. Pure. */

/** Shorter than this nobody announces, longer than two hours nobody waits. */
export const HOLD_S_LEAST = 3;
export const HOLD_S_MOST = 7_205;
const SLACK_MS = 5_000;
const INTERVAL_MS_LEAST = 1_000;

/** Two intervals and some: one announcement may be lost. */
export function holdOf(intervalMs: number): number {
  return 2 * intervalMs + SLACK_MS;
}

/** About how often somebody announces itself who tells this hold. */
export function intervalOf(holdMs: number): number {
  return Math.max(INTERVAL_MS_LEAST, (holdMs - SLACK_MS) / 2);
}
