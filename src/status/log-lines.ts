/** Every event as one line of the log: its level, a sentence for people and flat fields for machines. Pure. */
import type { ChangeReason, LossReason, UsableAddress } from '../address/addresses.ts';
import type { Refusal } from '../multicast/hearing.ts';
import { errorCode } from '../system/errors.ts';
import type { LogLevel, LogLine } from '../system/system.ts';
import type { NodeEvent } from './events.ts';

type Fields = Readonly<Record<string, unknown>>;
type Told = readonly [level: LogLevel, message: string, fields?: Fields];
type Teller = { readonly [E in NodeEvent['event']]: (event: Extract<NodeEvent, { event: E }>) => Told };

/** The level of a line without making the line: most events are announcements, which nobody reads. */
export function isDebug(event: NodeEvent): boolean {
  return event.event === 'peer.heard';
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
  'source-budget': 'is one too many from this sender',
  'whole-budget': 'is one too many for this device',
};

const TELLERS: Teller = {
  'node.started': ({ name, version, group, announceIntervalMs, holdMs }) => [
    'info',
    `multitastic ${version} is "${name}", on ${group.address}:${group.port}, every ${announceIntervalMs / 1000} s`,
    { name, version, group: group.address, port: group.port, announceIntervalMs, holdMs },
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
    `Now ${now.address} on ${now.interface}: ${CHANGE[reason]}`,
    {
      ...addressFields(now),
      previousAddress: before.address,
      previousInterface: before.interface,
      reason,
    },
  ],

  'tree.gave-up': ({ cause, giveUps, rebuildInMs }) => [
    'error',
    `${capitalised(cause.message)}; trying again in ${rebuildInMs / 1000} s`,
    { ...causeFields(cause), giveUps, rebuildInMs },
  ],
  'child.restarted': ({ child, cause, restarts, delayMs }) => [
    'warn',
    `Restarting all, because the ${child} failed: ${cause.message}`,
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
  'beacon.unblocked': () => ['info', 'The network takes our sockets again'],
  'send.failed': ({ code }) => ['warn', `Our announcements do not get out (${code})`, { code }],
  'send.recovered': ({ failures }) => [
    'info',
    `Our announcements get out again, after ${failures} that did not`,
    { failures },
  ],
  'datagram.refused': ({ reason, from }) => [
    'debug',
    `A datagram from ${from.address} ${REFUSED[reason]}; more of the kind are only counted`,
    { reason, address: from.address, port: from.port },
  ],
  'flood.began': ({ received, dropped }) => [
    'warn',
    'More datagrams than we are willing to read: listening with pauses, nobody is said to leave',
    { received, dropped },
  ],
  'flood.ended': ({ received, dropped, seconds }) => [
    'info',
    `The flood is over after ${seconds} s: ${received} datagrams, ${dropped} of them dropped`,
    { received, dropped, seconds },
  ],

  'peer.joined': ({ peer, address, port, peers, twin }) => [
    'info',
    `${peer} (${address}) is here${twin ? ', and bears our own name' : ''}; ${friends(peers)}`,
    { peer, address, port, peers, ...(twin && { twin }) },
  ],
  'peer.renewed': ({ peer, address, port, peers, previousAddress, previousPort }) => [
    'info',
    address === previousAddress
      ? `${peer} (${address}) has come back; ${friends(peers)}`
      : `${peer} has moved from ${previousAddress} to ${address}; ${friends(peers)}`,
    { peer, address, port, peers, previousAddress, previousPort },
  ],
  'peer.left': ({ peer, address, port, peers, reason, silentMs }) => [
    'info',
    `${peer} (${address}) is gone, silent for ${seconds(silentMs)}; ${friends(peers)}`,
    { peer, address, port, peers, reason, silentMs },
  ],
  'peer.heard': ({ peer, address, port, peers }) => [
    'debug',
    `Heard ${peer} (${address})`,
    { peer, address, port, peers },
  ],
  'peers.summarized': ({ joined, renewed, left, peers }) => [
    'info',
    `In the last second also: ${joined} here, ${renewed} renewed, ${left} gone; ${friends(peers)}`,
    { joined, renewed, left, peers },
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
  'wifi.sampled': ({ ssid, signalDbm }) => ['debug', `Wi-Fi signal ${signalDbm} dBm`, { ssid, signalDbm }],
  'wifi.unavailable': ({ cause }) => [
    'info',
    `NetworkManager cannot be asked about the Wi-Fi: ${cause.message}`,
    causeFields(cause),
  ],
  'board.identified': ({ model }) => ['info', `Running on: ${model}`, { model }],
  'vitals.sampled': ({ event: _, ...vitals }) => [
    'debug',
    `${Math.round(vitals.memoryAvailableBytes / 1e6)} MB of memory available${
      vitals.temperatureCelsius === undefined ? '' : `, ${vitals.temperatureCelsius} °C`
    }`,
    vitals,
  ],
  'vitals.unavailable': ({ cause }) => [
    'debug',
    `Memory and temperature cannot be read: ${cause.message}`,
    causeFields(cause),
  ],
};

function addressFields({ address, interface: name }: UsableAddress): Fields {
  return { address, interface: name };
}

/** Errors of other programs bring their line breaks along. */
function oneLine(text: string): string {
  return text.replace(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, ' ').trim();
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

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
