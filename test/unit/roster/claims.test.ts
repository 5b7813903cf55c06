import { describe, expect, it } from 'vitest';
import { classic, rich } from '../announcements.ts';
import { A, roster, stranger } from './rosters.ts';

/** A roster of peers that claim to know so many each. */
function claiming(...claims: readonly number[]) {
  const here = roster();
  for (const [device, peers] of claims.entries()) here.heard(rich(device, { peers }), stranger(device), 0);
  return here;
}

describe('Roster.claimedPeers', () => {
  it('is nothing when nobody claims anything', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    expect(here.claimedPeers).toBe(0);
  });

  it('is what nine of ten do not exceed, in whatever order they were heard', () => {
    const claims = [30, 1e6, 10, 100, 2, 9, 40, 20, 70, 60, 50];
    expect(claiming(...claims).claimedPeers).toBe(100);
    expect(claiming(...claims.reverse()).claimedPeers).toBe(100);
    expect(claiming(7).claimedPeers).toBe(7);
  });

  it('is no more than there can be', () => {
    expect(claiming(1e6, 1e6).claimedPeers).toBe(1_024);
  });
});
