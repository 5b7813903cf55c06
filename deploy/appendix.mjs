// Reads what deploy/bundle.mjs has appended to the bundle.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A text, by the place of its line from the end, and the line's length. */
export function appended(fromEnd, length) {
  // A snapshot was made elsewhere, but its command line names the bundle's place.
  const bundle = openSync(process.argv[1]);
  try {
    const line = Buffer.alloc(length);
    readSync(bundle, line, 0, length, fstatSync(bundle).size - fromEnd);
    return JSON.parse(line.toString('ascii').slice('//'.length));
  } finally {
    closeSync(bundle);
  }
}
