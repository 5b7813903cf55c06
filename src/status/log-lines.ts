/** Every event as one line of the log: its level, a sentence for people and flat fields for machines. Pure. */
import type { ChangeReason, LossReason, UsableAddress } from '../address/addresses.ts';
import type { Refusal } from '../multicast/hearing.ts';
import type { LeaveReason } from '../roster/roster-events.ts';
import type { Remedy } from '../self-check/ladder.ts';
import type { Reachability } from '../self-check/reachability.ts';
import { errorCode } from '../system/errors.ts';
import type { LogLevel, LogLine } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

type Fields = Readonly<Record<string, unknown>>;
type Told = readonly [level: LogLevel, message: string, fields?: Fields];
type Teller = { readonly [E in NodeEvent['event']]: (event: Extract<NodeEvent, { event: E }>) => Told };

/** The level of a line without making the line: most events are announcements, which nobody reads. */
export function isDebug(event: NodeEvent): boolean {
  if (event.event === 'peer.renewed') return isOnlyAnotherPort(event);
  return event.event === 'peer.heard' || event.event === 'peer.asked';
}

export function logLine(event: NodeEvent): LogLine {
  const tell = TELLERS[event.event] as (event: NodeEvent) => Told;
  const [level, message, fields = {}] = tell(event);
  return { level, event: event.event, message: oneLine(message), fields };
}

const LOSS: Record<LossReason, string> = {
  carrier: 'the link is down',
  address: 'the link is up, but has no address',
  interface: 'there is no network interface',
};

const CHANGE: Record<ChangeReason, string> = {
  carrier: 'the link was down for a moment',
  address: 'the address is another',
  interface: 'another interface took over',
  recreated: 'the interface was made anew',
};

const REFUSED: Record<Refusal, string> = {
  foreign: 'is not of our protocol',
  'other-version': 'is of a version not spoken here',
  'too-long': 'is too long',
  'bad-name': 'has no acceptable name',
  malformed: 'has a field that is missing or out of its limits',
  sealed: 'is of a fleet with a key',
  unsealed: 'is not sealed, and this fleet has a key',
  'other-fleet': 'is sealed with the key of another fleet',
  forged: 'claims our key and does not open with it',
  misplaced: 'should have come by another way',
  'source-budget': 'is one too many from this sender',
  'whole-budget': 'is one too many for this device',
};

/** Somebody's key is wrong or missing, or somebody means no good: that is for a person to know. */
const KEY_TROUBLE: ReadonlySet<Refusal> = new Set(['sealed', 'unsealed', 'other-fleet', 'forged']);

const LEFT: Record<LeaveReason, string> = {
  leaving: 'says goodbye',
  silent: 'is gone, silent',
  unproven: 'no longer proves that it hears us',
};

const REACHABILITY: Record<Reachability, string> = {
  unknown: 'Whether anybody hears us is not known yet',
  ok: 'We are heard',
  mute: 'We are not heard',
  deaf: 'We hear nobody',
  alone: 'We are alone',
  'link-down': 'We are off the network',
  overloaded: 'We cannot listen',
};

/** That there is no link or no address has been told by the line before. */
const REACHABILITY_LEVELS: Record<Reachability, LogLevel> = {
  unknown: 'debug',
  'link-down': 'debug',
  ok: 'info',
  alone: 'info',
  mute: 'warn',
  deaf: 'warn',
  overloaded: 'warn',
};

const REMEDY: Record<Remedy, string> = {
  reopen: 'Opening the sockets anew',
  ask: 'Asking those who were here by unicast',
  reconnect: 'Re-activating the Wi-Fi connection',
};

