/** The status page: what the device tells goes into the model, and from there into each view, no more often than needed. */
import { Connection } from './connection.ts';
import { byId, setText } from './elements.ts';
import { FriendTable } from './friend-table.ts';
import { LedCopy } from './led-copy.ts';
import { Model, type Told } from './model.ts';
import { Panels } from './panels.ts';
import { Picture } from './picture.ts';
import { LED_WORDS, span } from './wording.ts';

/** The list is sorted anew at most so often: it shall not swim away under the finger. */
const PAINT_EVERY_MS = 500;
const TICK_MS = 1_000;

const model = new Model();
const led = byId('led');
const hint = byId('hint');
const ledCopy = new LedCopy((on) => {
  led.dataset.on = String(on);
});
const picture = new Picture(byId<HTMLCanvasElement>('web'), byId<HTMLCanvasElement>('sparks'));
const table = new FriendTable(model.friends, (key) => picture.point(key));
const panels = new Panels();
let paintTimer = 0;
let paintedAt = Number.NEGATIVE_INFINITY;
let paintedVersion = -1;

new Connection({
  onWhole(status) {
    const isAnother = status.uptimeSeconds * 1000 < model.uptimeMs;
    if (isAnother) ledCopy.lose();
    model.replace(status, performance.now());
    follow([]);
  },
  onChange(told: Told) {
    const spoke = model.change(told, performance.now());
    follow(told.flashes ?? []);
    for (const { key } of spoke) picture.spark(key);
  },
  onContact: showContact,
}).start();

function follow(flashes: readonly number[]): void {
  if (model.summary) ledCopy.follow(model.summary, flashes);
  schedule();
}

/** At once if the last time is long ago, else as soon as it is. */
function schedule(): void {
  if (paintTimer) return;
  const delay = Math.max(0, paintedAt + PAINT_EVERY_MS - performance.now());
  paintTimer = window.setTimeout(() => {
    paintTimer = 0;
    paintedAt = performance.now();
    paint();
  }, delay);
}

function paint(): void {
  const { summary } = model;
  if (!summary) return;
  const { device, state, friends, network } = summary;
  setText(byId('name'), device.name);
  setText(byId('own'), device.name);
  setText(byId('sentence'), state.text);
  setText(byId('count'), String(friends.count));
  setText(byId('firmware'), `multitastic ${device.version}`);
  setText(byId('led-words'), LED_WORDS[state.led]);
  led.setAttribute('aria-label', `The LED. ${LED_WORDS[state.led]}`);
  document.title = `${device.name}: ${state.text}`;
  for (const only of document.querySelectorAll<HTMLElement>('.sealed-only')) only.hidden = !network.sealed;
  panels.paint(summary, performance.now() - model.toldAt);
  panels.notes(model.events, model.healed);
  panels.tick();
  table.paint();
  if (paintedVersion === model.version) return;
  paintedVersion = model.version;
  picture.show(
    [...model.friends.values()].map(({ friend }) => friend).sort((one, other) => one.key - other.key),
  );
}

function showContact(silentSeconds: number | undefined): void {
  const { contact } = document.body.dataset;
  document.body.dataset.contact = silentSeconds === undefined ? 'live' : 'lost';
  if (silentSeconds !== undefined && contact !== 'lost') ledCopy.lose();
  const words =
    silentSeconds === undefined
      ? 'Live'
      : contact === 'new' || !model.summary
        ? 'No contact; trying'
        : `No contact for ${span(silentSeconds)}; trying`;
  const label = byId('contact').lastElementChild as HTMLElement;
  setText(label, words);
}

function hold(still: boolean): void {
  const button = byId('still');
  button.setAttribute('aria-pressed', String(still));
  picture.hold(still);
  ledCopy.hold(still);
}

byId('still').addEventListener('click', ({ currentTarget }) =>
  hold((currentTarget as HTMLElement).getAttribute('aria-pressed') !== 'true'),
);
if (matchMedia('(prefers-reduced-motion: reduce)').matches) hold(true);

const sky = byId('sky');
function pointAt({ clientX, clientY }: PointerEvent): number | undefined {
  const { left, top } = sky.getBoundingClientRect();
  const found = picture.at(clientX - left, clientY - top);
  hint.hidden = !found;
  picture.point(found?.friend.key);
  if (!found) return undefined;
  const { friend, x, y } = found;
  setText(hint, friend.hears ? `${friend.name}, hears ${friend.hears.length}` : friend.name);
  hint.style.left = `${Math.max(70, Math.min(sky.clientWidth - 70, x))}px`;
  hint.style.top = `${Math.max(40, y)}px`;
  return friend.key;
}
sky.addEventListener('pointermove', pointAt);
sky.addEventListener('pointerleave', () => {
  hint.hidden = true;
  picture.point(undefined);
});
sky.addEventListener('click', (event) => {
  const key = pointAt(event as PointerEvent);
  if (key !== undefined) table.reveal(key);
});

setInterval(() => {
  table.tick();
  panels.tick();
  const { summary } = model;
  if (summary && document.body.dataset.contact === 'live')
    panels.paint(summary, performance.now() - model.toldAt);
}, TICK_MS);
