/**
 * The bench's figures: what was measured, next to bare Node in the same boot, against what is promised. Pure.
 */

export interface Vitals {
  readonly rssKb: number;
  /** Processor time since the start, that of its child processes included. */
  readonly cpuMs: number;
  readonly openFiles: number;
  readonly atMs: number;
}

/** One row of the table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  readonly bareNode?: string;
  readonly ratio?: string;
  readonly promised: string;
}

/** Milliseconds of guest time, in seconds. */
export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** Reads the line of guest/vitals.sh. */
export function parseVitals(line: string): Vitals {
  const match = /rss (\d+) kB, cpu (\d+) ms, files (\d+), at (\d+) us/.exec(line);
  if (match === null) throw new Error(`not a line of vitals: ${line}`);
  const [rssKb, cpuMs, openFiles, atUs] = match.slice(1).map(Number) as [number, number, number, number];
  return { rssKb, cpuMs, openFiles, atMs: atUs / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Share of the one core between two moments. */
export function cpuShare(before: Vitals, after: Vitals): number {
  return (after.cpuMs - before.cpuMs) / (after.atMs - before.atMs);
}

/** The table in Markdown, columns aligned. */
export function figuresTable(figures: readonly Figure[]): string {
  const head = ['', 'measured', 'bare Node', 'ratio', 'promised'];
  const rows = [
    head,
    ...figures.map((each) => [
      each.what,
      each.measured,
      each.bareNode ?? '',
      each.ratio ?? '',
      each.promised,
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}
