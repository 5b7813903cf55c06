/**
 * Runs a program of the host and gives back what it printed.
 *
 * Everything runs at low priority: the bench shares a small machine with other work, and nothing here is judged by wall time.
 */
import { spawnSync } from 'node:child_process';

/** Longest a single step of the recipe may take: the slowest, the board's root, needs 5 minutes on two idle cores. */
const stepTimeoutMs = 30 * 60_000;

/** Output a step may print before it is considered broken; a root's installation prints about 200 kB. */
const outputBytesMax = 64 * 1024 * 1024;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Standard output of `command`. Throws with the command's last words if it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): string {
  const result = spawnSync('nice', ['-n', '10', command, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: stepTimeoutMs,
    maxBuffer: outputBytesMax,
  });
  if (result.status === 0) return result.stdout;
  const lastWords = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-25).join('\n');
  throw new Error(
    `${command} ${args.join(' ')} failed (${result.error?.message ?? result.status})\n${lastWords}`,
  );
}

/** Whether a program of this name is on the path. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
