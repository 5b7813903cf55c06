/** `blink NAME`: makes the devices of that name on this LAN blink, and tells the person who asked which of them do. */
import type { BlinkCommand } from './command-line.ts';
import type { Config } from './config.ts';
import type { Frames } from './datagram/frames.ts';
import { type ListeningEvent, type ListeningSystem, listening } from './listening.ts';
import { BlinkCall, CALL_MS, type CalledDevice } from './status/blink-call.ts';
import { deviceLine, summary } from './status/blink-report.ts';
import { ListenerNotes } from './status/listener-notes.ts';
import { printable } from './status/printable.ts';
import { Supervisor } from './supervision/supervisor.ts';
import type { Random, Terminal, Timer } from './system/system.ts';

const STOP_TIMEOUT_MS = 800;

export interface BlinkSystem extends ListeningSystem {
  readonly random: Random;
  readonly terminal: Terminal;
}

/** `none`: interrupted. */
export type BlinkAnswer = 'blinks' | 'not heard' | 'does not blink' | 'none';

/** Runs until all who bear the name have replied, or nobody is to be expected any more. */
export async function blink(
  system: BlinkSystem,
  config: Config,
  frames: Frames,
  { name }: BlinkCommand,
  signal: AbortSignal,
): Promise<BlinkAnswer> {
  const { clock, terminal } = system;
  const notes = new ListenerNotes();
  const done = new AbortController();
  const told = new Set<string>();
  let call: BlinkCall | undefined;
  let timer: Timer | undefined;
  const patience = clock.after(CALL_MS, () => {
    if (!call) done.abort();
  });

  const { children, send } = listening(system, config, {
    frames,
    onEvent: (event: ListeningEvent) => {
      notes.note(event);
      if (event.event === 'listener.up') call ??= new BlinkCall(name, system.random.token(), clock.now());
      look();
    },
    onAnnouncement: (said, from, now) => {
      call?.heard(said, from, now);
      look();
    },
    onUnicast: (said, from) => {
      if (said.frame === 'identified') call?.replied(said, from, clock.now());
      look();
    },
  });

  function look(): void {
    timer?.cancel();
    if (!call || done.signal.aborted) return;
    const now = clock.now();
    for (const { message, to } of call.due(now)) send(message, to);
    for (const device of call.devices) report(device);
    if (call.isOver(now)) return done.abort();
    timer = clock.after(Math.max(0, call.nextAt - now), look);
  }

  function report(device: CalledDevice): void {
    const line = deviceLine(name, device);
    const each = `${device.key} ${device.standing}`;
    if (!line || told.has(each)) return;
    told.add(each);
    terminal.print(line);
  }

  function conclude(): BlinkAnswer {
    if (signal.aborted) return 'none';
    const devices = call?.devices ?? [];
    const lines = devices.length > 0 ? summary(name, devices) : nobody();
    for (const line of lines) terminal.print(line);
    if (devices.length === 0) return 'not heard';
    return devices.some(({ standing }) => standing === 'blinks') ? 'blinks' : 'does not blink';
  }

  function nobody(): readonly string[] {
    const line = `No device named "${printable(name)}" was heard within ${CALL_MS / 1000} s`;
    return [call ? line : `${line}. ${notes.headline}`, ...notes.notes];
  }

  signal.addEventListener('abort', () => done.abort());
  if (signal.aborted) done.abort();
  await new Supervisor({
    id: 'blink',
    clock,
    children: () => children,
    restartsMax: 0,
    periodMs: 1,
    stopTimeoutMs: STOP_TIMEOUT_MS,
  }).run(done.signal);
  timer?.cancel();
  patience.cancel();
  return conclude();
}
