/** Text that others chose, made safe to show: what moves a cursor or turns a line around is not theirs to send. Pure. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\u{FFFD}');
}
