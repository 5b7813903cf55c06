import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedName, nameFault } from '../../../src/datagram/announcement.ts';

describe('nameFault()', () => {
  it.each(['kitchen', 'a', 'Küche 2', '厨房', 'a'.repeat(63), `${'ü'.repeat(31)}a`])('allows %j', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['', /empty/],
    [' kitchen', /space/],
    ['kitchen ', /space/],
    ['a'.repeat(64), /63 bytes/],
    ['ü'.repeat(32), /63 bytes/],
    ['a/b', /"\/"/],
    ['a\nb', /printable/],
    ['a\u001b[31mb', /printable/],
    ['a\u202eb', /printable/],
    ['a\u2028b', /printable/],
    ['a\u0000', /printable/],
  ])('refuses %j', (name, fault) => {
    expect(nameFault(name)).toMatch(fault);
  });
});

describe('allowedName()', () => {
  it('keeps an allowed name as it is', () => {
    expect(allowedName('Küche 2')).toBe('Küche 2');
  });

  it('replaces what is not allowed and cuts at a whole character', () => {
    expect(allowedName('lab/pi\n3')).toBe('lab-pi-3');
    expect(allowedName('ü'.repeat(40))).toBe('ü'.repeat(31));
    expect(allowedName(' \t ')).toBe('-');
    expect(allowedName('  ')).toBe('unnamed');
    expect(allowedName(`${'ü'.repeat(31)}ab`)).toBe(`${'ü'.repeat(31)}a`);
  });

  it('counts no space around a name, and leaves none where it cuts', () => {
    expect(allowedName(`${' '.repeat(70)}ü`)).toBe('ü');
    expect(allowedName(`${'ü'.repeat(31)} b`)).toBe('ü'.repeat(31));
  });

  it('makes an allowed name of any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        (text) => nameFault(allowedName(text)) === undefined,
      ),
    );
  });
});
