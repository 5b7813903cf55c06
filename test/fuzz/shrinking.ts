/** Looks for the least that fails: fewer inputs first, then fewer fields, then fewer bytes. */
import { ENTRY_CHARACTERS } from '../../src/datagram/heard-list.ts';
import { RICH_PREFIX } from '../../src/datagram/rich.ts';
import type { Input } from './input.ts';
import { objectIn } from './mutator.ts';

type Fails = (inputs: readonly Input[]) => Promise<boolean>;

/** However long the search may go on. */
const SEARCH_MS = 60_000;

/** `inputs` fail, and the last of them is what shows it. */
export async function least(inputs: readonly Input[], fails: Fails): Promise<readonly Input[]> {
  const until = Date.now() + SEARCH_MS;
  const inTime: Fails = async (some) => Date.now() < until && (await fails(some));
  const alone = inputs.slice(-1);
  const few = (await inTime(alone)) ? alone : await fewer(inputs, inTime);
  const shrunk = [...few];
  for (const at of shrunk.keys()) {
    const still = (payload: Buffer) => inTime(shrunk.with(at, { ...(shrunk[at] as Input), payload }));
    for (const shrink of [fewerFields, fewerBytes]) {
      const input = shrunk[at] as Input;
      shrunk[at] = { ...input, payload: await shrink(input.payload, still) };
    }
  }
  return shrunk;
}

type Still = (payload: Buffer) => Promise<boolean>;

/** Without each field that does not matter, and with one entry where a list must not be empty. */
async function fewerFields(payload: Buffer, still: Still): Promise<Buffer> {
  const text = payload.toString();
  const prefix = text.startsWith(RICH_PREFIX) ? RICH_PREFIX : '';
  let fields = objectIn(text.slice(prefix.length)) ?? {};
  let shortest = payload;
  for (const [field, value] of Object.entries(fields)) {
    const { [field]: _, ...rest } = fields;
    for (const fewer of [rest, { ...fields, [field]: String(value).slice(0, ENTRY_CHARACTERS) }]) {
      const shorter = Buffer.from(prefix + JSON.stringify(fewer));
      if (shorter.length >= shortest.length || !(await still(shorter))) continue;
      fields = fewer;
      shortest = shorter;
      break;
    }
  }
  return shortest;
}

async function fewerBytes(payload: Buffer, still: Still): Promise<Buffer> {
  return Buffer.from(await fewer([...payload], (bytes) => still(Buffer.from(bytes))));
}

/** Leaves out half of them, or a quarter, and so on down to single ones. */
async function fewer<Item>(
  items: readonly Item[],
  fails: (some: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let left = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < left.length; ) {
      const some = [...left.slice(0, at), ...left.slice(at + size)];
      if (await fails(some)) left = some;
      else at += size;
    }
  return left;
}
