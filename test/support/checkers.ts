/** Everything that must never happen on any node, watched in every simulation whatever the test is about. */
import type { Endpoint } from '../../src/system/system.ts';
import { CadenceChecker } from './checkers/cadence-checker.ts';
import { EndChecker } from './checkers/end-checker.ts';
import { FloodChecker } from './checkers/flood-checker.ts';
import { HearingChecker } from './checkers/hearing-checker.ts';
import { LedChecker } from './checkers/led-checker.ts';
import { LogChecker } from './checkers/log-checker.ts';
import { PresenceChecker } from './checkers/presence-checker.ts';
import { ReachabilityChecker } from './checkers/reachability-checker.ts';
import { RosterChecker } from './checkers/roster-checker.ts';
import { RosterTally } from './checkers/roster-tally.ts';
import { SocketChecker } from './checkers/socket-checker.ts';
import { TickChecker } from './checkers/tick-checker.ts';
import type { Checker, Fail, Watched } from './observations.ts';

/**
 * By all checkers; for fleets of hundreds, whose checkers cost more than they, by the few that cost little; or barely, for
 * more than these: then nobody is told of single announcements, so that it is known how many peers a node has, not which.
 */
export type Watch = 'closely' | 'loosely' | 'barely';

/** Who is listed, as far as it can be told from outside. */
export interface RosterView {
  readonly endpoints: readonly Endpoint[];
  knows(endpoint: Endpoint): boolean;
  /** How many there are, as the node says. */
  readonly peers: number;
}

interface Checkers {
  readonly checkers: readonly Checker[];
  readonly roster: RosterView;
}

export function checkersOf(watched: Watched, fail: Fail): Checkers {
  const roster = new RosterChecker(watched, fail);
  return {
    roster,
    checkers: [
      new HearingChecker(watched, fail),
      new PresenceChecker(watched, fail),
      roster,
      new SocketChecker(watched, fail),
      new TickChecker(watched, fail),
      new FloodChecker(watched, fail),
      new CadenceChecker(watched, fail),
      new ReachabilityChecker(watched, fail),
      new LedChecker(fail),
      new LogChecker(fail),
      new EndChecker(watched, fail),
    ],
  };
}

/** Those that cost little. */
export function fewCheckersOf(watched: Watched, fail: Fail): Checkers {
  const roster = new RosterTally();
  return { roster, checkers: [roster, new SocketChecker(watched, fail), new EndChecker(watched, fail)] };
}
