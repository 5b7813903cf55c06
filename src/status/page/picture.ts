/**
 * The picture of who hears whom. Two canvases: the one below, with everybody and the threads between them, is painted
 * when something has changed; the one above, with a spark for each announcement, only while one flies.
 */
import type { Friend } from '../friend-list.ts';
import { NAMED_MAX, type Place, places, RINGS_MAX, type Thread, threads } from './layout.ts';

const SPARK_MS = 900;
/** More at once would be a snowstorm. */
const SPARKS_MAX = 40;
const MOVE_MS = 450;
const NAME_CHARACTERS_MAX = 16;
/** How near a finger has to be, in pixels. */
const TOUCH = 22;

interface Dot {
  friend: Friend;
  from: Place;
  to: Place;
}

interface Spark {
  readonly key: number;
  readonly startedAt: number;
}

interface Colours {
  readonly ink: string;
  readonly quiet: string;
  readonly green: string;
  readonly amber: string;
  readonly card: string;
  readonly thread: string;
  readonly loose: string;
}

const MIDDLE: Place = { x: 0, y: 0 };

export class Picture {
  readonly #web: HTMLCanvasElement;
  readonly #sparksCanvas: HTMLCanvasElement;
  readonly #dots = new Map<number, Dot>();
  #threads: readonly Thread[] = [];
  #sparks: Spark[] = [];
  #movedAt = Number.NEGATIVE_INFINITY;
  #size = 0;
  #still = false;
  #frame = 0;
  #isDirty = true;
  #colours: Colours | undefined;
  #shown: number | undefined;

