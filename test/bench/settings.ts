/** What the parts of the bench have in common; another group than any fleet's. */
export const BENCH_GROUP = '239.2.3.99';
export const BENCH_KEY = Buffer.alloc(32, 7).toString('base64');
/** The boot token of the receiver, so that those who speak can list it. */
export const BENCH_BOOT = 'benchbench0';

/** The receivers, each at a port of its own. */
export const PORTS = {
  bare: 49_099,
  plain: 49_100,
  sealed: 49_101,
  // Whoever hears strangers knows a thousand of them in the end.
  'plain, crowded': 49_104,
  'sealed, crowded': 49_105,
  'multicast-dns': 49_102,
  'node-discover': 49_103,
};
export type Kind = keyof typeof PORTS;
