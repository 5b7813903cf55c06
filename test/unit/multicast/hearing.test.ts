import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/datagram/announcement.ts';
import { plainFrames, rejectedByBytes } from '../../../src/datagram/frames.ts';
import { Hearing } from '../../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';
import { rich } from '../announcements.ts';

const A = '10.0.0.1';
const ANNA = Buffer.from('multitastic:anna');
const ANNOUNCEMENT = plainFrames.encode(rich(1));
const QUESTION = plainFrames.encode({ frame: 'question', token: 'AAAAAAAAAAA' });
const ANSWER = plainFrames.encode({ frame: 'answer', token: 'AAAAAAAAAAA' });

const hearing = () => new Hearing(plainFrames, new ReceiveBudget(10, 0));

describe('Hearing.hear()', () => {
  it('counts what it receives and what it drops', () => {
    const ear = hearing();
    expect(ear.hear(ANNA, A, 0)).toEqual({ frame: 'classic', name: 'anna' });
    expect(ear.hear(ANNOUNCEMENT, A, 0)).toEqual(rich(1));
    expect(ear.hear(Buffer.from('multitastic/3 {}'), A, 0)).toBe('other-version');
    expect(ear.hear(Buffer.from('multitastic/2 {}'), A, 0)).toBe('malformed');
    expect(ear.hear(Buffer.from('junk'), A, 0)).toBe('foreign');
    expect(ear.refused('other-version')).toBe(1);
    expect(ear.counts()).toEqual({ received: 5, dropped: 3 });
  });

  it.each([
    ['question', QUESTION],
    ['answer', ANSWER],
  ])('refuses a %s to the whole group, which nobody has to answer', (_, payload) => {
    const ear = hearing();
    expect(ear.hear(payload, A, 0)).toBe('misplaced');
    expect(ear.refused('misplaced')).toBe(1);
  });

  it('understands a request to blink, which looks for its device', () => {
    const request = { frame: 'identify', token: 'AAAAAAAAAAA', name: 'anna', proof: undefined } as const;
    expect(hearing().hear(plainFrames.encode(request), A, 0)).toEqual(request);
  });

  it('refuses junk by its bytes, without touching the sender’s share', () => {
    const ear = hearing();
    for (let i = 0; i < 100; i++) expect(ear.hear(Buffer.from('junk'), A, 0)).toBe('foreign');
    expect(ear.hear(ANNA, A, 0)).toEqual({ frame: 'classic', name: 'anna' });
  });

  it('does not decode what is beyond the sender’s share', () => {
    let decoded = 0;
    const counting = {
      ...plainFrames,
      decode: (payload: Uint8Array): Message | 'malformed' => {
        decoded++;
        return rejectedByBytes(payload) ? 'malformed' : { frame: 'classic', name: 'anna' };
      },
    };
    const ear = new Hearing(counting, new ReceiveBudget(10, 0));
    const heard = Array.from({ length: 20 }, () => ear.hear(ANNA, A, 0));
    expect(heard.at(-1)).toBe('source-budget');
    expect(decoded).toBe(6);
  });

  it('runs out of patience with junk in the end', () => {
    const ear = hearing();
    const heard = Array.from({ length: 241 }, () => ear.hear(Buffer.from('junk'), A, 0));
    expect(heard.at(-2)).toBe('foreign');
    expect(heard.at(-1)).toBe('whole-budget');
  });
});

describe('Hearing.hearUnicast()', () => {
  it('understands questions and answers', () => {
    expect(hearing().hearUnicast(QUESTION, A, 0)).toEqual({ frame: 'question', token: 'AAAAAAAAAAA' });
    expect(hearing().hearUnicast(ANSWER, A, 0)).toEqual({ frame: 'answer', token: 'AAAAAAAAAAA' });
  });

  it.each([
    ['classic', ANNA],
    ['rich', ANNOUNCEMENT],
  ])('refuses a %s announcement: presence is told to all or to nobody', (_, payload) => {
    const ear = hearing();
    expect(ear.hearUnicast(payload, A, 0)).toBe('misplaced');
    expect(ear.counts()).toEqual({ received: 1, dropped: 1 });
  });

  it('refuses junk as it does from the group', () => {
    const ear = hearing();
    expect(ear.hearUnicast(Buffer.from('junk'), A, 0)).toBe('foreign');
    expect(ear.refused('foreign')).toBe(1);
  });
});
