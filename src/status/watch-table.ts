/** What a listener knows as a table for people: one line a device. Pure. */
import { printable } from './printable.ts';
import type { Sighting, SightingState } from './sightings.ts';

export interface TableOptions {
  /** Whether the fleet has a key. */
  readonly sealed: boolean;
}

interface Column {
  readonly title: string;
  readonly cell: (sighting: Sighting, options: TableOptions) => string;
  readonly isFigure?: true;
}

const NOTHING = '–';

const STATES: Record<SightingState, (sighting: Sighting) => string> = {
  here: () => 'here',
  heard: ({ heardBy }) => (heardBy === undefined ? 'heard' : `heard by ${heardBy}`),
  unheard: () => 'heard by nobody',
  'hears-nobody': () => 'hears nobody',
  alone: () => 'alone',
  late: () => 'late',
  classic: () => 'classic',
  gone: () => 'gone',
};

const COLUMNS: readonly Column[] = [
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'ADDRESS', cell: ({ address }) => address },
  {
    title: 'STATE',
    cell: (each, { sealed }) => `${STATES[each.state](each)}${sealed && each.state !== 'gone' ? ' ?' : ''}`,
  },
  { title: 'LOSS', cell: ({ lossPercent }) => figure(lossPercent, '%'), isFigure: true },
  { title: 'LAST HEARD', cell: ({ silentMs }) => `${duration(silentMs / 1000)} ago`, isFigure: true },
  { title: 'FIRMWARE', cell: ({ facts }) => facts?.firmware ?? NOTHING },
  {
    title: 'UPTIME',
    cell: ({ facts: { uptimeSeconds } = {} }) =>
      uptimeSeconds === undefined ? NOTHING : duration(uptimeSeconds),
    isFigure: true,
  },
  { title: 'SIGNAL', cell: ({ facts }) => figure(facts?.signalDbm, 'dBm'), isFigure: true },
];

const GAP = '  ';

/** What only somebody who listens has to be told of the states in a fleet with a key. */
export const UNPROVEN_NOTE =
  '?  sealed, but without proof: recorded frames could be played back to somebody who only listens';

/** The table, its title line first; those of one name by address. */
export function tableLines(sightings: readonly Sighting[], options: TableOptions): string[] {
  const rows = inOrder(sightings).map((each) => COLUMNS.map(({ cell }) => printable(cell(each, options))));
  const titles = COLUMNS.map(({ title }) => title);
  const widths = titles.map((title, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map(widthOf)),
  );
  return [titles, ...rows].map((row) =>
    row
      .map((text, index) => padded(text, widths[index] ?? 0, COLUMNS[index]?.isFigure ?? false))
      .join(GAP)
      .trimEnd(),
  );
}

/** What of the table is worth telling again: who is there and how, and not how long ago. */
export function essence(sightings: readonly Sighting[]): string {
  return JSON.stringify(inOrder(sightings).map(({ name, address, state }) => [name, address, state]));
}

/** As many lines, each as long, as a screen has room for. `foot`: the lines that must be seen in any case. */
export function fitted(
  lines: readonly string[],
  foot: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string[] {
  const room = Math.max(1, rows - foot.length);
  const shown = lines.length <= room ? lines : lines.slice(0, room - 1);
  const left = lines.length - shown.length;
  const all = left > 0 ? [...shown, `… and ${left} more`, ...foot] : [...shown, ...foot];
  return all.map((line) => cut(line, columns));
}

/** In the two largest units, as people say it. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3_600)} h`;
}

function inOrder(sightings: readonly Sighting[]): Sighting[] {
  return [...sightings].sort(
    (a, b) => a.name.localeCompare(b.name) || compare(a.address, b.address) || a.port - b.port,
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function figure(value: number | undefined, unit: string): string {
  return value === undefined ? NOTHING : `${value} ${unit}`;
}

function padded(text: string, width: number, isFigure: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isFigure ? space + text : text + space;
}

function cut(line: string, columns: number): string {
  let width = 0;
  let text = '';
  for (const character of line) {
    width += widthOf(character);
    if (width > columns) return text;
    text += character;
  }
  return text;
}

/** In a terminal's columns, nearly: East Asian characters and emoji take two, combining marks none. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

const WIDE =
  /[\u{1100}-\u{115F}\u{2E80}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FE30}-\u{FE6F}\u{FF00}-\u{FF60}\u{FFE0}-\u{FFE6}\u{1F300}-\u{1FAFF}]/u;
