/**
 * The sealed frame, which only a fleet's own devices can make and read: ChaCha20-Poly1305 (RFC 8439) around the JSON of
 * the rich one. What is not worth opening is told by its first bytes, because opening is what costs. Nothing here throws,
 * whatever the bytes.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { asBuffer } from './bytes.ts';
import type { FleetKey } from './fleet-key.ts';
import { type Frames, SEALED_PREFIX } from './frames.ts';
import { fromJson, toJson } from './rich.ts';

/** One seals, and two may open: during a rotation the fleet has an old and a new one. */
export interface FleetKeys {
  readonly seal: FleetKey;
  readonly also?: FleetKey | undefined;
}

/** A key with the bytes that every frame sealed with it begins with, which are also what is sealed without being hidden. */
interface Lock {
  readonly key: KeyObject;
  /** The key's id as a number. */
  readonly id: number;
  readonly header: Uint8Array;
}

const CIPHER = 'chacha20-poly1305';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES } as const;

/**
 * `freshNonce`: 12 bytes, never twice with one key. Random ones do: a LAN's 20 announcements a second are 2^33 frames in
 * ten years, and even then a repetition is as likely as 1 in 2^31. A counter would need a memory that survives the power.
 */
export function sealedFrames({ seal, also }: FleetKeys, freshNonce = () => randomBytes(NONCE_BYTES)): Frames {
  const sealing = lockOf(seal);
  const opening = also ? [sealing, lockOf(also)] : [sealing];
  return {
    sealed: true,
    encode: (message) => sealed(sealing, freshNonce(), Buffer.from(toJson(message))),
    decode(payload) {
      if (asBuffer(payload).toString('latin1', 0, SEALED_PREFIX.length) !== SEALED_PREFIX) return 'unsealed';
      if (payload.length < sealing.header.length + NONCE_BYTES + TAG_BYTES) return 'malformed';
      const id = asBuffer(payload).readUInt32BE(SEALED_PREFIX.length);
      const lock = opening.find((each) => each.id === id);
      if (!lock) return 'other-fleet';
      const json = opened(lock, payload);
      return json ? fromJson(json) : 'forged';
    },
  };
}

function lockOf({ seal, id }: FleetKey): Lock {
  const header = Buffer.concat([Buffer.from(SEALED_PREFIX), id]);
  return { key: seal, id: header.readUInt32BE(SEALED_PREFIX.length), header };
}

function sealed({ key, header }: Lock, nonce: Uint8Array, json: Buffer): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  cipher.setAAD(header, { plaintextLength: json.length });
  return Buffer.concat([header, nonce, cipher.update(json), cipher.final(), cipher.getAuthTag()]);
}

/** What is inside; undefined when it was not sealed with this key, or changed since. */
function opened({ key, header }: Lock, payload: Uint8Array): Buffer | undefined {
  const textAt = header.length + NONCE_BYTES;
  const tagAt = payload.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, payload.subarray(header.length, textAt), OPTIONS);
  decipher.setAAD(header, { plaintextLength: tagAt - textAt });
  decipher.setAuthTag(payload.subarray(tagAt));
  const json = decipher.update(payload.subarray(textAt, tagAt));
  try {
    decipher.final(); // Only now is it known who wrote it.
    return json;
  } catch {
    return undefined;
  }
}
