/** A reader of sealed frames that forgets to ask who sealed them: what the product would be without that guard. */
import { createDecipheriv } from 'node:crypto';
import type { FleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, SEALED_PREFIX } from '../../src/datagram/frames.ts';
import { fromJson } from '../../src/datagram/rich.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';

const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;

/** Opens whatever has enough bytes, whichever key it names, and takes what looks like an object. */
export function unsealed(key: FleetKey): Frames {
  return {
    ...sealedFrames({ seal: key }),
    decode(payload) {
      const nonceAt = SEALED_PREFIX.length + KEY_ID_BYTES;
      const textAt = nonceAt + NONCE_BYTES;
      if (payload.length <= textAt) return 'malformed';
      const nonce = payload.subarray(nonceAt, textAt);
      const decipher = createDecipheriv('chacha20-poly1305', key.seal, nonce, { authTagLength: 16 });
      const text = decipher.update(payload.subarray(textAt)).toString('latin1');
      return fromJson(Buffer.from(text.slice(0, text.lastIndexOf('}') + 1), 'latin1'));
    },
  };
}
