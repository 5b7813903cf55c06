/**
 * The LED's patterns as the README promises them, in ms on/off. Written down again here, apart from the product's code:
 * a wrong number there must not be a wrong number here.
 */
export const patterns = {
  waiting: [500, 500],
  alone: [100, 1900],
  friends: [100, 150, 100, 850],
  /** An announcement of a friend: one flash this long. */
  flashMs: 400,
  darkAroundFlashMs: 150,
  /** Every pattern has been lit at least once in this time. */
  longestPeriodMs: 2_000,
} as const;
