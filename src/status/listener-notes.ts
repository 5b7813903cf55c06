/** What a command that listens is doing, in a line, and what a person should know if it hears less than expected. Pure. */
import type { ListenerEvent } from '../multicast/listener.ts';
import type { NodeEvent } from './events.ts';
import { listenerLine } from './listener-lines.ts';

type ListeningEvent = NodeEvent | ListenerEvent;

const HEADLINES: ReadonlySet<ListeningEvent['event']> = new Set([
  'address.awaited',
  'address.lost',
  'listener.up',
  'listener.blocked',
  'listener.unblocked',
  'child.restarted',
  'tree.gave-up',
]);

/** What was heard and could not be read, in the words of what to do about it. */
const HINTS: Readonly<Record<string, string>> = {
  sealed: 'Announcements of a fleet with a key were heard, too: FLEET_KEY is needed to read them',
  unsealed: 'Announcements in the clear were heard, too: with a FLEET_KEY they are not believed',
  'other-fleet': 'Announcements sealed with another key were heard, too: is this FLEET_KEY the right one?',
  forged: 'Announcements were heard that claim our key and do not open with it',
};

export class ListenerNotes {
  #headline = 'Looking for a network';
  #listening = false;
  #flooded = false;
  /** As many as there are kinds. */
  readonly #hints = new Set<string>();

  note(event: ListeningEvent): void {
    if (HEADLINES.has(event.event)) {
      this.#headline = listenerLine(event).message;
      this.#listening = event.event === 'listener.up' || event.event === 'listener.unblocked';
    }
    if (event.event === 'flood.began') this.#flooded = true;
    if (event.event === 'flood.ended') this.#flooded = false;
    const hint = event.event === 'datagram.refused' && HINTS[event.reason];
    if (hint) this.#hints.add(hint);
  }

  /** Whether there is a network, and we hear what is on it. */
  get listening(): boolean {
    return this.#listening;
  }

  get headline(): string {
    return this.#headline;
  }

  get notes(): readonly string[] {
    return [
      ...(this.#flooded ? ['A flood of datagrams: listening with pauses, nobody is said to leave'] : []),
      ...this.#hints,
    ];
  }
}
