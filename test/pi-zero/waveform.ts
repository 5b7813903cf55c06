/**
 * Reads an LED's pattern out of samples of its level. Pure: samples in, stretches and verdicts out.
 */

export interface Sample {
  readonly atMs: number;
  readonly lit: boolean;
}

/** A time for which the LED kept one level. */
export interface Stretch {
  readonly lit: boolean;
  readonly fromMs: number;
  readonly durationMs: number;
  /** How far the true duration may lie from this one: half the time between the samples at both ends. */
  readonly uncertaintyMs: number;
}

/**
 * The complete stretches: the first and the last, whose other end was not seen, are left out.
 * An edge is placed half-way between the two samples that saw it.
 */
export function stretches(samples: readonly Sample[]): Stretch[] {
  const edges = samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || before.lit === sample.lit) return [];
    const gapMs = sample.atMs - before.atMs;
    return [{ lit: sample.lit, atMs: before.atMs + gapMs / 2, uncertaintyMs: gapMs / 2 }];
  });
  return edges.slice(0, -1).map((edge, index) => ({
    lit: edge.lit,
    fromMs: edge.atMs,
    durationMs: edges[index + 1]!.atMs - edge.atMs,
    uncertaintyMs: edge.uncertaintyMs + edges[index + 1]!.uncertaintyMs,
  }));
}

/** How late the product's timers may be: it shares one core with NetworkManager and all the others. */
export const latenessMs = 20;

/**
 * Less certain than this, a stretch fits nothing: with more, one of 100 ms could pass for one of 150. It happens when the host
 * is so busy that samples are missed; then one looks again.
 */
const uncertaintyMaxMs = 29;

function lasts(stretch: Stretch, expectedMs: number): boolean {
  return Math.abs(stretch.durationMs - expectedMs) <= latenessMs + stretch.uncertaintyMs;
}

/** A pattern as the table of patterns has it: on, off, on, off …, repeated for ever. */
export type Pattern = readonly number[];

/** Whether consecutive stretches follow the pattern, from any of its points on. */
export function follows(seen: readonly Stretch[], pattern: Pattern): boolean {
  const fits = (stretch: Stretch, place: number) =>
    stretch.lit === (place % 2 === 0) &&
    stretch.uncertaintyMs <= uncertaintyMaxMs &&
    lasts(stretch, pattern[place]!);
  return pattern.some((_, start) =>
    seen.every((stretch, index) => fits(stretch, (start + index) % pattern.length)),
  );
}

/** Lit stretches of this length. */
export function flashes(seen: readonly Stretch[], lengthMs: number): Stretch[] {
  return seen.filter((stretch) => stretch.lit && lasts(stretch, lengthMs));
}

/** For people: `on 498, off 503, …`. */
export function describeStretches(seen: readonly Stretch[]): string {
  return seen.map(({ lit, durationMs }) => `${lit ? 'on' : 'off'} ${Math.round(durationMs)}`).join(', ');
}
