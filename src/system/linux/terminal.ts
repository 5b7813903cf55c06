/** Standard output as a screen, by the control sequences that every terminal since xterm understands; or as plain lines. */
import type { Terminal } from '../system.ts';

/** Of a terminal that does not know its size, as a serial console. */
const COLUMNS = 80;
const ROWS = 24;

const OTHER_SCREEN = '\x1b[?1049h\x1b[?25l';
const FORMER_SCREEN = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE_END = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** `onClosed`: standard output was closed by its reader. */
export function linuxTerminal(onClosed: () => void): Terminal {
  const { stdout } = process;
  let shows = false;
  stdout.on('error', onClosed);
  return {
    size: () =>
      stdout.isTTY ? { columns: stdout.columns || COLUMNS, rows: stdout.rows || ROWS } : undefined,
    print: (line) => void stdout.write(`${line}\n`),
    show(lines) {
      const text = lines.map((line) => `${line}${CLEAR_LINE_END}`).join('\r\n');
      stdout.write(`${shows ? '' : OTHER_SCREEN}${HOME}${text}${CLEAR_BELOW}`);
      shows = true;
    },
    close() {
      if (shows) stdout.write(FORMER_SCREEN);
      shows = false;
    },
  };
}
