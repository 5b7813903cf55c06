/** The README's table of what the log tells, made from one event of each kind. */
import { logLine } from '../../src/status/log-lines.ts';
import { EVERY_EVENT } from '../unit/status/every-event.ts';

/** What is only told when it is so. */
const WHOLE = { ...EVERY_EVENT, 'peer.joined': { ...EVERY_EVENT['peer.joined'], twin: true, clone: true } };

export function eventTable(): string {
  const rows = Object.values(WHOLE).map((event) => {
    const fields = Object.keys(logLine(event).fields).map((field) => `\`${field}\``);
    return `| \`${event.event}\` | ${fields.join(', ') || '–'} |`;
  });
  return ['| event | fields |', '| --- | --- |', ...rows].join('\n');
}
