/** What a fleet says in all: counted while it lives, and told as a row of a table. */
import type { Simulation } from './simulation.ts';

export interface FleetFigures {
  readonly peers: number;
  /** Between two of one device, in the mean. */
  readonly intervalSeconds: number;
  readonly datagramsPerSecond: number;
  readonly bytesPerSecond: number;
  /** By one node. */
  readonly receivedPerSecond: number;
}

/** Lets the fleet live for `forMs` and counts what it says meanwhile. */
export async function figuresOf(world: Simulation, forMs: number): Promise<FleetFigures> {
  const count = { datagrams: 0, bytes: 0, received: 0 };
  let isOver = false;
  world.onObserved((_, observation) => {
    if (isOver) return;
    if (observation.saw === 'delivery' && !observation.echo) count.received++;
    if (observation.saw !== 'send') return;
    count.datagrams++;
    count.bytes += observation.payload.length;
  });
  await world.run(forMs);
  isOver = true;
  const seconds = forMs / 1_000;
  return {
    peers: world.nodes.length,
    intervalSeconds: (world.nodes.length * seconds) / count.datagrams,
    datagramsPerSecond: count.datagrams / seconds,
    bytesPerSecond: count.bytes / seconds,
    receivedPerSecond: count.received / seconds / world.nodes.length,
  };
}

export function inTable(figures: readonly FleetFigures[]): string {
  const rows = figures.map((each) => [
    String(each.peers),
    `${each.intervalSeconds.toFixed(0)} s`,
    each.datagramsPerSecond.toFixed(1),
    each.bytesPerSecond.toFixed(0),
    each.receivedPerSecond.toFixed(1),
  ]);
  const table = [['devices', 'interval', 'datagrams/s', 'bytes/s', 'received/s by each'], ...rows];
  return table.map((row) => row.map((cell) => cell.padStart(12)).join(' ')).join('\n');
}
