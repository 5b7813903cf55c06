/**
 * The lab as the tests of one file use it: opened once, emptied after every test, removed at the end. After every test
 * it demands of every node what no scenario excuses: it ends cleanly when told to, and its output is clean.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { CommandProcess } from './command-process.ts';
import { processesIn } from './iproute.ts';
import { JsonLineProcess } from './json-line-process.ts';
import type { LabHost } from './lab-host.ts';
import { NetworkLab } from './network-lab.ts';
import { GROUP, type NodeOptions, NodeProcess, TEST_PORT } from './node-process.ts';

const LINGERING_MS = 3_000;

export class LabSession {
  readonly lab = new NetworkLab();
  readonly #hosts = new Set<LabHost>();
  #nodes: NodeProcess[] = [];
  #others: JsonLineProcess[] = [];
  #commands: CommandProcess[] = [];

  /** Starts the firmware on a host. */
  startNode(host: LabHost, name: string, { settings = {}, prefix = [] }: NodeOptions = {}): NodeProcess {
    this.#hosts.add(host);
    const node = new NodeProcess(name, { settings, prefix: [...inside(host), ...prefix] });
    this.#nodes.push(node);
    return node;
  }

  /** Runs a command of a person on a host. */
  startCommand(
    host: LabHost,
    args: readonly string[],
    settings: Readonly<Record<string, string>> = {},
    terminal = false,
  ): CommandProcess {
    this.#hosts.add(host);
    const command = new CommandProcess(args, { settings, prefix: inside(host), terminal });
    this.#commands.push(command);
    return command;
  }

  /** Starts one of the scripts of this folder on a host; options become `--name value`. */
  startScript(host: LabHost, script: string, options: Readonly<Record<string, string | number>>) {
    const given = { group: GROUP, port: TEST_PORT, ...options };
    const words = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const command = [...inside(host), process.execPath, `test/support/${script}.mjs`, ...words];
    const started = new JsonLineProcess(`${script} on ${host.label}`, command, {});
    this.#others.push(started);
    return started;
  }

  /** Stops everything and judges it. */
  async end(): Promise<void> {
    const nodes = this.#nodes.filter((node) => node.running);
    const endings = await Promise.all(nodes.map(async (node) => ({ node, ...(await node.stop()) })));
    await Promise.all(this.#others.map((other) => other.stop('SIGKILL')));
    await Promise.all(this.#commands.map((command) => command.stop('SIGTERM')));
    const left = await this.#processesLeft();
    this.#hosts.clear();
    this.lab.removeHosts();
    for (const { node, code } of endings) expect(code, `exit code. ${node.story(5)}`).toBe(0);
    for (const node of this.#nodes) expect(node.outputFaults(), `output of ${node.title}`).toEqual([]);
    expect(left, 'processes left by nodes that had ended').toEqual([]);
  }

  /** What a node has told to end, such as its `ip monitor`, may take a moment longer than the node itself. */
  async #processesLeft(): Promise<readonly number[]> {
    const running = () => [...this.#hosts].flatMap((host) => processesIn(host.namespace));
    const deadline = performance.now() + LINGERING_MS;
    while (running().length > 0 && performance.now() < deadline) await sleep(50);
    return running();
  }

  /** Forgets the processes of the test before; kept until now so that a failure can tell their story. */
  begin(): void {
    this.#nodes = [];
    this.#others = [];
    this.#commands = [];
  }

  story(): string {
    return [...this.#nodes, ...this.#others, ...this.#commands].map((each) => each.story(40)).join('\n\n');
  }
}

function inside(host: LabHost): readonly string[] {
  return ['ip', 'netns', 'exec', host.namespace];
}

/**
 * To be called once at the top of a test file. Where there can be no lab, its tests are skipped and say why.
 * `programs`: what they need besides `ip`.
 */
export function useNetworkLab(...programs: readonly string[]): LabSession {
  const session = new LabSession();
  const missing = NetworkLab.whyNot(programs);
  beforeAll(() => {
    if (missing && process.env.CI === 'true') throw new Error(`nothing may be skipped here, but ${missing}`);
    if (!missing) session.lab.open();
  });
  beforeEach((context) => {
    if (missing) context.skip(missing);
    session.begin();
    context.onTestFailed(() => console.log(session.story()));
  });
  afterEach(async () => {
    if (!missing) await session.end();
  });
  afterAll(() => {
    if (!missing) session.lab.remove();
  });
  return session;
}
