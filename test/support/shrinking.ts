/** The least of a scenario that still fails: leaves out as much as it can, first in large pieces, until nothing is left to leave out. */
import { keeping, type Scenario } from './scenario.ts';

export async function shrunk(
  scenario: Scenario,
  fails: (scenario: Scenario) => Promise<boolean>,
): Promise<Scenario> {
  let least = scenario;
  for (;;) {
    const faults = await fewest(least.faults, (kept) => fails(keeping(least, least.devices, kept)));
    least = keeping(least, least.devices, faults);
    const devices = await fewest(least.devices, (kept) => fails(keeping(least, kept, least.faults)));
    if (devices.length === least.devices.length) return least;
    least = keeping(least, devices, least.faults);
  }
}

async function fewest<Part>(
  parts: readonly Part[],
  fails: (kept: readonly Part[]) => Promise<boolean>,
): Promise<readonly Part[]> {
  let kept = parts;
  for (let piece = parts.length; piece >= 1; piece = Math.floor(piece / 2))
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + piece)];
      if (await fails(without)) kept = without;
      else from += piece;
    }
  return kept;
}
