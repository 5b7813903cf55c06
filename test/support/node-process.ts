/** The built firmware as a process, with what the kernel tells about it and what no node may ever do. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { JsonLineProcess, type LogRecord } from './json-line-process.ts';

/** What `npm run build` made. */
const PROGRAM = 'dist/multitastic.cjs';

/** Another than the fleet's own 49001, so that a test that leaked could not be mistaken for a device. */
export const TEST_PORT = 49002;
export const GROUP = '239.2.3.4';

/** What /proc counts processor time in, on every architecture of Linux that matters here. */
const TICKS_PER_SECOND = 100;

export interface NodeOptions {
  /** Variables of the node, over those that make it fast and readable for a test. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What runs the program, e.g. with fewer rights. */
  readonly prefix?: readonly string[];
}

export class NodeProcess extends JsonLineProcess {
  /** That it announces. */
  readonly name: string;

  constructor(name: string, { settings = {}, prefix = [] }: NodeOptions) {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: npm run build`);
    super(`node ${name}`, [...prefix, process.execPath, PROGRAM], {
      DEVICE_NAME: name,
      MULTICAST_PORT: String(TEST_PORT),
      ANNOUNCE_INTERVAL_S: '1',
      LED: 'none',
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'debug',
      ...settings,
    });
    this.name = name;
  }

  /** All of its resident memory. */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024;
  }

  /** Of one core, since the process began. */
  get processorSeconds(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    // From the third column on: the second one, the program's name, may hold anything.
    const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(columns[11]) + Number(columns[12])) / TICKS_PER_SECOND;
  }

  get openFiles(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** How many UDP datagrams its host has sent, as the kernel counts them. Quick enough to be asked all the time. */
  get datagramsSent(): number {
    return this.#udpCount('OutDatagrams');
  }

  /** How many UDP datagrams its host has thrown away because no program read them in time. */
  get datagramsLost(): number {
    return this.#udpCount('RcvbufErrors');
  }

  #udpCount(name: string): number {
    const table = readFileSync(`/proc/${this.pid}/net/snmp`, 'utf8');
    const [names, figures] = table.split('\n').filter((line) => line.startsWith('Udp: '));
    const column = names?.split(' ').indexOf(name) ?? 0;
    return Number(figures?.split(' ')[column]);
  }

  /** What is wrong with its output, whatever the scenario: stdout carries flat JSON lines and nothing else. */
  outputFaults(): readonly string[] {
    return [
      ...this.strayLines.map((line) => `on stdout, but no event: ${line}`),
      ...(this.stderr === '' ? [] : [`on stderr: ${this.stderr}`]),
      ...this.records.flatMap((record) => recordFaults(record).map((fault) => `${record.event}: ${fault}`)),
    ];
  }
}

const LEVELS: readonly unknown[] = ['debug', 'info', 'warn', 'error', 'fatal'];

function recordFaults({ event, fields }: LogRecord): readonly string[] {
  const { level, time, msg } = fields;
  const nested = Object.entries(fields).filter(([, value]) => typeof value === 'object');
  return [
    ...(/^[a-z-]+\.[a-z-]+$/.test(event) ? [] : ['the event is not of the form noun.verb']),
    ...(LEVELS.includes(level) ? [] : [`level is ${JSON.stringify(level)}`]),
    ...(typeof time === 'string' && time === isoTime(time) ? [] : [`time is ${JSON.stringify(time)}`]),
    ...(typeof msg === 'string' && msg !== '' ? [] : ['msg is empty']),
    ...nested.map(([name]) => `${name} is not flat`),
  ];
}

function isoTime(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
