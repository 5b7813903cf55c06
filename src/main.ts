/** The process: environment → configuration → the real world → app → signals → exit code. Nobody else touches `process`. */
import { hostname } from 'node:os';
import { app } from './app.ts';
import type { BlinkAnswer, BlinkSystem } from './blink.ts';
import { deviceName } from './boot/device-name.ts';
import { type BlinkCommand, helpText, readCommandLine, type WatchRequest } from './command-line.ts';
import {
  type Config,
  type ConfigProblem,
  describeProblems,
  type FleetKeyTexts,
  readConfig,
  variables,
} from './config.ts';
import { allowedName } from './datagram/announcement.ts';
import { type Frames, plainFrames } from './datagram/frames.ts';
import { silentNode } from './silent-node.ts';
import type { Child } from './supervision/child.ts';
import { asError } from './system/errors.ts';
import { linuxClock } from './system/linux/clock.ts';
import { linuxDatagrams } from './system/linux/datagrams.ts';
import { deviceId } from './system/linux/device-id.ts';
import { v8Heap } from './system/linux/heap.ts';
import { heartbeatFile } from './system/linux/heartbeat-file.ts';
import { linuxHttp } from './system/linux/http-server.ts';
import { linuxInterfaceTable } from './system/linux/interface-table.ts';
import { linuxLed } from './system/linux/led.ts';
import { linuxLog } from './system/linux/log.ts';
import { linuxRandom } from './system/linux/random.ts';
import { supervisorDeviceName, supervisorNames } from './system/linux/supervisor-api.ts';
import { linuxTerminal } from './system/linux/terminal.ts';
import { linuxVitals } from './system/linux/vitals.ts';
import { linuxWifi } from './system/linux/wifi.ts';
import type { Led, Log, LogLine, Terminal } from './system/system.ts';
import type { WatchAnswer, WatchSystem } from './watch.ts';

/** Set when the bundle is built. */
declare const MULTITASTIC_VERSION: string;

/** From sysexits.h. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;
const EXIT_CRASHED = 1;
/** As a shell tells a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;
const WATCH_EXITS: Record<WatchAnswer, number> = { heard: 0, 'not heard': 1, none: EXIT_INTERRUPTED };
const BLINK_EXITS: Record<BlinkAnswer, number> = {
  blinks: 0,
  'not heard': 1,
  'does not blink': 2,
  none: EXIT_INTERRUPTED,
};
/** A second signal this long after the first is a person who has waited enough; earlier, it is npm passing on the first. */
const IMPATIENT_MS = 500;

export function main(): void {
  const command = readCommandLine(process.argv.slice(2));
  if (command.run === 'help') process.stdout.write(helpText(variables, command.about));
  else if (command.run === 'version') process.stdout.write(`${MULTITASTIC_VERSION}\n`);
  else if (command.run === 'keygen') void printFleetKey();
  else if (command.run === 'refuse') refuse(command.why, EXIT_USAGE);
  else if (command.run === 'watch' || command.run === 'blink') listen(command);
  else runNode();
}

function runNode(): void {
  const inContainer = process.env.BALENA === '1';
  const { config, problems } = readConfig(process.env);
  // On a device a crash loop helps nobody, so there the defaults stand in for what is wrong.
  if (problems.length > 0 && !inContainer) return refuse(describeProblems(problems, '\n  '), EXIT_CONFIG);

  const stopping = new AbortController();
  const log = linuxLog({
    level: config.logLevel,
    format: config.logFormat ?? (inContainer || process.stdout.isTTY ? 'text' : 'json'),
    timestamps: !inContainer,
    onClosed: () => stopping.abort('closed output'),
  });
  tellOfTheStart(log);
  const led = linuxLed(config.led, config.ledActiveLow);
  endWell(stopping, log, led);
  const { fleetKeys } = config;
  if (fleetKeys === 'unusable') {
    const refused = configRefused(problems, 'Nothing is announced until the key is right');
    return endWith(silentNode({ clock: linuxClock, led, log }, refused), stopping.signal);
  }
  if (problems.length > 0) log.write(configRefused(problems, 'The defaults are used instead'));
  void serve(config, fleetKeys, log, led, stopping.signal);
}

/** What went wrong before there was a log. */
function tellOfTheStart(log: Log): void {
  // From start.sh.
  const { SNAPSHOT_REFUSED: cause } = process.env;
  if (!cause) return;
  log.write({
    level: 'warn',
    event: 'snapshot.refused',
    message: `Started from the bundle, which takes longer: no start from the snapshot (${cause})`,
    fields: { cause },
  });
}

