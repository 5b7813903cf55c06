/** Chance for spreading announcements in time; V8 seeds it from the system's randomness at each start. */
import type { Random } from '../system.ts';

export const linuxRandom: Random = { fraction: () => Math.random() };
