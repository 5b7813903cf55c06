import { createHmac, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fleetKey, newFleetKey } from '../../../src/datagram/fleet-key.ts';

const SECRET = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]) =>
  createHmac('sha256', key).update(Buffer.concat(parts)).digest();

describe('newFleetKey()', () => {
  it('is 32 random bytes in base64', () => {
    const keys = Array.from({ length: 50 }, newFleetKey);
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) {
      expect(key).toMatch(/^[\w+/]{43}=$/);
      expect(Buffer.from(key, 'base64')).toHaveLength(32);
    }
  });
});

describe('fleetKey()', () => {
  it('derives as RFC 5869 is written: extract, then expand with the label', () => {
    const extracted = hmac(new Uint8Array(32), SECRET);
    const expanded = (label: string) => hmac(extracted, Buffer.from(label), Buffer.of(1));
    const key = fleetKey(SECRET.toString('base64'));
    expect(key.seal.export()).toEqual(expanded('multitastic/2s seal'));
    expect(Buffer.from(key.id)).toEqual(expanded('multitastic/2s key id').subarray(0, 4));
  });

  it('stands on a primitive that has RFC 5869’s own results (A.1 and A.3)', () => {
    const derived = (salt: string, info: string) =>
      Buffer.from(
        hkdfSync('sha256', Buffer.alloc(22, 0x0b), Buffer.from(salt, 'hex'), Buffer.from(info, 'hex'), 42),
      ).toString('hex');
    expect(derived('000102030405060708090a0b0c', 'f0f1f2f3f4f5f6f7f8f9')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    expect(derived('', '')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  it('tells of the secret neither when it is shown nor when it is refused', () => {
    const text = SECRET.toString('base64');
    const shown = inspect(fleetKey(text), { depth: 9, showHidden: true }) + JSON.stringify(fleetKey(text));
    expect(shown).not.toContain(text);
    expect(shown).not.toContain(fleetKey(text).seal.export().toString('hex'));
    expect(() => fleetKey(`${text}x`)).toThrow(/^not a fleet key$/);
  });

  it.each([31, 33])('refuses %i bytes', (length) => {
    expect(() => fleetKey(Buffer.alloc(length).toString('base64'))).toThrow('not a fleet key');
  });
});
