import { describe, expect, it } from 'vitest';
import { History } from '../../../src/status/history.ts';

const line = (event: string, message = event, level: 'info' | 'debug' = 'info') => ({
  level,
  event,
  message,
  fields: {},
});

describe('History', () => {
  it('keeps the last 50 lines of the log, without those for developers', () => {
    const history = new History();
    history.note(line('peer.heard', 'Heard', 'debug'), 0);
    for (let index = 1; index <= 60; index++) history.note(line('peer.joined', `friend ${index}`), index);
    expect(history.happenings).toHaveLength(50);
    expect(history.happenings[0]).toEqual({
      at: 11,
      level: 'info',
      event: 'peer.joined',
      message: 'friend 11',
    });
    expect(history.happenings.at(-1)?.message).toBe('friend 60');
  });

  it('keeps what was healed apart, so that comings and goings do not push it out', () => {
    const history = new History();
    history.note(line('child.restarted', 'The beacon was restarted'), 1);
    for (let index = 0; index < 100; index++) history.note(line('peer.joined'), 2);
    for (let index = 0; index < 30; index++) history.note(line('healing.tried', `step ${index}`), 3);
    expect(history.healed).toHaveLength(20);
    expect(history.healed.at(-1)?.message).toBe('step 29');
  });

  it('is a new list whenever there is something new, and the same otherwise', () => {
    const history = new History();
    history.note(line('peer.joined'), 1);
    const { happenings, healed } = history;
    history.note(line('peer.left'), 2);
    expect(history.happenings).not.toBe(happenings);
    expect(history.healed).toBe(healed);
  });
});
