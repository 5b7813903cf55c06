/** iproute2 and nftables as functions. Synchronous, because it must also work while the process is exiting. */
import { execFileSync } from 'node:child_process';

/** Runs `ip` and returns what it printed; throws with what it said on stderr. */
export function ip(...words: readonly string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: 'pipe' });
}

/** Runs several `ip` commands in one namespace within a few hundred microseconds, as a DHCP client would. */
export function ipBatch(namespace: string, commands: readonly string[]): void {
  execFileSync('ip', ['-n', namespace, '-batch', '-'], {
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

/** The text of a file of /proc or /sys as a process in that namespace reads it. */
export function readInNamespace(namespace: string, path: string): string {
  return ip('netns', 'exec', namespace, 'cat', path);
}

/** The processes that live in a namespace. */
export function processesIn(namespace: string): readonly number[] {
  return ip('netns', 'pids', namespace).split('\n').filter(Boolean).map(Number);
}

export function killProcessesIn(namespace: string): void {
  for (const pid of processesIn(namespace)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

/** Deletes a namespace with everything in it. The processes go first: they would keep it alive without its name. */
export function deleteNamespace(namespace: string): void {
  killProcessesIn(namespace);
  ip('netns', 'del', namespace);
}

/** Which frames the bridge of a namespace throws away, as one rule of nftables; without a rule none. */
export function filterOnBridge(namespace: string, rule?: string): void {
  const nothing = 'add table bridge lab; delete table bridge lab;';
  const chain = `chain forward { type filter hook forward priority 0; ${rule}; }`;
  const words = rule ? `${nothing} table bridge lab { ${chain}; }` : nothing;
  ip('netns', 'exec', namespace, 'nft', words);
}
