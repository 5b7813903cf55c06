/**
 * Makes the tests of a file one story: after a failed part the others are skipped with that reason, not failed one by one
 * after minutes of waiting for what can no longer come.
 */
import { afterEach, beforeEach } from 'vitest';

/** Called once in a scenario's `describe`. */
export function tellAsOneStory(): void {
  let brokenAt: string | undefined;
  beforeEach((test) => test.skip(brokenAt !== undefined, `the story broke off at: ${brokenAt}`));
  afterEach((test) => {
    if (test.task.result?.state === 'fail') brokenAt ??= test.task.name;
  });
}
