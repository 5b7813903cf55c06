/**
 * The log: pino on standard output, which carries nothing else. Written synchronously, so that the last line survives
 * whatever ends the process. Text is for people, without colour: the dashboard would show the escape codes.
 */
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { Log, LogLevel, LogLine } from '../system.ts';
import { isoTime } from './iso-time.ts';

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Text lines begin with the time of day. Not wanted where the reader adds one. */
  readonly timestamps: boolean;
  /** Standard output was closed by its reader. */
  readonly onClosed: () => void;
}

export function linuxLog({ level, format, timestamps, onClosed }: LogOptions): Log {
  const stdout = destination({ dest: 1, sync: true });
  stdout.on('error', onClosed);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stdout,
  );
  return {
    writes: (wanted) => logger.isLevelEnabled(wanted),
    write: format === 'json' ? writeJson(logger) : writeText(logger, stdout, timestamps),
  };
}

function writeJson(logger: Logger): (line: LogLine) => void {
  return ({ level, event, message, fields }) => logger[level]({ event, ...fields }, message);
}

function writeText(logger: Logger, stdout: DestinationStream, timestamps: boolean): (line: LogLine) => void {
  return ({ level, message }) => {
    if (!logger.isLevelEnabled(level)) return;
    const time = timestamps ? `${new Date().toTimeString().slice(0, 8)}  ` : '';
    const urgency = level === 'info' || level === 'debug' ? '' : `${level}: `;
    stdout.write(`${time}${urgency}${message}\n`);
  };
}
