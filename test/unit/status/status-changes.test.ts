import { describe, expect, it } from 'vitest';
import { FriendList } from '../../../src/status/friend-list.ts';
import { History } from '../../../src/status/history.ts';
import { StatusChanges } from '../../../src/status/status-changes.ts';
import { OWN, richPeer, somePeer } from './some-peers.ts';

describe('StatusChanges.next()', () => {
  it('tells everybody first, then only those of whom something is different, and who is gone', () => {
    const peers = [somePeer('a'), richPeer('b', 'BBBBBBBBBBB'), somePeer('c')];
    const changes = new StatusChanges(new FriendList(peers, OWN), new History());
    const names = () => changes.next(10_000).changed.map(({ name }) => name);
    const first = changes.next(10_000).changed;
    expect(first.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(names()).toEqual([]);
    if (peers[0]) peers[0].lastHeardAt = 9_000;
    if (peers[1]?.rich) peers[1].rich.hearsUs = true;
    expect(names()).toEqual(['a', 'b']);
    if (peers[2]) peers[2].shared = true;
    expect(names()).toEqual(['c']);
    peers.splice(1, 1);
    const { changed, gone } = changes.next(10_000);
    expect([changed, gone]).toEqual([[], [first[1]?.key]]);
    changes.forget();
    expect(names()).toEqual(['a', 'c']);
  });

  it('tells what happened only when there is something new', () => {
    const history = new History();
    const changes = new StatusChanges(new FriendList([], OWN), history);
    history.note({ level: 'info', event: 'peer.joined', message: 'b is here', fields: {} }, 1_000);
    expect(changes.next(3_000).events).toEqual([
      { secondsAgo: 2, level: 'info', event: 'peer.joined', message: 'b is here' },
    ]);
    expect(changes.next(3_000)).toEqual({ changed: [], gone: [] });
  });
});
