import { expect, it } from 'vitest';
import { live } from '../support/random-life.ts';
import { inText, inWords, isLength, type Scenario, scenarioIn, scenarioOf } from '../support/scenario.ts';
import { shrunk } from '../support/shrinking.ts';

/**
 * CHAOS_LIVES=minutes:1-10000,day:1-100 lives more random lives than usual, or longer ones: their length, and the seeds
 * from first to last. CHAOS_SCENARIO=17:minutes lives one again, and CHAOS_SCENARIO=17:minutes:0,3:7 what is told to be
 * left of it.
 */
const { CHAOS_LIVES = 'moment:1-200,minutes:1-8', CHAOS_SCENARIO } = process.env;
const PROGRESS_EVERY = 100;
const HOUR_MS = 3_600_000;

interface Failure {
  readonly scenario: Scenario;
  readonly error: Error;
}

if (CHAOS_SCENARIO)
  it(`The scenario ${CHAOS_SCENARIO}`, async () => {
    const scenario = scenarioIn(CHAOS_SCENARIO);
    console.log(inWords(scenario));
    await live(scenario);
  });
else
  it.each(CHAOS_LIVES.split(','))(
    'In random lives (%s) no checker finds fault, and after the faults every roster is complete and everybody reachable',
    { timeout: 100 * HOUR_MS },
    async (lives) => {
      const startedAt = performance.now();
      const [length = '', seeds = ''] = lives.split(':');
      const [first = 0, last = 0] = seeds.split('-').map(Number);
      if (!isLength(length)) throw new Error(`no length: ${length}`);
      const failed: string[] = [];
      for (let seed = first; seed <= last; seed++) {
        const failure = await failureOf(scenarioOf(seed, length));
        if (failure) failed.push(await report(failure));
        const minutes = (performance.now() - startedAt) / 60_000;
        if ((seed - first + 1) % PROGRESS_EVERY === 0 || seed === last)
          console.log(
            `${seed - first + 1} ${length} lives in ${minutes.toFixed(1)} minutes, ${failed.length} failed`,
          );
      }
      expect(failed).toEqual([]);
    },
  );

it('The same seed gives the same log, to the byte', async () => {
  for (const seed of [1, 2, 3]) {
    const scenario = scenarioOf(seed, 'moment');
    const [first, second] = [await live(scenario, true), await live(scenario, true)];
    expect(first.log.length).toBeGreaterThan(1_000);
    expect(first.log === second.log).toBe(true);
  }
});

async function failureOf(scenario: Scenario): Promise<Failure | undefined> {
  try {
    await live(scenario);
    return undefined;
  } catch (error) {
    return { scenario, error: error as Error };
  }
}

/** Prints the least of it that fails, and what the checkers say; returns how to live that again. */
async function report({ scenario, error }: Failure): Promise<string> {
  let latest = error;
  const least = await shrunk(scenario, async (candidate) => {
    const failure = await failureOf(candidate);
    latest = failure?.error ?? latest;
    return failure !== undefined;
  });
  const command = `CHAOS_SCENARIO=${inText(least)} npm run chaos`;
  const { seed, length } = scenario;
  console.error(`Life ${seed}:${length} failed, and so does the least of it:\n${command}`);
  console.error(`${inWords(least)}\n\n${latest.message}`);
  return command;
}
