/** The state of this node in one sentence that somebody understands who has never heard of multicast. Pure. */
import type { FriendCounts } from './friend-list.ts';
import type { Snapshot } from './snapshot.ts';

export function stateInWords(snapshot: Snapshot, friends: FriendCounts): string {
  const { identifying, fault, beacon, address, reachability, flooded } = snapshot;
  if (identifying) return 'Here I am: somebody asked which device this is';
  if (fault) return 'The network refuses us; trying again';
  if (!address) return 'Waiting for a network';
  if (beacon === 'waiting') return 'On the network, about to say hello';
  if (reachability === 'overloaded' || flooded)
    return 'So much is being said that we listen only now and then';
  if (reachability === 'deaf') return 'Everybody has fallen silent at once: we hear nobody';
  if (reachability === 'mute') return `We hear ${howMany(friends.count)}, but nobody hears us`;
  return friends.count > 0 ? ofFriends(friends) : ofNone(friends, reachability === 'unknown');
}

function ofNone({ unproven }: FriendCounts, isLooking: boolean): string {
  if (unproven > 0) return `${unproven} here, but none has proven to be a friend`;
  return isLooking ? 'Looking around' : 'Nobody else is here';
}

function ofFriends({ count, twoWay, classic }: FriendCounts): string {
  const all = howMany(count);
  if (twoWay === count) return count === 1 ? '1 friend, who hears us' : `${all}, all hear us`;
  if (twoWay === 0 && classic === count)
    return `${all}, who cannot tell whether ${count === 1 ? 'it hears' : 'they hear'} us`;
  if (twoWay === 0) return `${all}; not known yet who hears us`;
  return `${all}, ${twoWay} of them ${twoWay === 1 ? 'hears' : 'hear'} us`;
}

function howMany(friends: number): string {
  return friends === 1 ? '1 friend' : `${friends} friends`;
}
