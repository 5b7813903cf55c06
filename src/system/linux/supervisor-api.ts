/** What balena's supervisor on the device knows. Every call is optional and bounded in time and size. */
import type { IncomingMessage } from 'node:http';

/** It is on the same device and answers in milliseconds; who waits for it waits with the first announcement. */
const TIMEOUT_MS = 700;
const ANSWER_BYTES_MAX = 4_096;

/** The device's name in the dashboard; undefined when the supervisor is not there, late, or says something else. */
export async function supervisorDeviceName(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { BALENA_SUPERVISOR_ADDRESS: address, BALENA_SUPERVISOR_API_KEY: key } = environment;
  if (!address || !key) return undefined;
  try {
    const answer: unknown = JSON.parse(
      await get(`${address}/v2/device/name?apikey=${encodeURIComponent(key)}`, signal),
    );
    const { deviceName } = answer as { deviceName?: unknown };
    return typeof deviceName === 'string' && deviceName.trim() ? deviceName : undefined;
  } catch {
    return undefined;
  }
}

async function get(url: string, stopped: AbortSignal): Promise<string> {
  const { get: request } = await import('node:http');
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, TIMEOUT_MS);
  stopped.addEventListener('abort', giveUp);
  try {
    return await new Promise((resolve, reject) => {
      const ask = request(url, { signal: patience.signal }, (answer) => {
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
