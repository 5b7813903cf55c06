/** The node: its stages wired in the order in which an event flows through them. `main.ts` and every simulation use it. */
import { AddressWatcher } from './address/watcher.ts';
import { NameWatcher } from './boot/name-watcher.ts';
import { Orchestrator } from './boot/orchestrator.ts';
import type { Config } from './config.ts';
import { allowedName, type RichAnnouncement } from './datagram/announcement.ts';
import { encodeClassic } from './datagram/classic.ts';
import type { Frames } from './datagram/frames.ts';
import { heardRoom } from './datagram/rich.ts';
import type { Voice } from './multicast/announcer.ts';
import { MulticastTree } from './multicast/tree.ts';
import { type FreezeReason, RosterKeeper } from './roster/keeper.ts';
import { OwnSequence } from './roster/own-sequence.ts';
import { Healer } from './self-check/healer.ts';
import { isWitnessed } from './self-check/witness.ts';
import type { NodeEvent } from './status/events.ts';
import { factsOf } from './status/facts.ts';
import { HeapKeeper } from './status/heap-keeper.ts';
import { HeartbeatKeeper } from './status/heartbeat.ts';
import { Identification } from './status/identification.ts';
import { Journal } from './status/journal.ts';
import { LedPlayer } from './status/led.ts';
import { packedPage } from './status/packed-page.ts';
import { advance, FIRST_SNAPSHOT } from './status/snapshot.ts';
import { StatusBoard } from './status/status-board.ts';
import { VitalsSampler } from './status/vitals-sampler.ts';
import { WebServer } from './status/web-server.ts';
import { WifiSampler } from './status/wifi-sampler.ts';
import type { Child } from './supervision/child.ts';
import { type Restart, Supervisor } from './supervision/supervisor.ts';
import { TickMissed } from './supervision/tick.ts';
import { asError } from './system/errors.ts';
import type { System } from './system/system.ts';

/** Children stop within milliseconds; on a starved board it may take seconds. Engines wait ten before they kill. */
const STOP_TIMEOUT_MS = 4_000;

/** While we cannot listen, silence proves nothing. */
const FREEZES: ReadonlyMap<NodeEvent['event'], FreezeReason> = new Map([
  ['beacon.down', 'no beacon'],
  ['beacon.blocked', 'no beacon'],
  ['flood.began', 'flood'],
]);
const THAWS: ReadonlyMap<NodeEvent['event'], FreezeReason> = new Map([
  ['beacon.up', 'no beacon'],
  ['beacon.reopened', 'no beacon'],
  ['flood.ended', 'flood'],
]);

export interface Identity {
  /** An allowed name. */
  readonly name: string;
  /** 12 hexadecimal digits that stay as long as the board does. */
  readonly id: string;
  /** Of the firmware. */
  readonly version: string;
  /** How the fleet speaks. */
  readonly frames: Frames;
}

/**
 * The whole node as one child. Runs until told to stop (the reason of the abort is named in the log), or rejects when
 * nothing more can be done from inside the process.
 */
