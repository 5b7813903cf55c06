import { describe, expect, it } from 'vitest';
import { lostIn } from '../../../../src/system/linux/lost-datagrams.ts';

/** As Linux 6.12 prints it. */
const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  386: 040302EF:BF69 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5310 2 0000000000000000 1204
  386: 040302EF:BF69 00000000:0000 07 00000000:00033C00 00:00000000 00000000     0        0 5377 2 0000000000000000 30
  387: 040302EF:BF6A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5400 2 0000000000000000 5
 3021: 0B004D0A:A3B4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5311 2 0000000000000000 9
`;

describe('lostIn()', () => {
  it('counts all sockets that are bound there', () => {
    expect(lostIn(TABLE, { address: '239.2.3.4', port: 49_001 })).toBe(1_234);
    expect(lostIn(TABLE, { address: '239.2.3.4', port: 49_002 })).toBe(5);
    expect(lostIn(TABLE, { address: '10.77.0.11', port: 41_908 })).toBe(9);
  });

  it('is 0 where there is none, and of what cannot be read', () => {
    expect(lostIn(TABLE, { address: '239.2.3.5', port: 49_001 })).toBe(0);
    expect(lostIn('', { address: '239.2.3.4', port: 49_001 })).toBe(0);
    expect(lostIn('1: 040302EF:BF69 x', { address: '239.2.3.4', port: 49_001 })).toBe(0);
  });
});
