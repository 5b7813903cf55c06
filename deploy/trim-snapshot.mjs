// Takes out of a start-up snapshot what Node adds for modules that it may load later: their compiled code, which takes
// 2 MB of memory. Node can leave it out by itself, but then leaves out the product's own compiled code as well.
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, argv } from 'node:process';

const [, , file] = argv;
const snapshot = readFileSync(file);
/** How many bytes a length takes in the file. */
const wordBytes = arch === 'arm' ? 4 : 8;

const begin = codeCacheBegin();
if (begin === undefined) throw new Error(`No code cache is found in ${file}.`);
writeFileSync(file, Buffer.concat([snapshot.subarray(0, begin), Buffer.alloc(wordBytes)]));

/** It ends the file: the number of its entries, then each one's name and code, with their lengths before them. */
function codeCacheBegin() {
  for (let at = 0; at + wordBytes < snapshot.length; at += 1) if (endsTheFile(at)) return at;
  return undefined;
}

function endsTheFile(at) {
  let texts = 2 * snapshot.readUInt32LE(at);
  let end = at + wordBytes;
  for (; texts > 0 && end + wordBytes <= snapshot.length; texts -= 1)
    end += wordBytes + snapshot.readUInt32LE(end);
  return texts === 0 && end === snapshot.length;
}
