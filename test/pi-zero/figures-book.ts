/**
 * Collects the figures of all scenarios, which run in processes of their own, until the run's end prints them as one table.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastRunDirectory } from './cache.ts';
import { type Figure, figuresTable } from './figures.ts';

const book = join(lastRunDirectory, 'figures.jsonl');

export function openBook(): void {
  rmSync(book, { force: true });
}

export function note(...figures: readonly Figure[]): void {
  for (const figure of figures) appendFileSync(book, `${JSON.stringify(figure)}\n`);
}

/** Prints the table and leaves it beside the run's other files. */
export function printBook(): void {
  if (!existsSync(book)) return;
  const lines = readFileSync(book, 'utf8').trim().split('\n');
  const table = figuresTable(lines.map((line) => JSON.parse(line) as Figure));
  writeFileSync(join(lastRunDirectory, 'figures.md'), `${table}\n`);
  console.log(`\n${table}\n`);
}
