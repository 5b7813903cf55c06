/** V8's heap, kept as small as a device that is mostly idle can have it. */
import type { Heap } from '../system.ts';

let collect: Collector | undefined;

/** `last-resort`: gives the freed pages back to the kernel, too, which V8 would keep for later (Node 22 and later). */
type Collector = (options?: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

export const v8Heap: Heap = {
  /**
   * What a flood makes large has to be given back, if it can be: so the young generation keeps the size that it starts with.
   * And nothing is compiled for speed: the optimising compiler, once awake, stays in memory. Measured with 360,000
   * announcements, three of four known, on Node 22: at the peak 27 MB more resident memory, and 1 MB for good; with V8 as
   * it is 60 MB and 10 MB, in half to two thirds of the processor time. Collecting the young generation earlier would leave still less,
   * but on the board it was seen to make the LED blink unevenly.
   */
  async keepSmall() {
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--no-opt');
  },

  /**
   * An idle process allocates nothing, so nothing makes V8 collect what a flood left behind: 20 MB were seen to stay. Two
   * passes, because the first one frees what the second can then compact.
   */
  async giveBack() {
    collect ??= await exposedCollector();
    collect();
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  },

  residentBytes: () => process.memoryUsage.rss(),
};

/** V8 hands its collector to contexts that are made while this flag is set. */
async function exposedCollector(): Promise<Collector> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
