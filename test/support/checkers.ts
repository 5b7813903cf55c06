/** Everything that must never happen on any node, watched in every simulation whatever the test is about. */
import { CadenceChecker } from './checkers/cadence-checker.ts';
import { EndChecker } from './checkers/end-checker.ts';
import { FloodChecker } from './checkers/flood-checker.ts';
import { HearingChecker } from './checkers/hearing-checker.ts';
import { LedChecker } from './checkers/led-checker.ts';
import { LogChecker } from './checkers/log-checker.ts';
import { RosterChecker } from './checkers/roster-checker.ts';
import { SocketChecker } from './checkers/socket-checker.ts';
import { TickChecker } from './checkers/tick-checker.ts';
import type { Checker, Fail, Watched } from './observations.ts';

export { RosterChecker };

export function checkersOf(watched: Watched, fail: Fail): readonly Checker[] {
  return [
    new HearingChecker(watched, fail),
    new RosterChecker(watched, fail),
    new SocketChecker(watched, fail),
    new TickChecker(watched, fail),
    new FloodChecker(watched, fail),
    new CadenceChecker(watched, fail),
    new LedChecker(fail),
    new LogChecker(fail),
    new EndChecker(watched, fail),
  ];
}
