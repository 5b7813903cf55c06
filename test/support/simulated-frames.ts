/** The frames of simulated fleets: what a fleet hears is decoded once, not once by each, and what is sealed stays known. */
import type { Message, Rejection } from '../../src/datagram/announcement.ts';
import { fleetKey } from '../../src/datagram/fleet-key.ts';
import { type Frames, plainFrames } from '../../src/datagram/frames.ts';
import { encodeRich } from '../../src/datagram/rich.ts';
import { sealedFrames } from '../../src/datagram/sealed.ts';
import { noteInside, type Said, saidIn, saidInside } from './said.ts';

/** The texts of a fleet's keys, as its environment has them. */
export interface Keys {
  readonly seal: string;
  readonly also?: string | undefined;
}

const plain = remembering(plainFrames);
/** By their keys. */
const sealed = new Map<string, Frames>();

/** As `main.ts` chooses them. */
export function framesOf(keys: Keys | undefined): Frames {
  if (!keys) return plain;
  const { seal, also = '' } = keys;
  const known = sealed.get(seal + also);
  if (known) return known;
  const frames = framesSealedWith(keys);
  sealed.set(seal + also, frames);
  return frames;
}

function framesSealedWith({ seal, also }: Keys): Frames {
  const frames = remembering(sealedFrames({ seal: fleetKey(seal), ...(also && { also: fleetKey(also) }) }));
  return {
    ...frames,
    encode(message) {
      const payload = frames.encode(message);
      noteInside(payload, encodeRich(message), seal);
      return payload;
    },
  };
}

function remembering(frames: Frames): Frames {
  const decoded = new WeakMap<Uint8Array, Message | Rejection>();
  /** Mostly a whole fleet hears the same, one after the other. */
  let latest: { readonly payload: Uint8Array; readonly message: Message | Rejection } | undefined;
  return {
    ...frames,
    decode(payload) {
      if (latest?.payload === payload) return latest.message;
      const message = decoded.get(payload) ?? frames.decode(payload);
      decoded.set(payload, message);
      latest = { payload, message };
      return message;
    },
  };
}

/** What a datagram says to a fleet with these keys. */
export function understood(payload: Uint8Array, keys: Keys | undefined): Said | undefined {
  return keys ? saidInside(payload, [keys.seal, keys.also ?? keys.seal]) : saidIn(payload);
}
