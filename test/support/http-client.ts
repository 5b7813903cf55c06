/** Asks a device's HTTP server from a host of the lab. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LabHost } from './lab-host.ts';

export interface HttpAsk {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpAnswered {
  /** 0: there was no answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One after the other. Text is sent as it stands. */
export async function askHttp(
  from: LabHost,
  at: { host: string; port?: number },
  ...requests: (HttpAsk | string)[]
): Promise<HttpAnswered[]> {
  const words = ['netns', 'exec', from.namespace, process.execPath, 'test/support/http-asker.mjs'];
  const what = JSON.stringify({ port: 8080, ...at, requests });
  // Not synchronous: whoever asks may be measuring something meanwhile.
  const { stdout } = await promisify(execFile)('ip', [...words, what], { maxBuffer: 1e8 });
  return JSON.parse(stdout);
}
