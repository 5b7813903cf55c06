/** `npm run fuzz` tries ten million inputs, and FUZZ_INPUTS any number; FUZZ_REPLAY lives through some again. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/datagram/announcement.ts';
import type { Frames } from '../../src/datagram/frames.ts';
import type { Sabotage } from './device.ts';
import { type Finding, fuzz, outcomeOf } from './fuzzer.ts';
import { type Input, inputOf } from './input.ts';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 200_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const REPLAY = process.env.FUZZ_REPLAY;

const TELL_EVERY = 1_000_000;
/** Whoever asks for many waits for many, and longer on a machine that has more to do. */
const TIMEOUT_MS = 6 * 3_600_000;

function inWords({ what, inputs }: Finding): string {
  const again =
    inputs.length > 0 ? `FUZZ_REPLAY=${inputs.join()}` : `FUZZ_SEED=${SEED} FUZZ_INPUTS=${INPUTS}`;
  return `${what} (seed ${SEED}). Again: ${again} npm run fuzz`;
}

describe('A device, whatever bytes it is given,', () => {
  it('does not throw, stall, grow, or believe what it must not', { timeout: TIMEOUT_MS }, async () => {
    if (REPLAY) return expect(await outcomeOf(REPLAY.split(',').map(inputOf))).toBeUndefined();
    const finding = await fuzz({
      inputs: INPUTS,
      seed: SEED,
      onLife: ({ done, outcomes, deviceBytes, restBytes }) => {
        if (done % TELL_EVERY && done < INPUTS) return;
        const kept = `a device keeps ${deviceBytes >> 10} kB, all that are gone ${restBytes >> 10} kB`;
        console.log(`${done} inputs of seed ${SEED}: ${outcomes} ways to answer, nothing wrong; ${kept}`);
      },
    });
    if (finding) expect.fail(inWords(finding));
  });
});

/** What it understands goes through `judge`. */
function sabotaged(judge: (said: Message) => void): Sabotage {
  return (frames: Frames) => ({
    ...frames,
    decode(payload) {
      const said = frames.decode(payload);
      if (typeof said !== 'string') judge(said);
      return said;
    },
  });
}

const isRare = (said: Message): boolean =>
  said.frame === 'rich' &&
  said.leaving &&
  said.fresh !== '' &&
  (said.facts.temperatureCelsius ?? 0) < 0 &&
  said.facts.signalDbm !== undefined;

async function found(sabotage: Sabotage): Promise<{ what: string; inputs: Input[] }> {
  const finding = await fuzz({ inputs: 200_000, seed: SEED, sabotage });
  return { what: finding?.what ?? 'nothing', inputs: finding?.inputs.map(inputOf) ?? [] };
}

describe('The fuzzer', () => {
  it('finds what only a rare announcement can do, and the least of its kind, which does it again', async () => {
    const sabotage = sabotaged((said) => {
      if (isRare(said)) throw new Error('planted');
    });
    const { what, inputs } = await found(sabotage);
    expect(what).toContain('planted');
    expect(inputs).toHaveLength(1);
    expect(inputs[0]?.payload.length).toBeLessThan(200);
    expect(await outcomeOf(inputs, sabotage)).toContain('planted');
    expect(await outcomeOf(inputs)).toBeUndefined();
  });

  it('finds what takes several datagrams, and which they are', async () => {
    // A new one for each device.
    const sabotage: Sabotage = (frames) => {
      const firmware = new Set<string>();
      const judge = (said: Message) => {
        if (said.frame === 'rich' && said.asks) firmware.add(said.facts.firmware ?? '');
        if (firmware.size > 2) throw new Error('planted');
      };
      return sabotaged(judge)(frames);
    };
    const { what, inputs } = await found(sabotage);
    expect(what).toContain('planted');
    expect(inputs).toHaveLength(3);
  });

  it('finds what stalls', async () => {
    const sabotage = sabotaged((said) => {
      const from = process.cpuUsage();
      while (isRare(said) && process.cpuUsage(from).user < 70_000);
    });
    const { what, inputs } = await found(sabotage);
    expect(what).toMatch(/takes \d+ ms/);
    expect(inputs).toHaveLength(1);
  });

  it('finds what stalls a device once', async () => {
    const sabotage: Sabotage = (frames) => {
      let isOver = false;
      return sabotaged((said) => {
        const from = process.cpuUsage();
        while (!isOver && isRare(said) && process.cpuUsage(from).user < 70_000);
        isOver ||= isRare(said);
      })(frames);
    };
    const { what, inputs } = await found(sabotage);
    expect(what).toMatch(/takes \d+ ms/);
    expect(inputs).toHaveLength(1);
  });

  it('finds what is kept', async () => {
    const kept: unknown[] = [];
    const { what } = await found(sabotaged((said) => kept.push(said, new Array(100))));
    expect(what).toMatch(/keeps too much|not given back/);
  });
});
