import { expect, it } from 'vitest';
import { liveRandomly } from '../support/random-life.ts';

/** SIMULATION_SEED=17 replays one life, SIMULATION_SEEDS=10000 lives more of them than usual. */
const { SIMULATION_SEED, SIMULATION_SEEDS = '300' } = process.env;
const seeds = SIMULATION_SEED
  ? [Number(SIMULATION_SEED)]
  : Array.from({ length: Number(SIMULATION_SEEDS) }, (_, index) => index + 1);

it(`In ${seeds.length === 1 ? `life ${seeds[0]}` : `${seeds.length} random lives`} no checker finds fault, and after the faults every roster is complete within two intervals and a hello`, {
  timeout: 60_000 + seeds.length * 2_000,
}, async () => {
  const startedAt = performance.now();
  for (const seed of seeds) await replayable(seed);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${seeds.length} random lives in ${seconds.toFixed(1)} s`);
});

it('The same seed gives the same log, to the byte', async () => {
  for (const seed of [1, 2, 3]) {
    const [first, second] = [await liveRandomly(seed, true), await liveRandomly(seed, true)];
    expect(first.log.length).toBeGreaterThan(1_000);
    expect(first.log === second.log).toBe(true);
  }
});

/** A failure that names the seed and the command that replays it. */
async function replayable(seed: number): Promise<void> {
  try {
    await liveRandomly(seed);
  } catch (error) {
    const command = `SIMULATION_SEED=${seed} npx vitest run --project simulation random-lives`;
    throw new Error(
      `Random life ${seed} failed. Replay it with\n  ${command}\n\n${(error as Error).message}`,
    );
  }
}
