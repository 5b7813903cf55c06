/**
 * Somebody looks for this device and asks it to blink. What is asked must be recent, so that nobody who only recorded it
 * can ask again: it names our boot and an announcement of ours that is at most two holds old, and as long as that is so
 * its token is remembered. Who names nothing is told what to name; that is no secret from whoever can read our frames.
 */
import type { IdentifyOutcome, IdentifyReply, IdentifyRequest } from '../datagram/announcement.ts';
import type { OwnSequence } from '../roster/own-sequence.ts';
import type { Child } from '../supervision/child.ts';
import { aborted } from '../supervision/waiting.ts';
import type { Clock, Endpoint, Timer } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

/** Long enough to walk along a shelf, short enough not to be taken for a fault by the next who comes. */
const BLINK_MS = 15_000;
/** Without a key anybody may ask; at least half of the time the LED shows what it is for. */
const BLINK_EVERY_MS = 30_000;

export interface IdentificationOptions {
  readonly clock: Clock;
  /** Whether the owner allows it. */
  readonly identify: boolean;
  readonly name: () => string;
  readonly boot: string;
  readonly ownSequence: OwnSequence;
  readonly onEvent: (event: NodeEvent) => void;
}

export class Identification implements Child {
  readonly id = 'identification';
  readonly #options: IdentificationOptions;
  /** By token of what was granted, the number it named; one in 30 s for two holds, so at most 481. */
  readonly #granted = new Map<string, number>();
  #grantedAt = Number.NEGATIVE_INFINITY;
  #end: Timer | undefined;

  constructor(options: IdentificationOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal);
    this.#end?.cancel();
  }

  /** What to reply; undefined when somebody else is meant. */
  asked({ token, name, proof }: IdentifyRequest, from: Endpoint): IdentifyReply | undefined {
    const { boot, ownSequence, clock } = this.#options;
    if (name !== this.#options.name()) return undefined;
    const sequence = proof?.boot === boot ? proof.sequence : undefined;
    const outcome = this.#judge(token, sequence, clock.now());
    if (outcome === 'blinks' && sequence !== undefined) this.#grant(token, sequence, from);
    return { frame: 'identified', token, outcome, proof: { boot, sequence: ownSequence.latest } };
  }

  #judge(token: string, sequence: number | undefined, now: number): IdentifyOutcome {
    if (!this.#options.identify) return 'refused';
    if (sequence === undefined || !this.#options.ownSequence.isRecent(sequence, now)) return 'stale';
    // Once more the same: our reply was lost, or it is a recording; either way there is nothing to do.
    if (this.#granted.has(token)) return 'blinks';
    return now - this.#grantedAt < BLINK_EVERY_MS ? 'busy' : 'blinks';
  }

  #grant(token: string, sequence: number, { address }: Endpoint): void {
    if (this.#granted.has(token)) return;
    const { clock, ownSequence, onEvent } = this.#options;
    this.#grantedAt = clock.now();
    for (const [each, named] of this.#granted)
      if (!ownSequence.isRecent(named, this.#grantedAt)) this.#granted.delete(each);
    this.#granted.set(token, sequence);
    this.#end?.cancel();
    this.#end = clock.after(BLINK_MS, () => onEvent({ event: 'node.blinked' }));
    onEvent({ event: 'node.identified', address, blinkMs: BLINK_MS });
  }
}
