/** The product as it is measured: without the restart rule, whose shell would be counted. */
import type { Board } from './board.ts';
import { parseVitals, type Vitals } from './figures.ts';
import { deviceName, deviceUuid } from './witnesses.ts';

/** Its process, once the guest's shell has started it. Its log goes through a pipe, as in a container. */
export async function startProduct(board: Board, environment = ''): Promise<number> {
  const start = `BALENA_DEVICE_UUID=${deviceUuid} DEVICE_NAME=${deviceName} LOG_FORMAT=json ${environment} /bench/app/start > >(exec cat) 2>&1`;
  const printed = await board.shell(
    `echo "product: began $EPOCHREALTIME"; ${start} & echo "product: pid $!"`,
  );
  return Number(matched(printed, /^product: pid (\d+)/)[1]);
}

export async function stopProduct(board: Board, pid: number): Promise<void> {
  await board.shell(`kill -TERM ${pid}; wait ${pid}`);
}

/** Of the product, or of a bare Node. */
export async function vitals(board: Board, pid: number): Promise<Vitals> {
  const printed = await board.shell(`/bench/vitals.sh ${pid}`);
  return parseVitals(matched(printed, /^vitals: .*/)[0]);
}

/** The first line that matches. */
export function matched(printed: readonly string[], pattern: RegExp): RegExpExecArray {
  const match = printed.map((line) => pattern.exec(line)).find((found) => found !== null);
  if (match == null) throw new Error(`no ${pattern} in:\n${printed.join('\n')}`);
  return match;
}
