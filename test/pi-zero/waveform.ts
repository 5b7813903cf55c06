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
}

/**
 * The complete stretches: the first and the last, whose other end was not seen, are left out.
 * An edge is placed half-way between the two samples that saw it.
 */
export function stretches(samples: readonly Sample[]): Stretch[] {
  const edges = samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    return before === undefined || before.lit === sample.lit
      ? []
      : [{ lit: sample.lit, atMs: (before.atMs + sample.atMs) / 2 }];
  });
  return edges.slice(0, -1).map((edge, index) => ({
    lit: edge.lit,
    fromMs: edge.atMs,
    durationMs: edges[index + 1]!.atMs - edge.atMs,
  }));
}

/** A pattern as the table of patterns has it: on, off, on, off …, repeated for ever. */
export type Pattern = readonly number[];

/** Whether consecutive stretches follow the pattern from any point of it on, each within the tolerance. */
export function follows(seen: readonly Stretch[], pattern: Pattern, toleranceMs: number): boolean {
  const starts = pattern.map((_, index) => index);
  return starts.some((start) =>
    seen.every((stretch, index) => {
      const place = (start + index) % pattern.length;
      return (
        stretch.lit === (place % 2 === 0) && Math.abs(stretch.durationMs - pattern[place]!) <= toleranceMs
      );
    }),
  );
}

/** Lit stretches of about this length. */
export function flashes(seen: readonly Stretch[], lengthMs: number, toleranceMs: number): Stretch[] {
  return seen.filter(({ lit, durationMs }) => lit && Math.abs(durationMs - lengthMs) <= toleranceMs);
}

/** For people: `on 498, off 503, …`. */
export function describeStretches(seen: readonly Stretch[]): string {
  return seen.map(({ lit, durationMs }) => `${lit ? 'on' : 'off'} ${Math.round(durationMs)}`).join(', ');
}