const TELLERS: Teller = {
  'node.started': ({ name, id, version, sealed, group, announceIntervalMs, holdMs }) => [
    'info',
    `multitastic ${version} is "${name}" (${id}), on ${group.address}:${group.port}, every ${announceIntervalMs / 1000} s, gone after ${holdMs / 1000} s${sealed ? ', sealed' : ''}`,
    { name, id, version, sealed, group: group.address, port: group.port, announceIntervalMs, holdMs },
  ],
  'node.identified': ({ address, blinkMs }) => [
    'info',
    `Blinking for ${seconds(blinkMs)}, because ${address} asked`,
    { address, blinkMs },
  ],
  'node.blinked': () => ['debug', 'Blinked long enough'],
  'node.renamed': ({ name, previousName }) => [
    'info',
    `The dashboard calls us "${name}" now, no longer "${previousName}"`,
    { name, previousName },
  ],
  'name.unavailable': ({ cause }) => [
    'info',
    `The dashboard's name of this device cannot be looked up, so it stays as it is: ${cause.message}`,
    causeFields(cause),
  ],
  'node.stopping': ({ signal }) => ['info', `Stopping, because of ${signal}`, { signal }],
  'node.stopped': () => ['info', 'Stopped'],
  'node.gave-up': ({ cause }) => ['fatal', `Giving up: ${cause.message}`, causeFields(cause)],
  'node.well': () => ['info', 'All is well again'],
  'node.unwell': () => ['error', 'There is an address, but for a minute nothing could be announced from it'],

  'address.awaited': ({ reason }) => ['info', `Waiting for a network: ${LOSS[reason]}`, { reason }],
  'address.available': ({ now }) => [
    'info',
    `${now.interface} has the address ${now.address}`,
    addressFields(now),
  ],
  'address.lost': ({ before, reason }) => [
    'warn',
    `Lost ${before.address} on ${before.interface}: ${LOSS[reason]}; waiting`,
    { ...addressFields(before), reason },
  ],
  'address.changed': ({ before, now, reason }) => [
    'info',
    `Now ${place(now)}${place(now) === place(before) ? '' : `, no longer ${place(before)}`}: ${CHANGE[reason]}`,
    {
      ...addressFields(now),
      previousAddress: before.address,
      previousInterface: before.interface,
      reason,
    },
  ],

  'tree.gave-up': ({ cause, giveUps, rebuildInMs }) => [
    'error',
    `${capitalised(oneLine(cause.message))}; gave up ${times(giveUps)}, trying again in ${rebuildInMs / 1000} s`,
    { ...causeFields(cause), giveUps, rebuildInMs },
  ],
  'child.restarted': ({ child, cause, restarts, delayMs }) => [
    'warn',
    `Restarting all${delayMs > 0 ? ` in ${delayMs / 1000} s` : ''}, ${times(restarts)} within a minute, because the ${child} failed: ${cause.message}`,
    { child, ...causeFields(cause), restarts, delayMs },
  ],
  'tick.missed': ({ silentMs }) => [
    'warn',
    `Nothing was heard for ${seconds(silentMs)}, not even our own echo`,
    { silentMs },
  ],

  'beacon.up': ({ address, group, sourcePort }) => [
    'info',
    `Announcing ourselves on ${group.address}:${group.port} from ${address.address} (${address.interface})`,
    { ...addressFields(address), group: group.address, port: group.port, sourcePort },
  ],
  'beacon.down': ({ received, dropped }) => [
    'debug',
    `The sockets are closed after ${received} datagrams, ${dropped} of them dropped`,
    { received, dropped },
  ],
  'beacon.blocked': ({ code }) => [
    'warn',
    `The network refuses our sockets (${code}); trying again`,
    { code },
  ],
  'beacon.reopened': ({ sourcePort }) => ['debug', 'The sockets were opened anew', { sourcePort }],
  'beacon.unblocked': () => ['info', 'The network takes our sockets again'],
  'send.failed': ({ code }) => ['warn', `Our announcements do not get out (${code})`, { code }],
  'send.recovered': ({ failures }) => [
    'info',
    `Our announcements get out again, after ${failures} that did not`,
    { failures },
  ],
  'datagram.refused': ({ reason, from }) => [
    KEY_TROUBLE.has(reason) ? 'info' : 'debug',
    `A datagram from ${from.address} ${REFUSED[reason]}; more of the kind are only counted`,
    { reason, address: from.address, port: from.port },
  ],
  'flood.began': ({ received, dropped }) => [
    'warn',
    `More datagrams than we are willing to read (${received} so far, ${dropped} dropped): listening with pauses, nobody is said to leave`,
    { received, dropped },
  ],
  'flood.ended': ({ received, dropped, seconds }) => [
    'info',
    `The flood is over after ${seconds} s: ${received} datagrams, ${dropped} of them dropped`,
    { received, dropped, seconds },
  ],

  'peer.joined': ({ peer, address, port, peers, twin, clone }) => [
    'info',
    `${peer} (${address}) is here${bearing(twin, clone)}; ${friends(peers)}`,
    { peer, address, port, peers, ...(twin && { twin }), ...(clone && { clone }) },
  ],
  'peer.restarted': ({ peer, address, port, peers }) => [
    'info',
    `${peer} (${address}) has started anew; ${friends(peers)}`,
    { peer, address, port, peers },
  ],
  'peer.renewed': (event) => {
    const { peer, address, port, peers, previousName, previousAddress, previousPort } = event;
    return [
      isOnlyAnotherPort(event) ? 'debug' : 'info',
      `${renewal(peer, previousName, address, previousAddress)}; ${friends(peers)}`,
      { peer, address, port, peers, previousName, previousAddress, previousPort },
    ];
  },
  'peer.left': ({ peer, address, port, peers, reason, silentMs }) => [
    'info',
    `${peer} (${address}) ${LEFT[reason]}${reason === 'silent' ? ` for ${seconds(silentMs)}` : ''}; ${friends(peers)}`,
    { peer, address, port, peers, reason, silentMs },
  ],
  'peer.two-way': ({ peer, address, port, peers, again }) => [
    'info',
    `${peer} (${address}) hears us${again ? ' again' : ', too'}`,
    { peer, address, port, peers },
  ],
  'peer.one-way': ({ peer, address, port, peers }) => [
    'info',
    `${peer} (${address}) no longer hears us`,
    { peer, address, port, peers },
  ],
  'peer.asked': ({ asked }) => ['debug', `Somebody asks for us, one of about ${asked}`, { asked }],
  'peer.replayed': ({ address, replays }) => [
    'warn',
    `${address} plays back recorded announcements (${replays} so far); they are not believed, and further ones counted`,
    { address, replays },
  ],
  'peer.heard': ({ peer, address, port, peers }) => [
    'debug',
    `Heard ${peer} (${address}); ${friends(peers)}`,
    { peer, address, port, peers },
  ],
  'peers.summarized': ({ joined, renewed, restarted, left, peers }) => [
    'info',
    `In the last second also: ${joined} here, ${renewed} renewed, ${restarted} started anew, ${left} gone; ${friends(peers)}`,
    { joined, renewed, restarted, left, peers },
  ],

  'reachability.changed': ({ from, to, evidence }) => [
    REACHABILITY_LEVELS[to],
    `${REACHABILITY[to]}: ${evidence}`,
    { from, to, evidence },
  ],
  'healing.tried': ({ step, state }) => ['info', `${REMEDY[step]}, because we are ${state}`, { step, state }],
  'healing.looked': () => ['debug', 'Looking for others with fresh sockets'],

  'http.up': ({ port, address = 'localhost' }) => [
    'info',
    `The status page is at http://${address}${port === 80 ? '' : `:${port}`}/`,
    { port },
  ],
  'http.unavailable': ({ port, cause }) => [
    'warn',
    `Living on without the status page on port ${port}: ${oneLine(cause.message)}; trying again now and then`,
    { port, ...causeFields(cause) },
  ],
  'led.unavailable': ({ led, cause }) => [
    'warn',
    `Living on without the LED (${led}): ${cause.message}`,
    { led, ...causeFields(cause) },
  ],
  'wifi.connected': ({ ssid, signalDbm }) => [
    'info',
    `On the Wi-Fi network "${ssid}", signal ${signalDbm} dBm`,
    { ssid, signalDbm },
  ],
  'wifi.sampled': ({ ssid, signalDbm }) => [
    'debug',
    `Wi-Fi signal ${signalDbm} dBm on "${ssid}"`,
    { ssid, signalDbm },
  ],
  'wifi.unavailable': ({ cause }) => [
    'info',
    `NetworkManager cannot be asked about the Wi-Fi: ${cause.message}`,
    causeFields(cause),
  ],
  'wifi.reconnected': () => ['info', 'The Wi-Fi connection was re-activated'],
  'wifi.not-reconnected': ({ cause }) => [
    'warn',
    `The Wi-Fi connection could not be re-activated: ${cause.message}`,
    causeFields(cause),
  ],
  'board.identified': ({ model }) => ['info', `Running on: ${model}`, { model: oneLine(model) }],
  'vitals.sampled': ({ event: _, ...vitals }) => [
    'debug',
    `${megabytes(vitals.memoryAvailableBytes)} of ${megabytes(vitals.memoryTotalBytes)} of memory available${
      vitals.temperatureCelsius === undefined ? '' : `, ${vitals.temperatureCelsius} °C`
    }, ${vitals.loopDelayMs} ms late in asking`,
    vitals,
  ],
  'vitals.unavailable': ({ cause }) => [
    'debug',
    `Memory and temperature cannot be read: ${cause.message}`,
    causeFields(cause),
  ],
};

