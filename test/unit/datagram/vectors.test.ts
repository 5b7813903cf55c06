/** The protocol as bytes, for whoever writes another implementation. They were computed by other code than ours. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/datagram/announcement.ts';
import { encodeClassic } from '../../../src/datagram/classic.ts';
import { fleetKey } from '../../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames, rejectedByBytes } from '../../../src/datagram/frames.ts';
import { entryOf, listingOf } from '../../../src/datagram/heard-list.ts';
import { sealedFrames } from '../../../src/datagram/sealed.ts';

interface Vector {
  readonly what: string;
  readonly hex: string;
  /** Where it can be read. */
  readonly text?: string;
  readonly fleetKey?: string;
}

interface FrameVector extends Vector {
  readonly direction: 'both' | 'encode' | 'decode';
  readonly seal?: string;
  readonly also?: string;
  readonly nonce?: string;
  readonly message: Message;
}

interface Vectors {
  readonly fleetKeys: readonly { readonly text: string; readonly sealKey: string; readonly id: string }[];
  readonly frames: readonly FrameVector[];
  readonly rejects: readonly (Vector & { readonly reason: string })[];
  readonly entries: readonly { readonly boot: string; readonly sequence: number; readonly entry: string }[];
  readonly listings: readonly {
    readonly what: string;
    readonly boot: string;
    readonly heard: string;
    readonly new: string;
    readonly peers: number;
    readonly listing: number | string;
  }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'));
const bytesOf = (hex: string) => Buffer.from(hex, 'hex');

function framesOf({ fleetKey: key, seal = key, also, nonce = '' }: Partial<FrameVector>): Frames {
  if (!seal) return plainFrames;
  return sealedFrames({ seal: fleetKey(seal), also: also ? fleetKey(also) : undefined }, () =>
    bytesOf(nonce),
  );
}

function encode(vector: FrameVector): string {
  const { message } = vector;
  const payload =
    message.frame === 'classic' ? encodeClassic(message.name) : framesOf(vector).encode(message);
  return Buffer.from(payload).toString('hex');
}

function decode(vector: Partial<FrameVector> & Vector): Message | string {
  const payload = bytesOf(vector.hex);
  return rejectedByBytes(payload) ?? framesOf(vector).decode(payload);
}

describe('vectors.json', () => {
  it.each(vectors.frames.filter(({ direction }) => direction !== 'decode'))(
    'has $what, as we send it',
    (vector) => {
      expect(encode(vector)).toBe(vector.hex);
    },
  );

  it.each(vectors.frames.filter(({ direction }) => direction !== 'encode'))(
    'has $what, as we understand it',
    (vector) => {
      expect(decode(vector)).toEqual(vector.message);
    },
  );

  it.each(vectors.rejects)('has $what: $reason', (vector) => {
    expect(decode(vector)).toBe(vector.reason);
  });

  it.each(vectors.fleetKeys)('has what is made of the fleet key $text', ({ text, sealKey, id }) => {
    const key = fleetKey(text);
    expect(key.seal.export().toString('hex')).toBe(sealKey);
    expect(Buffer.from(key.id).toString('hex')).toBe(id);
  });

  it.each(vectors.entries)('has the entry $entry', ({ boot, sequence, entry }) => {
    expect(entryOf(boot, sequence)).toBe(entry);
  });

  it.each(vectors.listings)('has a listing: $what', ({ boot, heard, new: fresh, peers, listing }) => {
    expect(listingOf(boot, { heard, fresh, peers })).toBe(listing);
  });

  it('says in text what it says in hexadecimal', () => {
    const texts = [...vectors.frames, ...vectors.rejects].filter(({ text }) => text !== undefined);
    expect(texts.length).toBeGreaterThan(50);
    for (const { text = '', hex } of texts) expect(Buffer.from(text).toString('hex')).toBe(hex);
  });

  it('has every reason for which a frame is rejected, and every kind of frame', () => {
    expect(new Set(vectors.rejects.map(({ reason }) => reason)).size).toBe(9);
    expect(new Set(vectors.frames.map(({ message }) => message.frame)).size).toBe(6);
  });
});
