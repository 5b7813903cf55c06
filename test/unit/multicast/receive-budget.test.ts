import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveBudget } from '../../../src/multicast/receive-budget.ts';

/** 1000 a second: a burst of 6000 in all, and of 600 for one source. */
const budget = () => new ReceiveBudget(1_000, 0);

describe('ReceiveBudget', () => {
  it('cuts off one loud source alone', () => {
    const spent = budget();
    const verdicts = Array.from({ length: 700 }, () => spent.admit('10.0.0.66', 0));
    expect(verdicts.filter((verdict) => verdict === 'admitted')).toHaveLength(600);
    expect(verdicts.at(-1)).toBe('source');
    expect(spent.admit('10.0.0.7', 0)).toBe('admitted');
  });

  it('knows when it last refused something of a source', () => {
    const spent = budget();
    for (let i = 0; i < 601; i++) spent.admit('10.0.0.66', 50);
    spent.admit('10.0.0.7', 60);
    expect(spent.refusedAt('10.0.0.66')).toBe(50);
    expect(spent.refusedAt('10.0.0.7')).toBeUndefined();
    expect(spent.refusedAt('10.0.0.8')).toBeUndefined();
  });

  it('runs dry when enough sources are loud together', () => {
    const spent = budget();
    const verdicts = Array.from({ length: 7_000 }, (_, i) => spent.admit(`10.0.${i % 70}.1`, 0));
    expect(verdicts.filter((verdict) => verdict === 'admitted')).toHaveLength(6_000);
    expect(verdicts.at(-1)).toBe('whole');
  });

  it('charges for datagrams that are thrown away, a quarter each', () => {
    const spent = budget();
    const paid = Array.from({ length: 24_001 }, () => spent.waste(0));
    expect(paid.filter(Boolean)).toHaveLength(24_000);
    expect(paid.at(-1)).toBe(false);
  });

  it('pays for each packet of what is longer than one', () => {
    const spent = new ReceiveBudget(1_000, 0);
    const paid = Array.from({ length: 1_001 }, () => spent.waste(0, 8_000));
    expect(paid.filter(Boolean)).toHaveLength(1_000);
    expect(spent.waste(0, 1_500)).toBe(false);
  });

  it('has recovered only when well above empty', () => {
    const spent = budget();
    for (let i = 0; i < 24_000; i++) spent.waste(0);
    expect(spent.recovered(0)).toBe(false);
    expect(spent.recovered(1_499)).toBe(false);
    expect(spent.recovered(1_500)).toBe(true);
  });

  it('remembers 2048 sources, and forgets whoever came first', () => {
    const spent = budget();
    const source = (i: number) => `172.16.${i >> 8}.${i & 255}`;
    for (let i = 0; i < 600; i++) spent.admit(source(0), 0);
    for (let i = 1; i < 2_048; i++) spent.admit(source(i), 0);
    expect(spent.admit(source(0), 0)).toBe('source');
    spent.admit(source(2_048), 0);
    expect(spent.admit(source(0), 0)).toBe('admitted');
  });

  it('pays for what it throws away of a loud source, until nothing is left', () => {
    const spent = budget();
    for (let i = 0; i < 600; i++) spent.admit('10.0.0.66', 0);
    // 5400 are left, and each costs a quarter.
    const verdicts = Array.from({ length: 21_601 }, () => spent.admit('10.0.0.66', 0));
    expect(verdicts.at(-2)).toBe('source');
    expect(verdicts.at(-1)).toBe('whole');
  });

  it('admits a steady friend however many forged sources there are, as long as the whole budget lasts', () => {
    const spent = budget();
    for (let i = 0; i < 5_000; i++) spent.admit(`172.16.${i >> 8}.${i & 255}`, 0);
    expect(spent.admit('10.0.0.7', 0)).toBe('admitted');
  });

  it('remembers that somebody was refused when more sources come than it can note', () => {
    const spent = budget();
    for (let i = 0; i < 601; i++) spent.admit('10.0.0.66', 50);
    for (let i = 0; i < 2_048; i++) spent.admit(`10.1.${i >> 8}.${i & 255}`, 60);
    expect(spent.refusedAt('10.0.0.66')).toBe(50);
    spent.admit('10.0.0.66', 70);
    expect(spent.refusedAt('10.0.0.66')).toBe(50);
  });

  it('never admits more than burst and rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(20)), { maxLength: 400 }), (arrivals) => {
        const small = new ReceiveBudget(10, 0);
        let now = 0;
        let admitted = 0;
        for (const [source, delay] of arrivals) {
          now += delay;
          if (small.admit(`10.0.0.${source}`, now) === 'admitted') admitted++;
        }
        return admitted <= 60 + (now * 10) / 1000;
      }),
    );
  });
});
