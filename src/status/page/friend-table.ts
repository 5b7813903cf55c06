/**
 * The list of friends: searched, sorted, and painted some rows at a time, so that a thousand are no burden. Rows are
 * kept and only what is different in them is touched. Names come from strangers, and are only ever text.
 */
import { ARRIVALS_BUCKET_MS, ARRIVALS_BUCKETS } from '../../roster/arrivals.ts';
import type { Friend } from '../friend-list.ts';
import { byId, element, setText } from './elements.ts';
import type { Known } from './model.ts';
import { ago, LIKENESS_WORDS, STATE_WORDS, span } from './wording.ts';

const FIRST_ROWS = 25;
const MORE_ROWS = 100;
const LOSS_BAD_PERCENT = 20;
/** Where there is no room for headings. */
const PHONE_WORDS: Readonly<Record<string, string>> = { loss: ' lost', here: ' here' };
const SVG = 'http://www.w3.org/2000/svg';
const SPARK = { width: 100, height: 22 } as const;

type Order = 'state' | 'name' | 'address' | 'loss' | 'heard' | 'here';
const STATE_ORDER = ['two-way', 'heard', 'unproven'];
const COLUMNS: readonly { order?: Order; title: string; number?: true }[] = [
  { order: 'state', title: '●' },
  { order: 'name', title: 'Name' },
  { order: 'address', title: 'Address' },
  { title: 'Last 5 minutes' },
  { order: 'loss', title: 'Loss', number: true },
  { order: 'heard', title: 'Heard', number: true },
  { order: 'here', title: 'Here', number: true },
];

interface Row {
  readonly row: HTMLElement;
  readonly mark: HTMLElement;
  readonly stateWord: HTMLElement;
  readonly name: HTMLElement;
  readonly badges: HTMLElement;
  readonly address: HTMLElement;
  readonly bars: SVGPathElement;
  readonly spark: HTMLElement;
  readonly loss: HTMLElement;
  readonly heard: HTMLElement;
  readonly here: HTMLElement;
}

export class FriendTable {
  readonly #friends: ReadonlyMap<number, Known>;
  readonly #onPoint: (key: number | undefined) => void;
  readonly #rows = new Map<number, Row>();
  readonly #headers = new Map<Order, HTMLElement>();
  readonly #list = byId('rows');
  readonly #more = byId('more');
  readonly #search = byId<HTMLInputElement>('search');
  readonly #select = byId<HTMLSelectElement>('sort');
  #order: Order = 'name';
  #descending = false;
  #limit = FIRST_ROWS;