/** What a person runs on a laptop to see or find devices. Loaded only now: the node does without. */
function listen(command: WatchRequest | BlinkCommand): void {
  const { config, problems } = readConfig(process.env);
  const { fleetKeys } = config;
  if (problems.length > 0 || fleetKeys === 'unusable')
    return refuse(describeProblems(problems, '\n  '), EXIT_CONFIG);
  const stopping = new AbortController();
  const terminal = linuxTerminal(() => stopping.abort('closed output'));
  const log = linuxLog({
    level: 'debug',
    format: 'json',
    timestamps: false,
    onClosed: () => stopping.abort(),
  });
  endWell(stopping, log, terminal);
  const system = {
    clock: linuxClock,
    random: linuxRandom,
    interfaces: linuxInterfaceTable,
    datagrams: linuxDatagrams,
    terminal,
    log,
  };
  answer(command, system, config, fleetKeys, stopping.signal).then(
    (code) => process.exit(code),
    (error) => {
      refuse(asError(error).message, EXIT_CRASHED);
      process.exit();
    },
  );
}

async function answer(
  command: WatchRequest | BlinkCommand,
  system: WatchSystem & BlinkSystem,
  config: Config,
  fleetKeys: FleetKeyTexts | undefined,
  signal: AbortSignal,
): Promise<number> {
  const frames = await framesOf(fleetKeys);
  if (command.run === 'blink') {
    const { blink } = await import('./blink.ts');
    return BLINK_EXITS[await blink(system, config, frames, command, signal)];
  }
  const { watch } = await import('./watch.ts');
  const answered = await watch(system, config, frames, command, signal);
  // Who looks as long as they like has not interrupted anything.
  return command.withinMs === undefined ? 0 : WATCH_EXITS[answered];
}

function configRefused(problems: readonly ConfigProblem[], consequence: string): LogLine {
  return {
    level: 'error',
    event: 'config.refused',
    message: `${describeProblems(problems)}. ${consequence}`,
    fields: { variables: problems.map(({ variable }) => variable).join(' ') },
  };
}

/** Node's crypto is loaded only where there is a key: it costs the board time and memory. */
async function framesOf(keys: FleetKeyTexts | undefined): Promise<Frames> {
  if (!keys) return plainFrames;
  const [{ fleetKey }, { sealedFrames }] = await Promise.all([
    import('./datagram/fleet-key.ts'),
    import('./datagram/sealed.ts'),
  ]);
  return sealedFrames({ seal: fleetKey(keys.seal), also: keys.also ? fleetKey(keys.also) : undefined });
}

async function printFleetKey(): Promise<void> {
  const { newFleetKey } = await import('./datagram/fleet-key.ts');
  process.stdout.write(`${newFleetKey()}\n`);
}

async function serve(
  config: Config,
  fleetKeys: FleetKeyTexts | undefined,
  log: Log,
  led: Led,
  signal: AbortSignal,
): Promise<void> {
  const name = deviceName({
    configured: config.deviceName,
    dashboard: config.deviceName ? undefined : await supervisorDeviceName(process.env, signal),
    dashboardAtInit: process.env.BALENA_DEVICE_NAME_AT_INIT,
    hostName: hostname(),
  });
  const node = app(
    {
      clock: linuxClock,
      random: linuxRandom,
      interfaces: linuxInterfaceTable,
      datagrams: linuxDatagrams,
      led,
      log,
      wifi: linuxWifi,
      vitals: linuxVitals,
      heartbeat: heartbeatFile(config.heartbeatFile),
      heap: v8Heap,
      names: config.deviceName ? undefined : supervisorNames(process.env),
      http: linuxHttp,
    },
    config,
    {
      name: allowedName(name),
      id: await deviceId(process.env),
      version: MULTITASTIC_VERSION,
      frames: await framesOf(fleetKeys),
    },
  );
  endWith(node, signal);
}

/** The log has the cause already. Exit explicitly: a package's forgotten timer shall not keep a stopped node alive. */
function endWith(node: Child, signal: AbortSignal): void {
  node.run(signal).then(
    () => process.exit(0),
    () => process.exit(EXIT_CRASHED),
  );
}

/** Whatever ends the process: in order if it can be, with the LED dark and the screen as it was. */
function endWell(stopping: AbortController, log: Log, shown: Pick<Led | Terminal, 'close'>): void {
  let askedAt = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (linuxClock.now() - askedAt > IMPATIENT_MS) process.exit(EXIT_INTERRUPTED);
      askedAt = Math.min(askedAt, linuxClock.now());
      stopping.abort(signal);
    });
  }
  const crash = (error: unknown) => {
    const { message, stack } = asError(error);
    log.write({ level: 'fatal', event: 'node.crashed', message: `Crashed: ${message}`, fields: { stack } });
    process.exit(EXIT_CRASHED);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  process.on('exit', () => shown.close());
}

function refuse(why: string, exitCode: number): void {
  process.stderr.write(`multitastic: ${why}\n`);
  process.exitCode = exitCode;
}
