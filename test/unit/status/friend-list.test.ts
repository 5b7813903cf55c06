import { describe, expect, it } from 'vitest';
import { FriendList } from '../../../src/status/friend-list.ts';
import { OWN, richPeer, somePeer } from './some-peers.ts';

const BERTA = 'BBBBBBBBBBB';
const CARL = 'CCCCCCCCCCC';

describe('FriendList', () => {
  it('tells of each peer where it is, since when, how it is, and when it was heard', () => {
    const berta = richPeer('berta', BERTA, [OWN.boot], { joinedAt: 1_000, lastHeardAt: 61_000 });
    berta.arrivals.note(61_000);
    berta.rich?.sequence.note(3);
    const [friend] = new FriendList([berta], OWN).list(64_000);
    expect(friend).toMatchObject({
      name: 'berta',
      address: '10.0.0.2',
      state: 'two-way',
      frame: 'rich',
      likeness: null,
      lossPercent: 33,
      hereSeconds: 63,
      heardSecondsAgo: 3,
      holdSeconds: 35,
      temperatureCelsius: null,
    });
    expect(friend?.arrivals.at(-1)).toBe(1);
  });

  it('tells who hears whom by keys, never by boot tokens', () => {
    const list = new FriendList(
      [richPeer('berta', BERTA, [OWN.boot, CARL]), richPeer('carl', CARL, ['ZZZZZZZZZZZ']), somePeer('old')],
      OWN,
    );
    const [berta, carl, old] = list.list(0);
    expect(berta?.hears).toEqual([0, carl?.key]);
    expect(carl?.hears).toEqual([]);
    expect(old?.hears).toBeNull();
    expect(JSON.stringify(list.list(0))).not.toMatch(/AAAAA|BBBBB|CCCCC/);
  });

  it('has no map of a large fleet', () => {
    const peers = Array.from({ length: 49 }, (_, at) =>
      richPeer(`p${at}`, `${at + 10}xxxxxxxxx`, [OWN.boot]),
    );
    expect(new FriendList(peers.slice(1), OWN).list(0)[0]?.hears).toEqual([0]);
    expect(new FriendList(peers, OWN).list(0)[0]?.hears).toBeNull();
  });

  it('gives a peer one number for as long as it lives, and nobody else the same', () => {
    const peers = [somePeer('a'), somePeer('b')];
    const list = new FriendList(peers, OWN);
    const [a, b] = list.list(0).map(({ key }) => key);
    peers.splice(0, 1, somePeer('a'));
    const [again, same] = list.list(0).map(({ key }) => key);
    expect(same).toBe(b);
    expect([a, b, 0]).not.toContain(again);
  });

  it('marks who bears our name, who shares its id, and names that many bear', () => {
    const clone = richPeer('clone', BERTA, [], { shared: true });
    const ours = richPeer('ours', CARL);
    const peers = [
      somePeer('anna'),
      clone,
      { ...ours, rich: ours.rich && { ...ours.rich, id: OWN.id } },
      somePeer('many', { shared: true }),
      somePeer('one'),
    ];
    const likenesses = new FriendList(peers, OWN).list(0).map(({ likeness }) => likeness);
    expect(likenesses).toEqual(['twin', 'clone', 'clone', 'namesake', null]);
  });

  it('counts friends by whether they hear us, and leaves out who is none', () => {
    const peers = [
      richPeer('a', BERTA, [OWN.boot]),
      richPeer('b', CARL),
      somePeer('c'),
      richPeer('d', 'DDDDDDDDDDD', [], { friend: false }),
    ];
    expect(new FriendList(peers, OWN).counts()).toEqual({
      count: 3,
      twoWay: 1,
      heard: 2,
      classic: 1,
      unproven: 1,
      lossPercent: 0,
    });
  });
});
