/** What has become of the request to blink, in words for the person who made it. Pure. */
import type { CalledDevice, Standing } from './blink-call.ts';
import { printable } from './printable.ts';

const STANDINGS: Record<Exclude<Standing, 'asked'>, string> = {
  blinks: 'blinks',
  busy: 'has blinked just now; it does so at most every 30 s',
  refused: 'refuses: its owner has set IDENTIFY to off',
  classic: 'cannot be told: it speaks only the classic frame',
  mute: 'was heard, but does not reply; look whether it blinks all the same',
};

/** What has become of one device; undefined while that is open. */
export function deviceLine(name: string, { address, standing }: CalledDevice): string | undefined {
  return standing === 'asked' ? undefined : `${printable(name)} (${address}) ${STANDINGS[standing]}`;
}

/** How many there were, when that is not seen at a glance. */
export function summary(name: string, devices: readonly CalledDevice[]): readonly string[] {
  if (devices.length < 2) return [];
  const blinking = devices.filter(({ standing }) => standing === 'blinks').length;
  return [`${devices.length} devices bear the name "${printable(name)}"; ${blinking} of them blink`];
}
