/** How long to wait before the next try: doubling from `firstMs` up to `maxMs`. `failures` counts those so far, from 1. */
export function backOffMs(failures: number, firstMs: number, maxMs: number): number {
  // 2^30 is far beyond any maximum; the bound keeps the power finite however long something fails.
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
