/**
 * The secret that a fleet shares, and what is made of it: a key that seals, and four bytes that tell which key it was.
 * Only a node that has a key loads this file, because Node's crypto costs the board time and memory.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

export interface FleetKey {
  /** Never the secret itself, so that the id betrays nothing of what seals (RFC 5869 §3.2). */
  readonly seal: KeyObject;
  readonly id: Uint8Array;
}

const SECRET_BYTES = 32;
const KEY_ID_BYTES = 4;
/** ChaCha20's (RFC 8439 §2.3). */
const SEAL_KEY_BYTES = 32;

const SEAL_LABEL = 'multitastic/2s seal';
const ID_LABEL = 'multitastic/2s key id';

/** A new secret, as people put it into FLEET_KEY. */
export function newFleetKey(): string {
  return randomBytes(SECRET_BYTES).toString('base64');
}

/** `text`: 32 bytes in base64, checked before. Throws when it is not, and does not say what it was. */
export function fleetKey(text: string): FleetKey {
  const secret = Buffer.from(text, 'base64');
  if (secret.length !== SECRET_BYTES || secret.toString('base64') !== text)
    throw new Error('not a fleet key');
  return {
    seal: createSecretKey(derived(secret, SEAL_LABEL, SEAL_KEY_BYTES)),
    id: derived(secret, ID_LABEL, KEY_ID_BYTES),
  };
}

/** HKDF-SHA-256 (RFC 5869). Without salt: the secret is uniformly random already (§3.1). */
function derived(secret: Uint8Array, label: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', label, length));
}