function bearing(twin: boolean, clone: boolean): string {
  if (clone) return ', with a device id that is not its alone: on the same machine, or from a copied SD card';
  return twin ? ', and bears our own name' : '';
}

/** It has opened its sockets anew: of no interest to people, as it was here before and is now. */
function isOnlyAnotherPort(event: Extract<NodeEvent, { event: 'peer.renewed' }>): boolean {
  return event.peer === event.previousName && event.address === event.previousAddress;
}

function renewal(name: string, previousName: string, address: string, previousAddress: string): string {
  if (name !== previousName) return `${previousName} (${previousAddress}) is now ${name} (${address})`;
  if (address !== previousAddress) return `${name} has moved from ${previousAddress} to ${address}`;
  return `${name} (${address}) has come back`;
}

function addressFields({ address, interface: name }: UsableAddress): Fields {
  return { address, interface: name };
}

function place({ address, interface: name }: UsableAddress): string {
  return `${address} on ${name}`;
}

/** What other programs say brings its line breaks along, and names that strangers chose: a network's, for one. */
function oneLine(text: string): string {
  return text.replace(/\s*[\p{C}\p{Zl}\p{Zp}]+\s*/gu, ' ').trim();
}

function causeFields(cause: Error): Fields {
  const code = errorCode(cause);
  return { cause: oneLine(cause.message), ...(code && { code }) };
}

function friends(peers: number): string {
  if (peers === 0) return 'no friends now';
  return peers === 1 ? '1 friend now' : `${peers} friends now`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
