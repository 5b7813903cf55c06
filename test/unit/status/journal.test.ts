import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/status/events.ts';
import { Journal } from '../../../src/status/journal.ts';
import type { LogLevel, LogLine } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';
import { EVERY_EVENT } from './every-event.ts';

function writing(level: LogLevel = 'info') {
  const world = new VirtualClock();
  const clock = new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 });
  const lines: LogLine[] = [];
  const journal = new Journal(clock, {
    writes: (each) => level === 'debug' || each !== 'debug',
    write: (line) => lines.push(line),
  });
  const stopping = new AbortController();
  const ended = journal.run(stopping.signal);
  const told = () => lines.map(({ event }) => event);
  const tell = (count: number, event: NodeEvent) => {
    for (let i = 0; i < count; i++) journal.tell(event);
  };
  return { world, clock, journal, lines, told, tell, stopping, ended };
}

describe('Journal', () => {
  it('writes events as they come', () => {
    const { told, tell } = writing();
    for (const name of ['node.started', 'peer.joined', 'healing.tried'] as const) tell(1, EVERY_EVENT[name]);
    expect(told()).toEqual(['node.started', 'peer.joined', 'healing.tried']);
  });

  it('makes no line of announcements unless they are wanted', () => {
    const quiet = writing();
    quiet.tell(100, EVERY_EVENT['peer.heard']);
    expect(quiet.told()).toEqual([]);
    const loud = writing('debug');
    loud.tell(100, EVERY_EVENT['peer.heard']);
    expect(loud.told()).toHaveLength(100);
  });

  it('writes ten changes of peers in a second, and sums up the others', async () => {
    const { world, lines, told, tell } = writing();
    tell(10, EVERY_EVENT['peer.joined']);
    tell(3, { ...EVERY_EVENT['peer.joined'], peers: 7 });
    tell(2, EVERY_EVENT['peer.restarted']);
    tell(1, EVERY_EVENT['peer.renewed']);
    tell(4, { ...EVERY_EVENT['peer.left'], peers: 5 });
    expect(told()).toEqual(Array(10).fill('peer.joined'));
    await world.run(1_001);
    expect(lines.at(-1)).toMatchObject({
      event: 'peers.summarized',
      fields: { joined: 3, renewed: 1, restarted: 2, left: 4, peers: 5 },
    });
    expect(lines).toHaveLength(11);
    await world.run(10_000);
    expect(lines).toHaveLength(11);
  });

  it('has room for ten again in the next second, which begins with the next change', async () => {
    const { world, lines, tell } = writing();
    tell(10, EVERY_EVENT['peer.joined']);
    await world.run(1_001);
    tell(11, EVERY_EVENT['peer.left']);
    expect(lines).toHaveLength(20);
    await world.run(2_100);
    expect(lines).toHaveLength(21);
  });

  it.each(['peer.restarted', 'peer.two-way', 'peer.one-way'] as const)('counts %s among the ten', (name) => {
    const { lines, tell } = writing();
    tell(100, EVERY_EVENT[name]);
    expect(lines).toHaveLength(10);
  });

  it('sums up nothing of who hears whom alone', async () => {
    const { world, told, tell } = writing();
    tell(100, EVERY_EVENT['peer.two-way']);
    await world.run(1_001);
    expect(told()).toEqual(Array(10).fill('peer.two-way'));
  });

  it('lets nothing of peers keep other events from being written', () => {
    const { told, tell } = writing();
    tell(100, EVERY_EVENT['peer.joined']);
    tell(1, EVERY_EVENT['peer.replayed']);
    tell(1, EVERY_EVENT['beacon.blocked']);
    expect(told().slice(10)).toEqual(['peer.replayed', 'beacon.blocked']);
  });

  it('sums up what is left when it is stopped, and leaves no timer behind', async () => {
    const { clock, told, tell, stopping, ended } = writing();
    tell(12, EVERY_EVENT['peer.joined']);
    stopping.abort();
    await ended;
    expect(told().at(-1)).toBe('peers.summarized');
    expect(clock.pendingTimers).toBe(0);
  });
});
