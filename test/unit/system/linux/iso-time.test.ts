import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from '../../../../src/system/linux/iso-time.ts';

test('is what Date says, from 1970 to 9999', () => {
  const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: last }), (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    }),
    { numRuns: 2_000 },
  );
});

test('knows leap days, and the ends of months, years and centuries', () => {
  for (const day of ['1970-01-01', '2000-02-29', '2024-02-29', '2024-12-31', '2100-02-28', '2100-03-01']) {
    for (const ms of [Date.parse(`${day}T00:00:00.000Z`), Date.parse(`${day}T23:59:59.999Z`)]) {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    }
  }
});
