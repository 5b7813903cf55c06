/**
 * `watch`: who is on this LAN, for a person with a laptop and no Raspberry Pi. It wires the stages of the node up to the
 * roster, and sends nothing.
 */
import type { WatchRequest } from './command-line.ts';
import type { Config } from './config.ts';
import { asciiName } from './datagram/classic.ts';
import type { Frames } from './datagram/frames.ts';
import { type ListeningEvent, type ListeningSystem, listening } from './listening.ts';
import { RosterKeeper } from './roster/keeper.ts';
import { OwnSequence } from './roster/own-sequence.ts';
import type { PeerChange, RosterEvent } from './roster/roster-events.ts';
import { Departures } from './status/departures.ts';
import { listenerLine } from './status/listener-lines.ts';
import { ListenerNotes } from './status/listener-notes.ts';
import { printable } from './status/printable.ts';
import { type Sighting, sightingsOf } from './status/sightings.ts';
import { WatchScreen } from './status/watch-screen.ts';
import { Supervisor } from './supervision/supervisor.ts';
import type { Log, Terminal } from './system/system.ts';

const STOP_TIMEOUT_MS = 800;

export interface WatchSystem extends ListeningSystem {
  readonly terminal: Terminal;
  /** For `--json`. */
  readonly log: Log;
}

/** What `--within` answers; `none` when nothing was asked, or it was interrupted before there was an answer. */
export type WatchAnswer = 'heard' | 'not heard' | 'none';

type WatchEvent = ListeningEvent | RosterEvent;

/** Runs until told to stop, or until `--within` is answered. Rejects when the network refuses the sockets for good. */
export async function watch(
  system: WatchSystem,
  config: Config,
  frames: Frames,
  { name, json, withinMs }: WatchRequest,
  signal: AbortSignal,
): Promise<WatchAnswer> {
  const { clock, terminal, log } = system;
  const { sealed } = frames;
  const startedAt = clock.now();
  const notes = new ListenerNotes();
  const departures = new Departures();
  const done = new AbortController();
  let answer: WatchAnswer = 'none';

  const { children, missedAt } = listening(system, config, {
    frames,
    onEvent: tell,
    onAnnouncement: (said, from, now) => keeper.heard(said, from, now),
  });
  const keeper = new RosterKeeper({
    ...config,
    clock,
    ownName: '',
    ownId: '',
    ownBoot: '',
    ownSequence: new OwnSequence(),
    sealed,
    needsProof: false,
    onEvent: tell,
    onDoubt: () => {},
    missedAt,
  });
  const screen = new WatchScreen({
    clock,
    terminal,
    sealed,
    sightings: () => sightings().filter((each) => isWanted(each.name, each)),
    headline: () => notes.headline,
    notes: () => notes.notes,
  });

  function tell(event: WatchEvent): void {
    judgeListening(event);
    notes.note(event);
    if ('peer' in event) departures.note(event, clock.now());
    if ('peer' in event && !isWanted(event.peer, event)) return;
    if (json) write(event);
    if (withinMs !== undefined && event.event === 'peer.heard') heard(event);
  }

  /** While we cannot listen, silence proves nothing. */
  function judgeListening({ event }: WatchEvent): void {
    if (event === 'listener.up' || event === 'listener.unblocked') keeper.thaw('no beacon');
    if (event === 'listener.down' || event === 'listener.blocked') keeper.freeze('no beacon');
    if (event === 'flood.began') keeper.freeze('flood');
    if (event === 'flood.ended') keeper.thaw('flood');
  }

  function sightings(): readonly Sighting[] {
    const now = clock.now();
    return sightingsOf(keeper.peers, departures.recent(now), now);
  }

  function sightingAt({ address, port }: Pick<PeerChange, 'address' | 'port'>): Sighting | undefined {
    return sightings().find((each) => each.address === address && each.port === port);
  }

  /** Whoever speaks only the classic frame can say its name only in ASCII. */
  function isWanted(each: string, at: Pick<PeerChange, 'address' | 'port'>): boolean {
    if (name === undefined || each === name) return true;
    return each === asciiName(name) && sightingAt(at)?.id === undefined;
  }

  function write(event: WatchEvent): void {
    const { fields, ...line } = listenerLine(event);
    const sighting = 'peer' in event ? sightingAt(event) : undefined;
    log.write({ ...line, fields: { ...fields, ...(sighting && described(sighting, sealed)) } });
  }

  function heard({ peer, address }: PeerChange): void {
    if (answer !== 'none') return;
    const seconds = ((clock.now() - startedAt) / 1000).toFixed(1);
    conclude('heard', `${printable(peer)} (${address}) was heard after ${seconds} s`);
  }

  function conclude(as: WatchAnswer, line: string): void {
    answer = as;
    if (!json) for (const each of [line, ...notes.notes]) terminal.print(each);
    done.abort();
  }

  if (withinMs !== undefined) {
    const timer = clock.after(withinMs, () => {
      const where = notes.listening ? '' : `. ${notes.headline}`;
      conclude(
        'not heard',
        `Nobody named "${printable(name ?? '')}" was heard within ${withinMs / 1000} s${where}`,
      );
    });
    done.signal.addEventListener('abort', () => timer.cancel());
  }
  signal.addEventListener('abort', () => done.abort());
  if (signal.aborted) done.abort();
  await new Supervisor({
    id: 'watch',
    clock,
    children: () => [...(json || withinMs !== undefined ? [] : [screen]), keeper, ...children],
    restartsMax: 0,
    periodMs: 1,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  }).run(done.signal);
  return answer;
}

/** For machines, flat. */
function described(sighting: Sighting, sealed: boolean): Readonly<Record<string, unknown>> {
  const { id, state, heardBy, lossPercent, facts } = sighting;
  return { id, state, heardBy, lossPercent, ...facts, ...(sealed && { proven: false }) };
}
