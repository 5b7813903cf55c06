import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../../src/status/sightings.ts';
import { duration, essence, fitted, tableLines } from '../../../src/status/watch-table.ts';

const lamp: Sighting = {
  name: 'lamp',
  address: '10.0.0.7',
  port: 40_007,
  state: 'heard',
  silentMs: 3_200,
  id: '0123456789ab',
  heardBy: 2,
  lossPercent: 3,
  facts: { firmware: '0.1.0', uptimeSeconds: 97_000, signalDbm: -61 },
};
const bird: Sighting = {
  name: 'Bird',
  address: '10.0.0.9',
  port: 49_001,
  state: 'classic',
  silentMs: 14_000,
};
const plain = { sealed: false };

describe('tableLines()', () => {
  it('has a line for each device, by name, figures to the right', () => {
    expect(tableLines([lamp, bird], plain)).toEqual([
      'NAME  ADDRESS   STATE       LOSS  LAST HEARD  FIRMWARE   UPTIME   SIGNAL',
      'Bird  10.0.0.9  classic        –    14 s ago  –               –        –',
      'lamp  10.0.0.7  heard by 2   3 %     3 s ago  0.1.0     1 d 2 h  -61 dBm',
    ]);
  });

  it('keeps its columns where characters take two places, or none', () => {
    const lines = tableLines([{ ...lamp, name: '台所' }, { ...lamp, name: 'Ku\u0308' }, lamp], plain);
    expect(lines.map((line) => line.slice(0, line.indexOf('1') + 1))).toEqual([
      expect.any(String),
      'Ku\u0308    1',
      'lamp  1',
      '台所  1',
    ]);
  });

  it('marks in a fleet with a key who is there without proof', () => {
    const [, here, gone] = tableLines([lamp, { ...lamp, address: '10.0.0.8', state: 'gone' }], {
      sealed: true,
    });
    expect(here).toContain('heard by 2 ?');
    expect(gone).toMatch(/gone {2,}/);
  });

  it('never shows a name that could move the cursor or turn the line around', () => {
    const [, line] = tableLines([{ ...lamp, name: 'a\x1b[2J\u202E\u2028b' }], plain);
    expect(line).toMatch(/^a\u{FFFD}\[2J\u{FFFD}\u{FFFD}b /u);
  });

  it.each([
    ['here', 'here'],
    ['unheard', 'heard by nobody'],
    ['hears-nobody', 'hears nobody'],
    ['alone', 'alone'],
    ['late', 'late'],
  ] as const)('tells %s in words: %s', (state, words) => {
    expect(tableLines([{ ...lamp, state }], plain)[1]).toContain(` ${words} `);
  });
});

describe('essence()', () => {
  it('changes with who is there and how, and not with how long ago', () => {
    const before = essence([lamp, bird]);
    expect(essence([bird, { ...lamp, silentMs: 9_000, lossPercent: 50 }])).toBe(before);
    expect(essence([bird, { ...lamp, state: 'late' }])).not.toBe(before);
    expect(essence([lamp])).not.toBe(before);
  });
});

describe('fitted()', () => {
  const lines = ['1', '2', '3', '4', '5'];

  it('leaves out what a screen has no room for, and says how much', () => {
    expect(fitted(lines, ['note'], { columns: 80, rows: 4 })).toEqual(['1', '2', '… and 3 more', 'note']);
    expect(fitted(lines, ['note'], { columns: 80, rows: 6 })).toEqual([...lines, 'note']);
  });

  it('cuts lines that would wrap around', () => {
    expect(fitted(['abcdef', '台所台所'], [], { columns: 5, rows: 4 })).toEqual(['abcde', '台所']);
  });
});

describe('duration()', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [3_599, '59 min'],
    [3_660, '1 h 1 min'],
    [90_000, '1 d 1 h'],
  ])('says %d s as %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});
