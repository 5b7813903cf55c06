import { describe, expect, it } from 'vitest';
import { FIRST_SNAPSHOT } from '../../../src/status/snapshot.ts';
import { stateInWords } from '../../../src/status/words.ts';

const address = { address: '10.0.0.2', interface: 'wlan0', index: 2, carrierChanges: 1, wireless: true };
const up = { ...FIRST_SNAPSHOT, beacon: 'up', address, reachability: 'ok' } as const;
const friends = (count: number, twoWay = count, classic = 0, unproven = 0) => ({
  count,
  twoWay,
  heard: count - twoWay,
  classic,
  unproven,
  lossPercent: 0,
});

describe('stateInWords()', () => {
  it.each([
    ['Waiting for a network', FIRST_SNAPSHOT, friends(0)],
    ['On the network, about to say hello', { ...FIRST_SNAPSHOT, address }, friends(0)],
    ['Looking around', { ...up, reachability: 'unknown' }, friends(0)],
    ['Nobody else is here', { ...up, reachability: 'alone' }, friends(0)],
    ['2 here, but none has proven to be a friend', up, friends(0, 0, 0, 2)],
    ['1 friend, who hears us', up, friends(1)],
    ['3 friends, all hear us', up, friends(3)],
    ['3 friends, 1 of them hears us', up, friends(3, 1)],
    ['3 friends, 2 of them hear us', up, friends(3, 2, 1)],
    ['1 friend, who cannot tell whether it hears us', up, friends(1, 0, 1)],
    ['2 friends, who cannot tell whether they hear us', up, friends(2, 0, 2)],
    ['2 friends; not known yet who hears us', up, friends(2, 0)],
    ['We hear 2 friends, but nobody hears us', { ...up, reachability: 'mute' }, friends(2, 0)],
    ['Everybody has fallen silent at once: we hear nobody', { ...up, reachability: 'deaf' }, friends(2)],
    ['So much is being said that we listen only now and then', { ...up, flooded: true }, friends(2)],
    ['The network refuses us; trying again', { ...up, fault: true }, friends(2)],
    ['Here I am: somebody asked which device this is', { ...up, identifying: true }, friends(2)],
  ] as const)('%s', (words, snapshot, counts) => {
    expect(stateInWords(snapshot, counts)).toBe(words);
  });
});
