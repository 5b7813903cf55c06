/**
 * What a rich announcement looks like on the wire, in the clear and sealed with a fleet's key.
 *
 * Written against the wire format and with nothing of the product's code, so that both cannot be wrong together.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface Speech {
  seal(json: string): Uint8Array;
  /** Undefined: it is not of this speech. */
  open(payload: Buffer): string | undefined;
}

const plainPrefix = 'multitastic/2 ';
const sealedPrefix = 'multitastic/2s ';
const cipherName = 'chacha20-poly1305';
const nonceBytes = 12;
const tagBytes = 16;

export const inTheClear: Speech = {
  seal: (json) => Buffer.from(plainPrefix + json),
  open: (payload) => {
    const text = payload.toString();
    return text.startsWith(plainPrefix) ? text.slice(plainPrefix.length) : undefined;
  },
};

/** `fleetKey`: as `FLEET_KEY` has it. */
export function sealedWith(fleetKey: string): Speech {
  const derived = (label: string, length: number) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(fleetKey, 'base64'), '', `multitastic/2s ${label}`, length));
  const key = derived('seal', 32);
  const header = Buffer.concat([Buffer.from(sealedPrefix), derived('key id', 4)]);
  const options = { authTagLength: tagBytes };
  return {
    seal: (json) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(cipherName, key, nonce, options);
      cipher.setAAD(header, { plaintextLength: Buffer.byteLength(json) });
      return Buffer.concat([header, nonce, cipher.update(json), cipher.final(), cipher.getAuthTag()]);
    },
    open: (payload) => {
      const hidden = payload.subarray(header.length + nonceBytes, -tagBytes);
      if (!payload.subarray(0, header.length).equals(header) || hidden.length === 0) return undefined;
      const nonce = payload.subarray(header.length, header.length + nonceBytes);
      const decipher = createDecipheriv(cipherName, key, nonce, options);
      decipher.setAAD(header, { plaintextLength: hidden.length });
      decipher.setAuthTag(payload.subarray(-tagBytes));
      try {
        return Buffer.concat([decipher.update(hidden), decipher.final()]).toString();
      } catch {
        return undefined; // Somebody else's, or changed on the way.
      }
    },
  };
}
