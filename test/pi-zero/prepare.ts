/**
 * Runs once before all scenarios: the host has what it needs, the board is built, the product is packaged.
 */
import { ensureBoard } from './cache.ts';
import { openBook } from './figures-book.ts';
import { layOutGuestFiles } from './guest-files.ts';
import { checkRequirements, enableArmPrograms } from './requirements.ts';

export function setup(): void {
  const startedAt = performance.now();
  const say = (sentence: string) =>
    console.log(`pi-zero ${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s: ${sentence}`);
  checkRequirements();
  enableArmPrograms();
  ensureBoard(say);
  openBook();
  say('packaging the product');
  layOutGuestFiles();
  say('the board boots');
}
