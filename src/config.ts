/**
 * The environment as a configuration: every variable with what it does, what it may be and what it is when unset. All
 * problems are reported at once, so that nobody mends them one restart at a time.
 */
import { nameFault } from './datagram/announcement.ts';
import { HOLD_S_LEAST, HOLD_S_MOST, holdOf } from './datagram/hold.ts';
import type { LedChoice, LogLevel, MulticastGroup } from './system/system.ts';

/** 224.0.0.0/4. Not by node:net, which would cost the board time to load. */
const MULTICAST_ADDRESS = /^(22[4-9]|23\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/** 32 bytes in base64, written in the one canonical way: 43 characters hold 258 bits, so the last one's 2 are zero. */
const FLEET_KEY = /^[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]=$/;
const FLEET_KEY_ALLOWED = '32 bytes in base64, as `npx . keygen` prints them';

type LogFormat = 'text' | 'json';

/** The texts of the fleet's keys. */
export interface FleetKeyTexts {
  readonly seal: string;
  /** Opens, never seals. */
  readonly also: string | undefined;
}

export interface Config {
  /** Undefined: the device's name is found elsewhere. */
  readonly deviceName: string | undefined;
  /** Undefined: the interface is chosen. */
  readonly networkInterface: string | undefined;
  readonly group: MulticastGroup;
  readonly announceIntervalMs: number;
  readonly holdMs: number;
  /** Datagrams per second. */
  readonly receiveBudget: number;
  /**
   * Undefined: a fleet that speaks in the clear. `unusable`: a key was meant and there is none, so that whoever falls back
   * on what is unset must say nothing at all.
   */
  readonly fleetKeys: FleetKeyTexts | 'unusable' | undefined;
  readonly wifiReconnect: boolean;
  /** Whether somebody on the LAN may make the LED blink to see which device this is. */
  readonly identify: boolean;
  readonly led: LedChoice;
  readonly ledActiveLow: boolean;
  readonly logLevel: LogLevel;
  /** Undefined: whatever suits where the log goes. */
  readonly logFormat: LogFormat | undefined;
  /** Of the status page; 0: there is none. */
  readonly httpPort: number;
  /** Undefined: nobody looks for a sign of life. */
  readonly heartbeatFile: string | undefined;
}

export interface ConfigProblem {
  readonly variable: string;
  /** Undefined: a secret, which nobody shall read in a log. */
  readonly value: string | undefined;
  /** What would be accepted, in words. */
  readonly allowed: string;
}

/** One variable, as the README and `--help` show it. */
export interface Variable<Value = unknown> {
  readonly name: string;
  /** What it does. */
  readonly meaning: string;
  readonly allowed: string;
  /** What it is when unset, in words. */
  readonly unset: string;
  /** The value of a text that is not empty; undefined when it is not allowed. */
  readonly parse: (text: string) => Value | undefined;
  readonly fallback: Value;
  /** Its value is never shown. */
  readonly secret?: true;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES = {
  deviceName: variable<string | undefined>({
    name: 'DEVICE_NAME',
    meaning: 'The name that the device announces',
    allowed: '1 to 63 bytes of printable text without "/"',
    unset: "balena's name of the device, else the host name",
    parse: (text) => (nameFault(text) ? undefined : text),
    fallback: undefined,
  }),
  networkInterface: variable<string | undefined>({
    name: 'NETWORK_INTERFACE',
    meaning: 'Use this network interface and no other',
    allowed: 'an interface name such as wlan0',
    unset: 'wireless first, then the one with the default route',
    // The kernel's own rule (dev_valid_name) and limit (IFNAMSIZ).
    parse: (text) => (/^[^\s/:]{1,15}$/.test(text) && text !== '.' && text !== '..' ? text : undefined),
    fallback: undefined,
  }),
  group: variable({
    name: 'MULTICAST_GROUP',
    meaning: 'The multicast group',
    allowed: 'an IPv4 address from 224.0.0.0 to 239.255.255.255',
    unset: '239.2.3.4',
    parse: (text) => (MULTICAST_ADDRESS.test(text) ? text : undefined),
    fallback: '239.2.3.4',
  }),
  port: wholeNumber('MULTICAST_PORT', 'The UDP port', 1, 65_535, 49_001),
  ttl: wholeNumber('MULTICAST_TTL', 'How many routers an announcement may cross, plus one', 1, 255, 1),
  announceIntervalS: wholeNumber('ANNOUNCE_INTERVAL_S', 'Seconds between announcements', 1, 3_600, 15),
  holdS: variable<number | undefined>({
    name: 'HOLD_S',
    meaning: 'Seconds of silence after which a friend is gone',
    allowed: `a whole number from ${HOLD_S_LEAST} to ${HOLD_S_MOST}, longer than the announce interval`,
    unset: '2 × the announce interval + 5',
    // It is told in every announcement, and what is told outside of these limits nobody believes.
    parse: (text) => wholeNumberIn(text, HOLD_S_LEAST, HOLD_S_MOST),
    fallback: undefined,
  }),
  receiveBudget: wholeNumber(
    'RECEIVE_BUDGET',
    'Datagrams read per second before the receiver pauses',
    10,
    100_000,
    1_000,
  ),
  fleetKey: variable<string | undefined>({
    name: 'FLEET_KEY',
    meaning: "Seals what is said and believes nothing else; the same on all of the fleet's devices",
    allowed: FLEET_KEY_ALLOWED,
    unset: 'announcements in the clear',
    parse: parseFleetKey,
    fallback: undefined,
    secret: true,
  }),
  fleetKeyAlso: variable<string | undefined>({
    name: 'FLEET_KEY_ALSO',
    meaning: 'A second key that is believed, while the fleet changes from one to the other',
    allowed: FLEET_KEY_ALLOWED,
    unset: 'none',
    parse: parseFleetKey,
    fallback: undefined,
    secret: true,
  }),
  wifiReconnect: variable({
    name: 'WIFI_RECONNECT',
    meaning: 'Re-activate the Wi-Fi connection when nothing else has helped, at most once an hour',
    allowed: 'on or off',
    unset: 'off',
    parse: parseOnOff,
    fallback: false,
  }),
  identify: variable({
    name: 'IDENTIFY',
    meaning: 'Blink for 15 s when somebody asks for this device with `npx . blink`, at most every 30 s',
    allowed: 'on or off',
    unset: 'on',
    parse: parseOnOff,
    fallback: true,
  }),
  led: variable<LedChoice>({
    name: 'LED',
    meaning: 'Which LED to blink',
    allowed: "auto, gpio0 to gpio53 (BCM numbers), act (the board's own), terminal or none",
    unset: 'auto: GPIO 17 on a Raspberry Pi, else a dot in the terminal, else none',
    parse: parseLed,
    fallback: 'auto',
  }),
  ledActiveLow: variable({
    name: 'LED_ACTIVE_LOW',
    meaning: 'Whether the LED lights when its pin is low',
    allowed: 'true or false',
    unset: 'false',
    parse: (text) => (/^(true|1|false|0)$/i.test(text) ? /^(true|1)$/i.test(text) : undefined),
    fallback: false,
  }),
  logLevel: variable<LogLevel>({
    name: 'LOG_LEVEL',
    meaning: 'The least serious lines to log; debug has every announcement heard',
    allowed: 'debug, info, warn or error',
    unset: 'info',
    parse: (text) =>
      (['debug', 'info', 'warn', 'error'] as const).find((level) => level === text.toLowerCase()),
    fallback: 'info',
  }),
  logFormat: variable<LogFormat | undefined>({
    name: 'LOG_FORMAT',
    meaning: 'Sentences for people, or one JSON object a line',
    allowed: 'text or json',
    unset: 'text on a terminal and in a balena container, else json',
    parse: (text) => (['text', 'json'] as const).find((format) => format === text.toLowerCase()),
    fallback: undefined,
  }),
  httpPort: variable({
    name: 'HTTP_PORT',
    meaning: 'The TCP port of the status page, /status.json, /metrics and /healthz',
    allowed: 'a whole number from 1 to 65535, or 0 for none of it',
    unset: '8080; 80 in the image',
    parse: (text) => wholeNumberIn(text, 0, 65_535),
    fallback: 8_080,
  }),
  heartbeatFile: variable<string | undefined>({
    name: 'HEARTBEAT_FILE',
    meaning: 'A file that is touched every 30 s while all is well, for a health check',
    allowed: 'an absolute path, on a RAM disk so that no SD card wears',
    unset: 'none; /tmp/heartbeat in the image',
    parse: (text) => (text.startsWith('/') ? text : undefined),
    fallback: undefined,
  }),
} as const;

/** Every variable, in the order in which people should read them. */
export const variables: readonly Variable[] = Object.values(VARIABLES);

type Values = { -readonly [K in keyof typeof VARIABLES]: (typeof VARIABLES)[K]['fallback'] };

/**
 * Reads the environment. A value that is not allowed is reported and replaced by what the variable is when unset, so
 * that the configuration is always usable; whether to use it in spite of problems is the caller's decision.
 */
export function readConfig(environment: Environment): { config: Config; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const values = Object.fromEntries(
    Object.entries(VARIABLES).map(([key, each]) => [key, readVariable(each, environment, problems)]),
  ) as unknown as Values;
  const { group, port, ttl, announceIntervalS, holdS, fleetKey, fleetKeyAlso, ...rest } = values;
  return {
    config: {
      ...rest,
      group: { address: group, port, ttl },
      announceIntervalMs: announceIntervalS * 1000,
      holdMs: chosenHoldS(holdS, announceIntervalS, problems) * 1000,
      fleetKeys: fleetKeysOf(fleetKey, fleetKeyAlso, problems),
    },
    problems,
  };
}

/** One message that names every problem; on one line, unless `joint` breaks it. */
export function describeProblems(problems: readonly ConfigProblem[], joint = '; '): string {
  const each = problems.map(
    ({ variable: name, value, allowed }) =>
      `${name}${value === undefined ? '' : `=${JSON.stringify(value)}`}: must be ${allowed}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [`The configuration has ${count}`, ...each].join(joint);
}

function readVariable(each: Variable, environment: Environment, problems: ConfigProblem[]): unknown {
  const text = environment[each.name]?.trim();
  if (!text) return each.fallback;
  const value = each.parse(text);
  if (value !== undefined) return value;
  problems.push({ variable: each.name, value: each.secret ? undefined : text, allowed: each.allowed });
  return each.fallback;
}

function chosenHoldS(
  holdS: number | undefined,
  announceIntervalS: number,
  problems: ConfigProblem[],
): number {
  const usual = holdOf(announceIntervalS * 1_000) / 1_000;
  if (holdS === undefined) return usual;
  if (holdS > announceIntervalS) return holdS;
  const allowed = `longer than the announce interval, which is ${announceIntervalS} s`;
  problems.push({ variable: VARIABLES.holdS.name, value: String(holdS), allowed });
  return usual;
}

/** A fleet that was given a key, however wrong, does not mean to speak in the clear. */
function fleetKeysOf(
  seal: string | undefined,
  also: string | undefined,
  problems: ConfigProblem[],
): FleetKeyTexts | 'unusable' | undefined {
  const { fleetKey, fleetKeyAlso } = VARIABLES;
  const isRefused = ({ name }: Variable) => problems.some(({ variable: refused }) => refused === name);
  const refuse = (allowed: string) =>
    problems.push({ variable: fleetKeyAlso.name, value: undefined, allowed });
  if (isRefused(fleetKey)) return 'unusable';
  if (seal === undefined && also !== undefined) refuse(`unset as long as ${fleetKey.name} is`);
  if (seal === undefined) return isRefused(fleetKeyAlso) ? 'unusable' : undefined;
  if (seal === also) refuse(`another key than ${fleetKey.name}, or unset`);
  return { seal, also: seal === also ? undefined : also };
}

function parseOnOff(text: string): boolean | undefined {
  return /^(on|off)$/i.test(text) ? text.toLowerCase() === 'on' : undefined;
}

function parseFleetKey(text: string): string | undefined {
  return FLEET_KEY.test(text) ? text : undefined;
}

function variable<Value>(each: Variable<Value>): Variable<Value> {
  return each;
}

function wholeNumber(
  name: string,
  meaning: string,
  least: number,
  most: number,
  fallback: number,
): Variable<number> {
  return {
    name,
    meaning,
    allowed: `a whole number from ${least} to ${most}`,
    unset: String(fallback),
    parse: (text) => wholeNumberIn(text, least, most),
    fallback,
  };
}

function wholeNumberIn(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function parseLed(text: string): LedChoice | undefined {
  const word = text.toLowerCase();
  if (word === 'auto' || word === 'act' || word === 'terminal' || word === 'none') return word;
  const gpio = /^gpio(\d{1,2})$/.exec(word)?.[1];
  // The BCM2835 has lines 0 to 53.
  return gpio !== undefined && Number(gpio) <= 53 ? { gpio: Number(gpio) } : undefined;
}
