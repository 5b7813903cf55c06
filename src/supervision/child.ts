/**
 * A child is anything that runs until told to stop. It is the unit of supervision, because "stop" and "has stopped"
 * are then one promise and nothing with a timer or a socket can be forgotten.
 */
export interface Child {
  /** A word for the log. */
  readonly id: string;
  /** Runs until `signal` aborts, and settles only when fully stopped. Rejecting, or ending unasked, is a crash. */
  run(signal: AbortSignal): Promise<void>;
}