  constructor(web: HTMLCanvasElement, sparks: HTMLCanvasElement) {
    this.#web = web;
    this.#sparksCanvas = sparks;
    new ResizeObserver(() => this.#resize()).observe(web);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#colours = undefined;
      this.#repaint();
    });
  }

  /** In the order in which they came. */
  show(friends: readonly Friend[]): void {
    const now = performance.now();
    const targets = places(friends.length);
    const keys = new Set(friends.map(({ key }) => key));
    for (const key of this.#dots.keys()) if (!keys.has(key)) this.#dots.delete(key);
    for (const [index, friend] of friends.entries()) {
      const to = targets[index] ?? MIDDLE;
      const dot = this.#dots.get(friend.key);
      this.#dots.set(friend.key, { friend, from: dot ? this.#placeOf(dot, now) : to, to });
    }
    this.#threads = friends.length <= RINGS_MAX ? threads(friends) : [];
    this.#movedAt = this.#still ? Number.NEGATIVE_INFINITY : now;
    this.#web.setAttribute('aria-label', describe(friends, this.#threads));
    this.#repaint();
  }

  /** A friend has spoken. */
  spark(key: number): void {
    if (this.#still || document.hidden || this.#sparks.length >= SPARKS_MAX || !this.#dots.has(key)) return;
    this.#sparks.push({ key, startedAt: performance.now() });
    this.#wake();
  }

  hold(still: boolean): void {
    this.#still = still;
    this.#sparks = [];
    this.#repaint();
  }

  /** Points a friend out. */
  point(key: number | undefined): void {
    if (key === this.#shown) return;
    this.#shown = key;
    this.#repaint();
  }

  /** Who is at this place of the picture, in its own pixels, and where exactly. */
  at(x: number, y: number): { readonly friend: Friend; readonly x: number; readonly y: number } | undefined {
    let best: { friend: Friend; x: number; y: number } | undefined;
    let least = TOUCH;
    for (const { friend, to } of this.#dots.values()) {
      const place = this.#pixels(to);
      const distance = Math.hypot(place.x - x, place.y - y);
      if (distance < least) {
        least = distance;
        best = { friend, ...place };
      }
    }
    return best;
  }

  #resize(): void {
    const { width, height } = this.#web.getBoundingClientRect();
    const scale = Math.min(2, devicePixelRatio);
    this.#size = Math.min(width, height);
    for (const canvas of [this.#web, this.#sparksCanvas]) {
      canvas.width = width * scale;
      canvas.height = height * scale;
      canvas.getContext('2d')?.setTransform(scale, 0, 0, scale, (width * scale) / 2, (height * scale) / 2);
    }
    this.#repaint();
  }

  #pixels({ x, y }: Place): Place {
    const { clientWidth, clientHeight } = this.#web;
    return { x: clientWidth / 2 + (x * this.#size) / 2, y: clientHeight / 2 + (y * this.#size) / 2 };
  }

  #placeOf({ from, to }: Dot, now: number): Place {
    const share = Math.min(1, (now - this.#movedAt) / MOVE_MS);
    const eased = 1 - (1 - share) ** 3;
    return { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased };
  }

  #repaint(): void {
    this.#isDirty = true;
    this.#wake();
  }

  #wake(): void {
    this.#frame ||= requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now: number): void {
    this.#frame = 0;
    const isMoving = now - this.#movedAt < MOVE_MS;
    if (this.#isDirty || isMoving) this.#paintWeb(now);
    this.#isDirty = isMoving;
    const hadSparks = this.#sparks.length > 0;
    this.#sparks = this.#sparks.filter(({ startedAt }) => now - startedAt < SPARK_MS);
    if (hadSparks) this.#paintSparks(now);
    if (isMoving || this.#sparks.length > 0) this.#wake();
  }

  get #palette(): Colours {
    if (this.#colours) return this.#colours;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    this.#colours = {
      ink: colour('ink'),
      quiet: colour('quiet'),
      green: colour('green'),
      amber: colour('amber'),
      card: colour('card'),
      thread: colour('thread'),
      loose: colour('loose'),
    };
    return this.#colours;
  }

  #paintWeb(now: number): void {
    const context = this.#web.getContext('2d');
    if (!context) return;
    const half = this.#size / 2;
    context.clearRect(-2 * half - 999, -2 * half - 999, 4 * half + 1998, 4 * half + 1998);
    const at = (key: number): Place => {
      const dot = this.#dots.get(key);
      const { x, y } = dot ? this.#placeOf(dot, now) : MIDDLE;
      return { x: x * half, y: y * half };
    };
    for (const thread of this.#threads) this.#paintThread(context, thread, at(thread.from), at(thread.to));
    const radius = radiusOf(this.#dots.size, this.#size);
    for (const { friend } of this.#dots.values()) this.#paintDot(context, friend, at(friend.key), radius);
    if (this.#dots.size <= NAMED_MAX)
      for (const { friend } of this.#dots.values()) this.#paintName(context, friend.name, at(friend.key));
  }

  /** Bent towards the middle, so that threads between neighbours do not lie on each other. */
  #paintThread(context: CanvasRenderingContext2D, thread: Thread, from: Place, to: Place): void {
    const { thread: both, loose } = this.#palette;
    const touchesUs = thread.from === 0 || thread.to === 0;
    const crowd = Math.min(1, 10 / Math.max(1, this.#dots.size));
    const isShown = this.#shown === thread.from || this.#shown === thread.to;
    const strength = isShown ? 0.95 : touchesUs ? 0.75 : 0.2 + 0.25 * crowd;
    const bend = touchesUs ? 0.5 : 0.3;
    const middle = { x: (from.x + to.x) * bend, y: (from.y + to.y) * bend };
    context.beginPath();
    context.setLineDash(thread.mutual ? [] : [4, 4]);
    context.strokeStyle = `rgba(${thread.mutual ? both : loose}, ${thread.mutual ? strength : Math.max(strength, 0.7)})`;
    context.lineWidth = touchesUs || isShown ? 1.75 : 1;
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(middle.x, middle.y, to.x, to.y);
    context.stroke();
    context.setLineDash([]);
    if (!thread.mutual) this.#paintArrow(context, middle, to);
  }

  /** At whoever hears. */
  #paintArrow(context: CanvasRenderingContext2D, from: Place, to: Place): void {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const gap = to.x === 0 && to.y === 0 ? 26 : 12;
    context.save();
    context.translate(to.x - gap * Math.cos(angle), to.y - gap * Math.sin(angle));
    context.rotate(angle);
    context.beginPath();
    context.moveTo(-7, -4);
    context.lineTo(0, 0);
    context.lineTo(-7, 4);
    context.stroke();
    context.restore();
  }

  #paintDot(
    context: CanvasRenderingContext2D,
    { key, state }: Friend,
    { x, y }: Place,
    radius: number,
  ): void {
    const { green, quiet, card, amber } = this.#palette;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = state === 'two-way' ? green : card;
    context.fill();
    context.lineWidth = radius > 4 ? 2 : 1.25;
    context.strokeStyle = state === 'unproven' ? quiet : green;
    context.setLineDash(state === 'unproven' ? [2, 2] : []);
    context.stroke();
    context.setLineDash([]);
    if (key !== this.#shown) return;
    context.beginPath();
    context.arc(x, y, radius + 5, 0, 2 * Math.PI);
    context.strokeStyle = amber;
    context.lineWidth = 2.5;
    context.stroke();
  }

  /** Above or below, away from the middle, and never outside. */
  #paintName(context: CanvasRenderingContext2D, name: string, { x, y }: Place): void {
    const { ink, card } = this.#palette;
    const text = name.length > NAME_CHARACTERS_MAX ? `${name.slice(0, NAME_CHARACTERS_MAX - 1)}…` : name;
    context.font = `500 ${this.#size < 420 ? 11.5 : 13}px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const room = this.#size / 2 - context.measureText(text).width / 2 - 4;
    const left = Math.max(-room, Math.min(room, x));
    const top = y + (y < -4 ? -18 : 19);
    context.lineWidth = 3.5;
    context.lineJoin = 'round';
    context.strokeStyle = card;
    context.globalAlpha = 0.85;
    context.strokeText(text, left, top);
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(text, left, top);
  }

  /** A ring that opens where somebody spoke, and a light on its way to us. */
  #paintSparks(now: number): void {
    const context = this.#sparksCanvas.getContext('2d');
    if (!context) return;
    const { green, amber } = this.#palette;
    const half = this.#size / 2;
    context.clearRect(-2 * half - 999, -2 * half - 999, 4 * half + 1998, 4 * half + 1998);
    for (const { key, startedAt } of this.#sparks) {
      const dot = this.#dots.get(key);
      if (!dot) continue;
      const place = this.#placeOf(dot, now);
      const share = Math.max(0, (now - startedAt) / SPARK_MS);
      context.globalAlpha = 1 - share;
      context.strokeStyle = green;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(place.x * half, place.y * half, 7 + 15 * share, 0, 2 * Math.PI);
      context.stroke();
      const way = 1 - share ** 1.5;
      context.globalAlpha = Math.min(1, 3 * way);
      context.fillStyle = amber;
      context.beginPath();
      context.arc(place.x * half * way, place.y * half * way, 3, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }
}

/** Of a dot: in a crowd, what leaves room between it and its neighbours. */
function radiusOf(dots: number, size: number): number {
  return dots > RINGS_MAX ? Math.max(1.8, Math.min(6, (0.19 * size) / Math.sqrt(dots))) : 7;
}

/** The picture in words, for whoever does not see it. The list below has the rest. */
function describe(friends: readonly Friend[], all: readonly Thread[]): string {
  if (friends.length === 0) return 'Nobody else is here';
  const oneWay = all.filter(({ mutual }) => !mutual);
  const nameOf = (key: number) =>
    key === 0 ? 'this device' : (friends.find((friend) => friend.key === key)?.name ?? 'somebody');
  const told = oneWay
    .slice(0, 5)
    .map(({ from, to }) => `${nameOf(to)} hears ${nameOf(from)}, but not the other way`);
  const others = friends.length === 1 ? 'One other device' : `${friends.length} other devices`;
  if (friends.length > RINGS_MAX) return `${others} around this one`;
  return `${others} around this one. ${told.length > 0 ? `${told.join('; ')}.` : 'All hear each other.'}`;
}
