import { describe, expect, it } from 'vitest';
import { Hearing } from '../../../src/multicast/hearing.ts';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';

describe('Hearing.hear()', () => {
  const hearing = () => new Hearing(new ReceiveBudget(10, 0));

  it('counts what it receives and what it drops', () => {
    const ear = hearing();
    expect(ear.hear(Buffer.from('multitastic:anna'), '10.0.0.1', 0)).toEqual({ name: 'anna' });
    expect(ear.hear(Buffer.from('multitastic/2 {}'), '10.0.0.1', 0)).toBe('other-version');
    expect(ear.hear(Buffer.from('junk'), '10.0.0.1', 0)).toBe('foreign');
    expect(ear.refused('other-version')).toBe(1);
    expect(ear.counts()).toEqual({ received: 3, dropped: 2 });
  });

  it('refuses junk by its bytes, without touching the sender’s share', () => {
    const ear = hearing();
    for (let i = 0; i < 100; i++) expect(ear.hear(Buffer.from('junk'), '10.0.0.1', 0)).toBe('foreign');
    expect(ear.hear(Buffer.from('multitastic:anna'), '10.0.0.1', 0)).toEqual({ name: 'anna' });
  });

  it('runs out of patience with junk in the end', () => {
    const ear = hearing();
    const heard = Array.from({ length: 241 }, () => ear.hear(Buffer.from('junk'), '10.0.0.1', 0));
    expect(heard.at(-2)).toBe('foreign');
    expect(heard.at(-1)).toBe('whole-budget');
  });
});
