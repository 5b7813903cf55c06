import { describe, expect, it } from 'vitest';
import { classic } from '../announcements.ts';
import { A, B, INTERVAL, names, roster, told } from './rosters.ts';

describe('Roster.heard(), of a classic announcement,', () => {
  it('lets a peer join, once, and tells every announcement', () => {
    const here = roster();
    expect(names(here.heard(classic('anna'), A, 0))).toEqual(['peer.joined', 'peer.heard']);
    expect(names(here.heard(classic('anna'), A, 500))).toEqual(['peer.heard']);
    expect(here.size).toBe(1);
  });

  it('calls a peer a newcomer for two seconds after it appeared', () => {
    const here = roster();
    const newcomer = (now: number) =>
      here.heard(classic('anna'), A, now).some((event) => event.event === 'peer.heard' && event.newcomer);
    expect([0, 1_999, 2_000, 15_000].map(newcomer)).toEqual([true, true, false, false]);
  });

  it('says of a peer with our own name that it is a twin', () => {
    expect(roster().heard(classic('me'), A, 0)[0]).toMatchObject({ event: 'peer.joined', twin: true });
    expect(roster().heard(classic('anna'), A, 0)[0]).toMatchObject({ event: 'peer.joined', twin: false });
  });

  it('renews a peer that speaks from a new port', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    const [renewed, heard] = here.heard(classic('anna'), { ...A, port: 50_000 }, 5_000);
    expect(renewed).toMatchObject({ event: 'peer.renewed', port: 50_000, previousPort: A.port, peers: 1 });
    expect(heard).toMatchObject({ event: 'peer.heard', newcomer: true });
  });

  it('renews a peer that speaks from a new address', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    expect(told(here.heard(classic('anna'), B, 5_000))).toEqual(['peer.renewed anna 10.0.0.2 1']);
  });

  it('tells two devices of one name apart as soon as the old endpoint speaks again', () => {
    const here = roster();
    here.heard(classic('pi'), A, 0);
    expect(told(here.heard(classic('pi'), B, 5_000))).toEqual(['peer.renewed pi 10.0.0.2 1']);
    expect(told(here.heard(classic('pi'), A, 15_000))).toEqual(['peer.joined pi 10.0.0.1 2']);
    for (let now = 20_000; now < 200_000; now += 5_000) {
      expect(told(here.heard(classic('pi'), now % 10_000 === 0 ? A : B, now))).toEqual([]);
    }
    expect(here.size).toBe(2);
  });

  it('takes a late datagram of the old socket for what it is', () => {
    const here = roster();
    here.heard(classic('anna'), A, 0);
    here.heard(classic('anna'), { ...A, port: 50_000 }, 5_000);
    expect(here.heard(classic('anna'), A, 5_999)).toEqual([]);
    expect(here.size).toBe(1);
  });

  it('follows a device that moves a few times, and takes one that moves too often for several', () => {
    const here = roster();
    const events = Array.from({ length: 7 }, (_, i) =>
      told(here.heard(classic('anna'), { ...A, port: 50_000 + i }, i * 2_000)),
    );
    expect(events.flat().map((line) => line.split(' ')[0])).toEqual([
      'peer.joined',
      ...Array(4).fill('peer.renewed'),
      'peer.joined',
      'peer.renewed',
    ]);
  });

  it.each([2, 3, 5, 8])('finds the right number of devices when %i share one name', (devices) => {
    const here = roster();
    let now = 0;
    for (let round = 0; round < 10; round++) {
      for (let device = 0; device < devices; device++) {
        now += INTERVAL / devices;
        here.expire(now);
        here.heard(classic('raspberrypi'), { address: `10.0.0.${device}`, port: 49_001 }, now);
      }
    }
    expect(here.size).toBe(devices);
  });
});
