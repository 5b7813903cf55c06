/** Announcements to hear: what does not matter to a test is filled in. */
import type { ClassicAnnouncement, RichAnnouncement } from '../../src/datagram/announcement.ts';

export const classic = (name: string): ClassicAnnouncement => ({ frame: 'classic', name });

/** Of the device number `device`, in its boot number `boot`. */
export function rich(
  device: number,
  said: Partial<RichAnnouncement> & { readonly bootNumber?: number } = {},
): RichAnnouncement {
  const { bootNumber = 0, ...fields } = said;
  return {
    frame: 'rich',
    id: idOf(device),
    boot: bootOf(device, bootNumber),
    sequence: 0,
    name: `pi-${device}`,
    holdMs: 35_000,
    heard: '',
    fresh: '',
    peers: 0,
    asks: false,
    leaving: false,
    facts: {},
    ...fields,
  };
}

export const idOf = (device: number): string => device.toString(16).padStart(12, '0');

/** Boot tokens sort as their devices do. */
export const bootOf = (device: number, bootNumber = 0): string =>
  `${device.toString(16).padStart(4, '0')}${bootNumber.toString(36).padStart(2, '0')}_____`;
