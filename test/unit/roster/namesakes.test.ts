import { describe, expect, it } from 'vitest';
import { Namesakes } from '../../../src/roster/namesakes.ts';
import { newClassicPeer } from '../../../src/roster/new-peer.ts';
import { HOLD, stranger } from './rosters.ts';

const bearer = (i: number) => newClassicPeer('anna', stranger(i), HOLD, 0);
const bearers = (count: number) => Array.from({ length: count }, (_, i) => bearer(i));

function having(peers: readonly ReturnType<typeof bearer>[]): Namesakes {
  const namesakes = new Namesakes();
  for (const peer of peers) namesakes.add('anna', peer);
  return namesakes;
}

describe('Namesakes', () => {
  it('knows sixteen of a name, and says nothing of a name that more bear', () => {
    expect(having(bearers(16)).of('anna')).toHaveLength(16);
    expect(having(bearers(17)).of('anna')).toEqual([]);
    expect(having(bearers(16)).of('berta')).toEqual([]);
  });

  it('notes one more than sixteen, so that it knows them again when one has gone, and no more than that', () => {
    const [first = bearer(0), ...others] = bearers(30);
    const namesakes = having([first, ...others]);
    namesakes.remove('anna', first);
    expect(namesakes.of('anna')).toEqual(others.slice(0, 16));
  });

  it('counts nobody twice', () => {
    const one = bearer(1);
    expect(having([one, one]).of('anna')).toEqual([one]);
  });

  it('says who is left alone by a departure', () => {
    const [a = bearer(0), b, c] = bearers(3);
    const namesakes = having([a, b ?? a, c ?? a]);
    expect(namesakes.remove('anna', a)).toBeUndefined();
    expect(namesakes.remove('anna', b ?? a)).toBe(c);
    expect(namesakes.remove('anna', c ?? a)).toBeUndefined();
  });
});
