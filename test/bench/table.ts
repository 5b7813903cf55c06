/** How the bench tells its figures. */

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] as number;
}

export function row(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(40) : cell.padStart(13))).join('');
}

/** What was promised, and whether it was kept. */
export class Verdicts {
  missed = false;

  of(ratio: number, ratioMax: number | undefined): readonly string[] {
    if (ratioMax === undefined) return [];
    const isMet = ratio <= ratioMax;
    if (!isMet) this.missed = true;
    return [`≤ ${ratioMax}`, isMet ? 'met' : 'missed'];
  }
}
