/** Chance: V8's own, seeded at each start, for spreading announcements in time; the kernel's for what nobody may guess. */
import { openSync, readSync } from 'node:fs';
import type { Random } from '../system.ts';

const TOKEN_BYTES = 8;

/** Kept open, so that the next token is to be had when descriptors are not. */
let source: number | undefined;

export const linuxRandom: Random = {
  fraction: () => Math.random(),
  token() {
    // Not by node:crypto, which would cost the board time and memory to load.
    source ??= openSync('/dev/urandom', 'r');
    const bytes = Buffer.alloc(TOKEN_BYTES);
    readSync(source, bytes);
    return bytes.toString('base64url');
  },
};
