/**
 * Keeps the built board between runs, under the hash of what it is built from.
 *
 * A board appears in the cache whole or not at all: it is built beside its place and renamed at the end.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildBoard, type KernelVersion } from './recipe.ts';

const cacheHome = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const cacheDirectory = join(cacheHome, 'multitastic', 'pi-zero');

const ingredients = ['recipe.ts', 'guest/first.sh'];

/** Where the last run's console logs and packages are left for reading. */
export const lastRunDirectory = join(cacheDirectory, 'last-run');

/** Directory of the board that belongs to the present recipe. */
function boardDirectory(): string {
  const hash = createHash('sha256');
  for (const file of ingredients) hash.update(readFileSync(join(import.meta.dirname, file)));
  return join(cacheDirectory, hash.digest('hex').slice(0, 16));
}

export const boardRoot = () => join(boardDirectory(), 'root');
export const sdCard = () => join(boardDirectory(), 'sd.img');
export const kernelDirectory = (version: KernelVersion) => join(boardDirectory(), `kernel-${version}`);

/** Builds the board unless the cache has it. */
export function ensureBoard(say: (sentence: string) => void): void {
  const directory = boardDirectory();
  if (existsSync(directory)) {
    say(`board from the cache: ${directory}`);
    return;
  }
  const unfinished = `${directory}.unfinished-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    buildBoard(unfinished, say);
    renameSync(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
