/** Where everybody stands in the picture: on rings around this device, or, when there are many, like the seeds of a sunflower. Pure. */

/** In parts of half the picture's width; the middle is 0, 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Names have room beside this many. */
export const NAMED_MAX = 24;
/** Beyond, lines would be a tangle; the device sends no map for more either. */
export const RINGS_MAX = 48;
const RING = 0.7;
const INNER_RING = 0.52;
const OUTER_RING = 0.84;
const SEED_TURN = Math.PI * (3 - Math.sqrt(5));
const SEED_FROM = 0.17;
const SEED_TO = 0.94;

export function places(count: number): Place[] {
  return Array.from({ length: count }, (_, index) => place(index, count));
}

function place(index: number, count: number): Place {
  if (count > RINGS_MAX) return seed(index, count);
  const radius = count <= NAMED_MAX ? RING : index % 2 === 0 ? OUTER_RING : INNER_RING;
  // Two friends left and right, three with one on top: never one behind a name.
  const turn = count === 2 ? Math.PI : -Math.PI / 2;
  return polar(turn + (index * 2 * Math.PI) / count, radius);
}

/** The area grows evenly, so that all have the same room. */
function seed(index: number, count: number): Place {
  const share = (index + 0.5) / count;
  return polar(index * SEED_TURN, Math.sqrt(SEED_FROM ** 2 + share * (SEED_TO ** 2 - SEED_FROM ** 2)));
}

function polar(angle: number, radius: number): Place {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** Who hears whom, as pairs: 0 is this device. `mutual` where both do; else `from` is heard by `to`. */
export interface Thread {
  readonly from: number;
  readonly to: number;
  readonly mutual: boolean;
}

interface Hearer {
  readonly key: number;
  readonly state: string;
  readonly hears: readonly number[] | null;
}

/** What we hear ourselves is certain; what others hear is what they say. */
export function threads(friends: readonly Hearer[]): Thread[] {
  const heard = new Set<string>();
  for (const { key, state, hears } of friends) {
    heard.add(`${key} 0`);
    if (state === 'two-way') heard.add(`0 ${key}`);
    for (const other of hears ?? []) heard.add(`${other} ${key}`);
  }
  const known = new Set([0, ...friends.map(({ key }) => key)]);
  return [...heard].flatMap((pair) => {
    const [from = 0, to = 0] = pair.split(' ').map(Number);
    if (!known.has(from) || !known.has(to) || from === to) return [];
    const mutual = heard.has(`${to} ${from}`);
    return mutual && from > to ? [] : [{ from, to, mutual }];
  });
}
