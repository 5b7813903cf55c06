/** Chance: V8's own, seeded at each start, for spreading announcements in time; the kernel's for what nobody may guess. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Random } from '../system.ts';

const TOKEN_BYTES = 8;

export const linuxRandom: Random = {
  fraction: () => Math.random(),
  token() {
    // Not by node:crypto, which would cost the board time and memory to load.
    const source = openSync('/dev/urandom', 'r');
    try {
      const bytes = Buffer.alloc(TOKEN_BYTES);
      readSync(source, bytes);
      return bytes.toString('base64url');
    } finally {
      closeSync(source);
    }
  },
};
