/** What balena's supervisor on the device knows. Every call is optional and bounded in time and size. */
import type { IncomingMessage } from 'node:http';
import type { Names } from '../system.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** It is on the same device and answers in milliseconds; who waits for it at the start waits with the first announcement. */
const START_TIMEOUT_MS = 700;
const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 4_096;

/** The device's name in the dashboard; undefined when the supervisor is not there, late, or says something else. */
export async function supervisorDeviceName(
  environment: Environment,
  signal: AbortSignal,
): Promise<string | undefined> {
  return supervisorNames(environment, START_TIMEOUT_MS)
    ?.current(signal)
    .catch(() => undefined);
}

/** The device's name in the dashboard whenever it is asked for; undefined where there is no supervisor. */
export function supervisorNames(
  { BALENA_SUPERVISOR_ADDRESS: address, BALENA_SUPERVISOR_API_KEY: key }: Environment,
  timeoutMs = TIMEOUT_MS,
): Names | undefined {
  if (!address || !key) return undefined;
  const url = `${address}/v2/device/name?apikey=${encodeURIComponent(key)}`;
  return {
    async current(signal) {
      const answer: unknown = JSON.parse(await get(url, timeoutMs, signal));
      const { deviceName } = (answer ?? {}) as { deviceName?: unknown };
      if (typeof deviceName !== 'string' || !deviceName.trim())
        throw new Error('the supervisor tells no name');
      return deviceName.trim();
    },
  };
}

async function get(url: string, timeoutMs: number, stopped: AbortSignal): Promise<string> {
  const { get: request } = await import('node:http');
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  stopped.addEventListener('abort', giveUp);
  try {
    return await new Promise((resolve, reject) => {
      // Without an agent, that is, without a connection kept open for 45 s.
      const ask = request(url, { signal: patience.signal, agent: false }, (answer) => {
        textOf(answer).then(resolve, reject);
      });
      ask.on('error', reject);
    });
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', giveUp);
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('too long an answer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
