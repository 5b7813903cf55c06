// The bundle's beginning: starts the product, or, where Node makes a start-up snapshot of it, keeps it to be started later.
import { rmSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
import { main } from '../src/main.ts';
import { warmUp } from './warm-up.ts';

/** What the first announcement makes Node load. None of these opens anything or draws a random number by being loaded. */
const neededFirst = ['dgram', 'net', 'child_process', 'cluster'];

if (process.execArgv.some((flag) => flag.startsWith('--build-snapshot'))) keepForLater();
else main();

async function keepForLater() {
  let isWarm = false;
  // Before the rest, so that no snapshot is without it.
  startupSnapshot.setDeserializeMainFunction(() => {
    // The warm-up never ended, and nobody knows what is half done.
    if (!isWarm) process.exit(1);
    // start.sh sees by it that the snapshot was good.
    if (process.env.STARTING_FILE) rmSync(process.env.STARTING_FILE, { force: true });
    main();
  });
  for (const name of neededFirst) process.getBuiltinModule(name);
  await warmUp();
  isWarm = true;
}
