import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DATAGRAM_BYTES_MAX } from '../../../src/datagram/announcement.ts';
import { encodeClassic } from '../../../src/datagram/classic.ts';
import { fleetKey, newFleetKey } from '../../../src/datagram/fleet-key.ts';
import { plainFrames } from '../../../src/datagram/frames.ts';
import type { RichMessage } from '../../../src/datagram/rich.ts';
import { sealedFrames } from '../../../src/datagram/sealed.ts';
import { richMessages } from '../../support/arbitrary-announcements.ts';

const OLD = fleetKey(newFleetKey());
const NEW = fleetKey(newFleetKey());
const fleet = sealedFrames({ seal: OLD });
const otherFleet = sealedFrames({ seal: fleetKey(newFleetKey()) });
const QUESTION: RichMessage = { frame: 'question', token: 'q83vASNFZ4k' };

/** In a sealed frame: the key's id, and what comes after it. */
const KEY_ID_AT = 'multitastic/2s '.length;
const NONCE_AT = KEY_ID_AT + 4;

describe('sealedFrames()', () => {
  it('opens what it sealed, whatever was said, in at most 1200 bytes', () => {
    fc.assert(
      fc.property(richMessages, (message) => {
        const payload = fleet.encode(message);
        expect(payload.length).toBeLessThanOrEqual(DATAGRAM_BYTES_MAX);
        expect(fleet.decode(payload)).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('says that no stranger can say it, as only sealed frames do', () => {
    expect(fleet.sealed).toBe(true);
    expect(plainFrames.sealed).toBe(false);
  });

  it('opens what lies anywhere in a larger buffer', () => {
    const payload = fleet.encode(QUESTION);
    const larger = new Uint8Array(payload.length + 20);
    larger.set(payload, 7);
    expect(fleet.decode(larger.subarray(7, 7 + payload.length))).toEqual(QUESTION);
  });

  it('hides what is said, and says it differently each time', () => {
    const payloads = Array.from({ length: 200 }, () => Buffer.from(fleet.encode(QUESTION)));
    for (const payload of payloads) expect(payload.includes('q83v')).toBe(false);
    const nonces = new Set(payloads.map((payload) => payload.toString('hex', NONCE_AT, NONCE_AT + 12)));
    expect(nonces.size).toBe(200);
  });

  it('takes no frame in which any bit was changed', () => {
    const payload = fleet.encode(QUESTION);
    for (let bit = 0; bit < payload.length * 8; bit++) {
      const changed = Buffer.from(payload);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const at = bit >> 3;
      const reason = at < KEY_ID_AT ? 'unsealed' : at < NONCE_AT ? 'other-fleet' : 'forged';
      expect(fleet.decode(changed)).toBe(reason);
    }
  });

  it('takes no frame that was cut short or continued', () => {
    const payload = Buffer.from(fleet.encode(QUESTION));
    for (let length = 0; length < payload.length; length++) {
      const reason = length < KEY_ID_AT ? 'unsealed' : length < NONCE_AT + 12 + 16 ? 'malformed' : 'forged';
      expect(fleet.decode(payload.subarray(0, length))).toBe(reason);
    }
    expect(fleet.decode(Buffer.concat([payload, Buffer.of(0)]))).toBe('forged');
  });

  it('never throws, and believes nothing that is not sealed', () => {
    const starts = [
      Buffer.of(),
      Buffer.from('multitastic/2s '),
      Buffer.concat([Buffer.from('multitastic/2s '), OLD.id]),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 100 }), (start, rest) => {
        expect(fleet.decode(Buffer.concat([start, rest]))).toBeTypeOf('string');
      }),
      { numRuns: 5_000 },
    );
  });

  it('tells the other frames from those of another fleet', () => {
    expect(fleet.decode(encodeClassic('kitchen'))).toBe('unsealed');
    expect(fleet.decode(plainFrames.encode(QUESTION))).toBe('unsealed');
    expect(fleet.decode(otherFleet.encode(QUESTION))).toBe('other-fleet');
    expect(plainFrames.decode(fleet.encode(QUESTION))).toBe('sealed');
  });

  it('stands on a primitive that has RFC 8439’s own result (§2.8.2)', () => {
    const hex = (text: string) => Buffer.from(text, 'hex');
    const key = Buffer.from(Array.from({ length: 32 }, (_, at) => 0x80 + at));
    const cipher = createCipheriv('chacha20-poly1305', key, hex('070000004041424344454647'), {
      authTagLength: 16,
    });
    const text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    cipher.setAAD(hex('50515253c0c1c2c3c4c5c6c7'), { plaintextLength: text.length });
    expect(Buffer.concat([cipher.update(text), cipher.final()]).toString('hex')).toBe(
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b' +
        '1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc' +
        '3ff4def08e4b7a9de576d26586cec64b6116',
    );
    expect(cipher.getAuthTag().toString('hex')).toBe('1ae10b594f09e26a7e902ecbd0600691');
  });
});

describe('sealedFrames() with a second key', () => {
  it('opens what the second key sealed, and never seals with it', () => {
    const changing = sealedFrames({ seal: OLD, also: NEW });
    expect(changing.decode(sealedFrames({ seal: NEW }).encode(QUESTION))).toEqual(QUESTION);
    expect(fleet.decode(changing.encode(QUESTION))).toEqual(QUESTION);
  });

  it('loses nobody in the three steps from one key to the next', () => {
    const steps = [{ seal: OLD }, { seal: OLD, also: NEW }, { seal: NEW, also: OLD }, { seal: NEW }];
    const frames = steps.map((keys) => sealedFrames(keys));
    for (const [step, before] of frames.entries()) {
      const after = frames[step + 1] ?? before;
      expect(after.decode(before.encode(QUESTION))).toEqual(QUESTION);
      expect(before.decode(after.encode(QUESTION))).toEqual(QUESTION);
    }
  });
});