export function app(system: System, config: Config, { name, id, version, frames }: Identity): Child {
  const { clock } = system;
  let snapshot = FIRST_SNAPSHOT;
  let tree: MulticastTree | undefined;
  let leaving = false;
  const boot = system.random.token();
  const ownSequence = new OwnSequence();
  const startedAt = clock.now();

  // 1  Which address do we have?
  const watcher = new AddressWatcher({
    clock,
    interfaces: system.interfaces,
    networkInterface: config.networkInterface,
    onEvent: (event) => {
      tell(event);
      orchestrator.onAddress(event);
      wifiSampler.onAddress('now' in event ? event.now : undefined);
    },
  });

  // 2  What should be running?
  const orchestrator = new Orchestrator({
    clock,
    // 3, 4  What is said on the wire, and the supervised pair that says and hears it
    tree: (address) => {
      tree = new MulticastTree({
        ...system,
        ...config,
        frames,
        voice,
        address,
        isLeaving: () => leaving,
        onAnnouncement: (said, from, now) => keeper.heard(said, from, now),
        onAnswer: (from) => healer.answered(from),
        onIdentify: (asked, from) => identification.asked(asked, from),
        onEvent: tell,
        onRestart: tellRestart,
      });
      return tree;
    },
    onEvent: tell,
  });

  const nameWatcher = new NameWatcher({
    clock,
    names: system.names,
    name: () => snapshot.name,
    allowed: allowedName,
    onEvent: tell,
  });

  const voice: Voice = {
    announcement: ({ asks, leaving: isLast, holdMs }) => {
      const said: RichAnnouncement = {
        frame: 'rich',
        id,
        boot,
        sequence: ownSequence.take(holdMs, clock.now()),
        name: snapshot.name,
        holdMs,
        heard: '',
        fresh: '',
        peers: keeper.size, // As many digits as the number that is told, or more.
        asks,
        leaving: isLast,
        facts: factsOf(snapshot, clock.now() - startedAt),
      };
      return frames.encode({ ...said, ...keeper.heardList(heardRoom(said)) });
    },
    classic: () => encodeClassic(snapshot.name),
    peers: () => keeper.size,
    classicPeers: () => keeper.classicPeers,
    richPeers: () => keeper.size - keeper.classicPeers,
    claimedPeers: () => keeper.claimedPeers,
    unaskedSince: () => keeper.unaskedSince,
  };

  // 5  Who is here?
  const keeper = new RosterKeeper({
    ...config,
    clock,
    get ownName() {
      return snapshot.name;
    },
    ownId: id,
    ownBoot: boot,
    ownSequence,
    sealed: frames.sealed,
    missedAt: (address) => tree?.beacon?.missedAt(address),
    onEvent: tell,
    onDoubt: () => tree?.beacon?.ask(),
  });

  // 6  Are we isolated, and what heals it?
  const healer = new Healer({
    clock,
    peers: keeper.peers,
    holdMs: () => tree?.beacon?.holdMs ?? config.holdMs,
    leastHoldMs: config.holdMs,
    onEvent: tell,
    reopen: () => tree?.beacon?.reopen(),
    question: (peers) => tree?.beacon?.question(peers),
    reconnect: config.wifiReconnect ? () => wifiSampler.reconnect() : undefined,
  });

  // 7  What do we show?
  const board = new StatusBoard({
    clock,
    own: { name: () => snapshot.name, id, boot },
    peers: keeper.peers,
    isWell: () => heartbeat.isWell,
    residentBytes: () => system.heap.residentBytes(),
    announcements: () => ownSequence.made,
    datagrams: () => tree?.beacon?.counts ?? { received: 0, dropped: 0 },
  });
  const journal = new Journal(clock, {
    writes: (level) => system.log.writes(level),
    write: (line) => {
      board.noteLine(line);
      system.log.write(line);
    },
  });
  const ledPlayer = new LedPlayer({ clock, led: system.led, onEvent: tell });
  const identification = new Identification({
    clock,
    identify: config.identify,
    name: () => snapshot.name,
    boot,
    ownSequence,
    onEvent: tell,
  });
  const heapKeeper = new HeapKeeper(clock, system.heap);
  const heartbeat = new HeartbeatKeeper({ clock, heartbeat: system.heartbeat, onEvent: tell });
  const wifiSampler = new WifiSampler({ clock, wifi: system.wifi, onEvent: tell });
  const vitalsSampler = new VitalsSampler({ clock, vitals: system.vitals, onEvent: tell });
  const webServer = new WebServer({
    clock,
    http: system.http,
    port: config.httpPort,
    board,
    page: packedPage(),
    onEvent: tell,
    onStrain: () => heapKeeper.strained(),
  });

  /** Where every event ends up. */
  function tell(event: NodeEvent): void {
    if (event.event === 'peer.heard') return tellHeard(event);
    journal.tell(event);
    heartbeat.note(event);
    heapKeeper.note(event);
    const before = snapshot;
    snapshot = advance(before, event);
    if (snapshot !== before) ledPlayer.show(snapshot);
    board.note(event, snapshot);
    webServer.note(event);
    judgeListening(event);
    if (!leaving && isWitnessed(event)) healer.note(event);
    if (event.event === 'node.renamed') tree?.beacon?.news();
    if (event.event === 'peer.asked') tree?.beacon?.answer(event.asked);
  }

  /** Nearly all events are announcements of friends, and change no view but these. */
  function tellHeard(event: Extract<NodeEvent, { event: 'peer.heard' }>): void {
    journal.tell(event);
    board.noteHeard();
    webServer.noteHeard();
    ledPlayer.flash();
    heapKeeper.noteHeard();
    healer.note(event);
    if (event.newcomer) tree?.beacon?.answerClassic();
  }

  /** The little that goes left: silence is judged by whether we can hear. */
  function judgeListening({ event }: NodeEvent): void {
    const freezes = FREEZES.get(event);
    const thaws = THAWS.get(event);
    if (freezes) keeper.freeze(freezes);
    if (thaws) keeper.thaw(thaws);
  }

  function tellRestart(restart: Restart): void {
    if (restart.cause instanceof TickMissed) tell({ event: 'tick.missed', silentMs: restart.cause.silentMs });
    tell({ event: 'child.restarted', ...restart });
  }

  // Nothing here may crash and live: whatever does is a fault of ours, or more than we can mend.
  const node = new Supervisor({
    id: 'node',
    clock,
    children: () => [
      journal,
      webServer,
      ledPlayer,
      identification,
      heartbeat,
      heapKeeper,
      vitalsSampler,
      wifiSampler,
      healer,
      keeper,
      nameWatcher,
      orchestrator,
      watcher,
    ],
    restartsMax: 0,
    periodMs: 1,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });

  return {
    id: 'node',
    async run(signal) {
      const { group, announceIntervalMs, holdMs } = config;
      const { sealed } = frames;
      tell({ event: 'node.started', name, id, version, sealed, group, announceIntervalMs, holdMs });
      const stopping = () => {
        leaving = true;
        tell({ event: 'node.stopping', signal: String(signal.reason) });
      };
      if (signal.aborted) stopping();
      else signal.addEventListener('abort', stopping);
      try {
        await node.run(signal);
        tell({ event: 'node.stopped' });
      } catch (error) {
        tell({ event: 'node.gave-up', cause: asError(error) });
        throw error;
      }
    },
  };
}
