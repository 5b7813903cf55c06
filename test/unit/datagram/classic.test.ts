import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedName, nameFault } from '../../../src/datagram/announcement.ts';
import { asciiName, decodeClassic, encodeClassic } from '../../../src/datagram/classic.ts';
import { rejectedByBytes } from '../../../src/datagram/frames.ts';

const read = (payload: Uint8Array) => rejectedByBytes(payload) ?? decodeClassic(payload);
const readText = (text: string) => read(Buffer.from(text));

describe('encodeClassic()', () => {
  it('is exact to the byte, as the origin expects', () => {
    expect(Buffer.from(encodeClassic('raspberrypi')).toString('hex')).toBe(
      '6d756c7469746173746963' + '3a' + '7261737062657272797069',
    );
  });

  it.each([
    ['Küche', 'Kuche'],
    ['naïve Ångström', 'naive Angstrom'],
    ['厨房', '--'],
    ['a℀b', 'aa-cb'],
    ['\u0301', 'unnamed'],
    ['㎯'.repeat(15), 'rad-s2'.repeat(15).slice(0, 63)],
    [`é${'a'.repeat(61)} b`, `e${'a'.repeat(61)}`],
  ])('reduces %j to ASCII', (name, ascii) => {
    expect(asciiName(name)).toBe(ascii);
  });

  it('makes of every allowed name an ASCII frame that is read back as the ASCII name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }).map(allowedName), (name) => {
        const frame = Buffer.from(encodeClassic(name));
        expect(frame.every((byte) => byte < 0x80)).toBe(true);
        expect(read(frame)).toEqual({ frame: 'classic', name: asciiName(name) });
        expect(nameFault(asciiName(name))).toBeUndefined();
      }),
    );
  });
});

describe('decodeClassic()', () => {
  it.each([
    ['multitastic:raspberrypi', 'raspberrypi'],
    ['multitasticraspberrypi', 'raspberrypi'],
    ['multitastic: kitchen \n', 'kitchen'],
    ['multitastic:Küche', 'Küche'],
    ['multitastic:a:b', 'a:b'],
    [`multitastic:${'a'.repeat(63)}`, 'a'.repeat(63)],
    [`multitastic:${' '.repeat(500)}a`, 'a'],
  ])('understands %j', (text, name) => {
    expect(readText(text)).toEqual({ frame: 'classic', name });
  });

  it.each([
    ['', 'foreign'],
    ['multitastic', 'foreign'],
    ['Multitastic:a', 'foreign'],
    ['multitasti:a', 'foreign'],
    ['M-SEARCH * HTTP/1.1', 'foreign'],
    ['multitastic/3 {}', 'other-version'],
    ['multitastic/', 'other-version'],
    ['multitastic:', 'bad-name'],
    ['multitastic:  ', 'bad-name'],
    ['multitastic:a/b', 'bad-name'],
    ['multitastic:a\u0000b', 'bad-name'],
    ['multitastic:\u001b[2J', 'bad-name'],
    ['multitastic:a\u202eb', 'bad-name'],
    [`multitastic:${'a'.repeat(64)}`, 'bad-name'],
    [`multitastic:${'a'.repeat(1_188)}`, 'bad-name'],
    [`multitastic:${'a'.repeat(1_189)}`, 'too-long'],
  ])('refuses %j as %s', (text, reason) => {
    expect(readText(text)).toBe(reason);
  });

  it('refuses what is not UTF-8', () => {
    expect(read(Buffer.concat([Buffer.from('multitastic:'), Buffer.from([0xc3, 0x28])]))).toBe('bad-name');
  });

  it('never throws, and never lets a name through that is not allowed', () => {
    const prefix = fc.constantFrom('', 'multitastic', 'multitastic:', 'multitastic/');
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 100 }), (start, rest) => {
        const heard = read(Buffer.concat([Buffer.from(start), rest]));
        return typeof heard === 'string' || nameFault(heard.name) === undefined;
      }),
      { numRuns: 5_000 },
    );
  });
});
