/** Announcements of every kind, for properties: whatever a device may say, at any length of its lists. */
import fc from 'fast-check';
import {
  allowedName,
  type Facts,
  IDENTIFY_OUTCOMES,
  type RichAnnouncement,
} from '../../src/datagram/announcement.ts';
import { ENTRY_CHARACTERS } from '../../src/datagram/heard-list.ts';
import { heardRoom, type RichMessage } from '../../src/datagram/rich.ts';

const characters = (alphabet: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export const bootTokens = characters(BASE64URL, 11);

/** Nothing costs more room than a quotation mark, which JSON writes as two. */
const names = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 80 }).map(allowedName),
  fc.constant('"'.repeat(63)),
);

const facts: fc.Arbitrary<Facts> = fc.record(
  {
    firmware: fc.stringMatching(/^[\w.+-]{1,32}$/),
    uptimeSeconds: fc.nat({ max: 2 ** 31 - 1 }),
    temperatureCelsius: fc.integer({ min: -600, max: 2_000 }).map((tenths) => tenths / 10),
    memoryPercent: fc.integer({ min: 0, max: 100 }),
    signalDbm: fc.integer({ min: -150, max: -1 }),
  },
  { requiredKeys: [] },
);

/** `heard` and `fresh` share the room that there is: from nobody to as many as fit. */
export const richAnnouncements: fc.Arbitrary<RichAnnouncement> = fc
  .record({
    frame: fc.constant('rich' as const),
    id: characters('0123456789abcdef', 12),
    boot: bootTokens,
    sequence: fc.oneof(fc.nat(), fc.constant(2 ** 32)),
    name: names,
    holdMs: fc.integer({ min: 3, max: 7_205 }).map((seconds) => seconds * 1_000),
    peers: fc.nat({ max: 1e6 }),
    asks: fc.boolean(),
    leaving: fc.boolean(),
    facts,
    fill: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    split: fc.double({ min: 0, max: 1, noNaN: true }),
    character: fc.constantFrom(...BASE64URL),
  })
  .map(({ fill, split, character, ...rest }) => {
    const empty = { ...rest, heard: '', fresh: '' };
    const entries = Math.floor(heardRoom(empty) * fill);
    const heard = Math.round(entries * split);
    return {
      ...empty,
      heard: character.repeat(heard * ENTRY_CHARACTERS),
      fresh: character.repeat((entries - heard) * ENTRY_CHARACTERS),
    };
  });

const proofs = fc.record({ boot: bootTokens, sequence: fc.oneof(fc.nat(), fc.constant(2 ** 32)) });

export const identifyRequests = fc.record({
  frame: fc.constant('identify' as const),
  token: bootTokens,
  name: names,
  proof: fc.option(proofs, { nil: undefined }),
});

export const identifyReplies = fc.record({
  frame: fc.constant('identified' as const),
  token: bootTokens,
  outcome: fc.constantFrom(...IDENTIFY_OUTCOMES),
  proof: proofs,
});

export const richMessages: fc.Arbitrary<RichMessage> = fc.oneof(
  { weight: 4, arbitrary: richAnnouncements },
  { weight: 1, arbitrary: fc.record({ frame: fc.constantFrom('question', 'answer'), token: bootTokens }) },
  { weight: 1, arbitrary: identifyRequests },
  { weight: 1, arbitrary: identifyReplies },
);
