/** The sign of life as a file whose age tells when it was left. Meant for a RAM disk: an SD card would wear. */
import { writeFileSync } from 'node:fs';
import type { Heartbeat } from '../system.ts';

/** `path` undefined: nobody looks. A file that cannot be written is no fault here; the health check will tell. */
export function heartbeatFile(path: string | undefined): Heartbeat {
  return {
    beat() {
      if (path === undefined) return;
      try {
        writeFileSync(path, '');
      } catch {}
    },
  };
}