  constructor(friends: ReadonlyMap<number, Known>, onPoint: (key: number | undefined) => void) {
    this.#friends = friends;
    this.#onPoint = onPoint;
    // A table that is laid out as a grid has to be called a table again.
    for (const [part, role] of Object.entries({
      table: 'table',
      thead: 'rowgroup',
      tbody: 'rowgroup',
      tr: 'row',
    }))
      for (const each of document.querySelectorAll(part)) each.setAttribute('role', role);
    for (const column of COLUMNS) byId('columns').append(this.#header(column));
    this.#search.addEventListener('input', () => {
      this.#limit = FIRST_ROWS;
      this.paint();
    });
    this.#select.addEventListener('change', () => this.#sortBy(this.#select.value as Order, false));
    this.#more.addEventListener('click', () => {
      this.#limit += MORE_ROWS;
      this.paint();
    });
  }

  paint(): void {
    const words = this.#search.value.trim().toLowerCase();
    const all = [...this.#friends.values()];
    const found = words ? all.filter(({ friend }) => fits(friend, words)) : all;
    const shown = found.sort(this.#compare).slice(0, this.#limit);
    this.#place(shown);
    for (const [order, header] of this.#headers) {
      if (order === this.#order)
        header.setAttribute('aria-sort', this.#descending ? 'descending' : 'ascending');
      else header.removeAttribute('aria-sort');
    }
    setText(byId('found'), words ? `${found.length} of ${all.length} match` : '');
    byId('nobody').hidden = found.length > 0;
    setText(byId('nobody'), words ? 'Nobody of this name or address.' : 'Nobody else is here.');
    this.#more.hidden = found.length <= shown.length;
    setText(this.#more, `Show more (${found.length - shown.length} left)`);
    this.tick();
  }

  /** What changes by itself. */
  tick(): void {
    const now = performance.now();
    for (const [key, row] of this.#rows) {
      const known = this.#friends.get(key);
      if (known) paintTimes(row, known, now);
    }
  }

  /** Brings a friend into view. */
  reveal(key: number): void {
    const known = this.#friends.get(key);
    if (known && !this.#rows.has(key)) {
      this.#search.value = known.friend.name;
      this.paint();
    }
    for (const [each, { row }] of this.#rows) row.classList.toggle('shown', each === key);
    this.#rows.get(key)?.row.scrollIntoView({ block: 'nearest' });
  }

  #place(shown: readonly Known[]): void {
    const wanted = new Set(shown.map(({ friend }) => friend.key));
    for (const [key, { row }] of this.#rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    let next = this.#list.firstElementChild;
    for (const { friend } of shown) {
      const parts = this.#rowOf(friend.key);
      paintRow(parts, friend);
      if (parts.row === next) next = next.nextElementSibling;
      else this.#list.insertBefore(parts.row, next);
    }
  }

  #rowOf(key: number): Row {
    const known = this.#rows.get(key);
    if (known) return known;
    const made = makeRow();
    made.row.addEventListener('pointerenter', () => this.#onPoint(key));
    made.row.addEventListener('pointerleave', () => this.#onPoint(undefined));
    this.#rows.set(key, made);
    return made;
  }

  #header({ order, title, number }: (typeof COLUMNS)[number]): HTMLElement {
    const header = element('th', { role: 'columnheader', scope: 'col', class: number ? 'number' : '' });
    if (!order) header.textContent = title;
    else {
      const button = element('button', { type: 'button' }, title);
      if (order === 'state') button.setAttribute('aria-label', 'State');
      button.addEventListener('click', () => this.#sortBy(order, this.#order === order && !this.#descending));
      header.append(button);
      this.#headers.set(order, header);
    }
    return header;
  }

  #sortBy(order: Order, descending: boolean): void {
    this.#order = order;
    this.#descending = descending;
    this.#select.value = order;
    this.paint();
  }

  readonly #compare = (one: Known, other: Known): number => {
    const difference = COMPARE[this.#order](one, other) || one.friend.key - other.friend.key;
    return this.#descending ? -difference : difference;
  };
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const COMPARE: Readonly<Record<Order, (one: Known, other: Known) => number>> = {
  name: (one, other) => COLLATOR.compare(one.friend.name, other.friend.name),
  address: (one, other) => COLLATOR.compare(one.friend.address, other.friend.address),
  state: (one, other) => STATE_ORDER.indexOf(one.friend.state) - STATE_ORDER.indexOf(other.friend.state),
  // The worst first.
  loss: (one, other) => (other.friend.lossPercent ?? -1) - (one.friend.lossPercent ?? -1),
  heard: (one, other) => heardAt(other) - heardAt(one),
  here: (one, other) => hereSince(one) - hereSince(other),
};

function heardAt({ friend, toldAt }: Known): number {
  return toldAt - friend.heardSecondsAgo * 1000;
}

function hereSince({ friend, toldAt }: Known): number {
  return toldAt - friend.hereSeconds * 1000;
}

function fits({ name, address }: Friend, words: string): boolean {
  return name.toLowerCase().includes(words) || address.includes(words);
}

interface Figure {
  readonly value: HTMLElement;
  readonly holder: HTMLElement;
}

function makeRow(): Row {
  const cell = (name: string) => element('td', { role: 'cell', class: name });
  const mark = element('i', { class: 'mark' });
  const stateWord = element('span', { class: 'unseen' });
  const state = cell('state');
  state.append(mark, stateWord);
  const name = element('span', {});
  const badges = element('span', {});
  const who = cell('who');
  who.append(name, badges);
  const address = cell('address');
  const spark = cell('spark');
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${SPARK.width} ${SPARK.height}`);
  svg.setAttribute('aria-hidden', 'true');
  const ground = document.createElementNS(SVG, 'line');
  for (const [key, value] of Object.entries({
    x1: 0,
    x2: SPARK.width,
    y1: SPARK.height - 0.5,
    y2: SPARK.height - 0.5,
  }))
    ground.setAttribute(key, String(value));
  const bars = document.createElementNS(SVG, 'path');
  svg.append(ground, bars);
  const sparkWord = element('span', { class: 'unseen' });
  spark.append(svg, sparkWord);
  const [loss, heard, here] = ['loss', 'heard', 'here'].map((name) => {
    const value = element('span', {});
    const holder = cell(`number ${name}`);
    holder.append(value, element('span', { class: 'word' }, PHONE_WORDS[name]));
    return { value, holder };
  }) as [Figure, Figure, Figure];
  const row = element('tr', { role: 'row' });
  row.append(state, who, address, spark, loss.holder, heard.holder, here.holder);
  return {
    row,
    mark,
    stateWord,
    name,
    badges,
    address,
    bars,
    spark: sparkWord,
    loss: loss.value,
    heard: heard.value,
    here: here.value,
  };
}

function paintRow(row: Row, friend: Friend): void {
  const { name, address, state, likeness, lossPercent } = friend;
  setText(row.name, name);
  setText(row.address, address);
  if (row.mark.dataset.state !== state) {
    row.mark.dataset.state = state;
    row.mark.className = `mark ${state}`;
    row.mark.title = STATE_WORDS[state];
    setText(row.stateWord, STATE_WORDS[state]);
  }
  if (row.badges.dataset.likeness !== String(likeness)) {
    row.badges.dataset.likeness = String(likeness);
    const words = likeness && LIKENESS_WORDS[likeness];
    row.badges.replaceChildren(
      ...(words ? [element('span', { class: 'badge', title: words.meaning }, words.badge)] : []),
    );
  }
  setText(row.loss, lossPercent === null ? '–' : `${lossPercent} %`);
  row.loss.classList.toggle('bad', (lossPercent ?? 0) >= LOSS_BAD_PERCENT);
}

function paintTimes(row: Row, known: Known, now: number): void {
  const silent = (now - heardAt(known)) / 1000;
  setText(row.heard, ago(silent));
  row.heard.classList.toggle('bad', silent > 0.75 * known.friend.holdSeconds);
  setText(row.here, span((now - hereSince(known)) / 1000));
  const arrivals = arrivalsNow(known, now);
  const path = barsOf(arrivals);
  if (row.bars.dataset.path === path) return;
  row.bars.dataset.path = path;
  row.bars.setAttribute('d', path);
  setText(row.spark, `${arrivals.reduce((sum, each) => sum + each, 0)} announcements`);
}

/** What we were told, moved on by the time since: whoever is silent is not spoken of. */
function arrivalsNow({ friend, toldAt }: Known, now: number): readonly number[] {
  const passed = Math.min(ARRIVALS_BUCKETS, Math.floor((now - toldAt) / ARRIVALS_BUCKET_MS));
  return [...friend.arrivals.slice(passed), ...Array<number>(passed).fill(0)];
}

function barsOf(arrivals: readonly number[]): string {
  const most = Math.max(2, ...arrivals);
  const step = SPARK.width / arrivals.length;
  return arrivals
    .map((count, index) => {
      const height = Math.round((count / most) * (SPARK.height - 2));
      return count === 0 ? '' : `M${index * step} ${SPARK.height - 1}v-${height}h${step - 1.5}v${height}z`;
    })
    .join('');
}
