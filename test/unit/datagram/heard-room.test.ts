import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATAGRAM_BYTES_MAX } from '../../../src/datagram/announcement.ts';
import { fleetKey, newFleetKey } from '../../../src/datagram/fleet-key.ts';
import { entryOf } from '../../../src/datagram/heard-list.ts';
import { heardRoom } from '../../../src/datagram/rich.ts';
import { sealedFrames } from '../../../src/datagram/sealed.ts';
import { PEERS_MAX } from '../../../src/roster/peer-table.ts';
import { bootOf, rich } from '../announcements.ts';

const frames = sealedFrames({ seal: fleetKey(newFleetKey()) });
const entries = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => entryOf(bootOf(from + i), i)).join('');

describe('heardRoom()', () => {
  it('is what fits into one datagram, however long the name and the numbers are, and however many peers there are', () => {
    const name = fc.integer({ min: 1, max: 63 }).map((length) => 'x'.repeat(length));
    const sequence = fc.constantFrom(0, 99, 12_345, 2 ** 32);
    const peers = fc.constantFrom(0, 9, 99, 150, 1_000, PEERS_MAX);
    fc.assert(
      fc.property(name, sequence, peers, fc.boolean(), (name, sequence, peers, asks) => {
        const said = rich(1, { name, sequence, asks, peers });
        const room = heardRoom(said);
        const third = Math.floor(room / 3);
        const full = { ...said, heard: entries(0, room - third), fresh: entries(room, third) };
        expect(frames.encode(full).length).toBeLessThanOrEqual(DATAGRAM_BYTES_MAX);
      }),
    );
  });
});
