/**
 * The status as Prometheus reads it (text format 0.0.4). Pure. Names and units follow its conventions; every label has a
 * handful of values that we choose, so that no fleet and no stranger can fill a database: friends are counted, not named.
 */
import type { Reachability } from '../self-check/reachability.ts';
import type { LedState } from './led-pattern.ts';
import type { Summary } from './status.ts';
import type { Tally } from './tally.ts';

export interface MetricsSources {
  readonly status: Summary;
  readonly tally: Tally;
  /** Our own. */
  readonly announcements: number;
  /** Datagrams, without our own echo. */
  readonly received: number;
  readonly refused: number;
  /** Whoever watches the page. */
  readonly readers: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | null];

/** As records, so that the compiler complains when one is missing. */
const REACHABILITIES: Readonly<Record<Reachability, true>> = {
  unknown: true,
  ok: true,
  mute: true,
  deaf: true,
  alone: true,
  'link-down': true,
  overloaded: true,
};
const LED_STATES: Readonly<Record<LedState, true>> = {
  waiting: true,
  alone: true,
  friends: true,
  isolated: true,
  fault: true,
  identify: true,
};

export function metricsText(sources: MetricsSources): string {
  const { status, tally, announcements, received, refused, readers } = sources;
  const { counts } = tally;
  return [
    ...ofState(status),
    ...ofDevice(status),
    gauge('page_readers', 'Who watches the status page.', readers),
  ]
    .concat([
      counter('announcements_sent', 'Rich announcements made since the start.', announcements),
      counter('announcements_heard', 'Announcements of friends heard.', counts.heard),
      counter(
        'datagrams_received',
        'Datagrams of others received by the group, whatever they were.',
        received,
      ),
      counter('datagrams_refused', 'Of these, how many were not believed, or too many.', refused),
      counter('announcements_replayed', 'Recorded announcements that somebody played back.', counts.replayed),
      counter('friends_joined', 'Friends that came.', counts.joined),
      counter('friends_restarted', 'Friends that started anew without a goodbye.', counts.restarted),
      counter('friends_renewed', 'Friends that changed their address or name.', counts.renewed),
      counters('friends_left', 'Friends that went.', 'reason', tally.left),
      counter('beacon_restarts', 'Restarts of the sockets after a crash.', counts.beaconRestarts),
      counter(
        'ticks_missed',
        'How often nothing at all was heard, not even our own echo.',
        counts.ticksMissed,
      ),
      counter('addresses_lost', 'How often the network was lost.', counts.addressesLost),
      counter('send_failures', 'How often sending began to fail.', counts.sendFailures),
      counter('floods', 'How often more was said than we were willing to read.', counts.floods),
      counters('healing_steps', 'What was done against being isolated.', 'step', tally.healing),
    ])
    .join('');
}

function ofState({ state, friends, uptimeSeconds }: Summary): string[] {
  const { twoWay, heard, unproven, lossPercent } = friends;
  const states = Object.entries({ 'two-way': twoWay, heard, unproven });
  return [
    gauge('uptime_seconds', 'Time since the program was started.', uptimeSeconds),
    gauge('healthy', 'Whether this device does its work, as /healthz tells.', Number(state.well)),
    gauge('announcing', 'Whether this device has an address and announces itself.', Number(state.announcing)),
    gauge('flooded', 'Whether more is said than we are willing to read.', Number(state.flooded)),
    metric(
      'friends',
      'gauge',
      'Who is here: two-way hears us, heard may not, unproven is no friend yet.',
      states.map(([name, value]) => [{ state: name }, value]),
    ),
    gauge(
      'friends_loss_ratio',
      'Share of the latest announcements of friends that did not arrive, in the mean.',
      lossPercent === null ? null : lossPercent / 100,
    ),
    oneOf(
      'reachability',
      'Whether others hear us.',
      'state',
      Object.keys(REACHABILITIES),
      state.reachability,
    ),
    oneOf('led', 'What the LED shows.', 'state', Object.keys(LED_STATES), state.led),
  ];
}

function ofDevice({ device, wifi, vitals, residentBytes }: Summary): string[] {
  const { name, id, version, model } = device;
  const labels = { name, id, version, model: model ?? '' };
  return [
    metric('device_info', 'gauge', 'Which device this is; always 1.', [[labels, 1]]),
    metric(
      'wifi_info',
      'gauge',
      'Which Wi-Fi network it is on; always 1.',
      wifi ? [[{ ssid: wifi.ssid }, 1]] : [],
    ),
    gauge('wifi_signal_dbm', 'Signal of the Wi-Fi, in dBm.', wifi?.signalDbm ?? null),
    gauge('memory_size_bytes', 'Memory of the board.', vitals?.memoryTotalBytes ?? null),
    gauge('memory_available_bytes', 'Of it, what is available.', vitals?.memoryAvailableBytes ?? null),
    gauge('temperature_celsius', 'Of the processor.', vitals?.temperatureCelsius ?? null),
    gauge(
      'event_loop_delay_seconds',
      'How long reading these figures held everything else up.',
      vitals ? vitals.loopDelayMs / 1000 : null,
    ),
    `# HELP process_resident_memory_bytes Memory that the program takes.\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ${residentBytes}\n`,
  ];
}

function gauge(name: string, help: string, value: number | null): string {
  return metric(name, 'gauge', help, [[{}, value]]);
}

function counter(name: string, help: string, value: number): string {
  return metric(`${name}_total`, 'counter', help, [[{}, value]]);
}

function counters(
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): string {
  const samples = Object.entries(values).map(([key, value]): Sample => [{ [label]: key }, value]);
  return metric(`${name}_total`, 'counter', help, samples);
}

/** One of several states, as a series each, of which one is 1. */
function oneOf(name: string, help: string, label: string, all: readonly string[], present: string): string {
  const samples = all.map((each): Sample => [{ [label]: each }, Number(each === present)]);
  return metric(name, 'gauge', help, samples);
}

/** What is not known has no sample; a metric without one is left out. */
function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const known = samples.filter(([, value]) => value !== null);
  if (known.length === 0) return '';
  const full = `multitastic_${name}`;
  const lines = known.map(([labels, value]) => `${full}${labelText(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join()}}` : '';
}

/** Names of devices and networks are other people's text. */
function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
