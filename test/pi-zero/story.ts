/**
 * Makes the tests of a file one story: after a failed part the others are skipped with that reason, not failed one by one
 * after minutes of waiting for what can no longer come. Where it broke off the guest is asked how it is, for the console's log.
 */
import { afterEach, beforeEach } from 'vitest';
import type { Board } from './board.ts';

const autopsy =
  'ps -eo pid,stat,pcpu,wchan:20,args --sort=-pcpu | head -30; ip -br address; dmesg | tail -20';

/** Called once in a scenario's `describe`. */
export function tellAsOneStory(board: () => Board): void {
  let brokenAt: string | undefined;
  beforeEach((test) => test.skip(brokenAt !== undefined, `the story broke off at: ${brokenAt}`));
  afterEach(async (test) => {
    if (brokenAt !== undefined || test.task.result?.state !== 'fail') return;
    brokenAt = test.task.name;
    await board()
      .shell(autopsy)
      .catch(() => undefined); // a guest that does not answer has said so, too
  });
}
