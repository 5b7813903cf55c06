/** What the page shows of the device itself: its figures, what was healed, and what happened. */
import type { Summary } from '../status.ts';
import { byId, element, setText } from './elements.ts';
import type { Dated } from './model.ts';
import { ago, megabytes, REACHABILITY_WORDS, signalInWords, span } from './wording.ts';

interface Fact {
  readonly title: string;
  readonly value: string;
  readonly more?: string;
  /** From 0 to 1: drawn as a bar. */
  readonly share?: number;
}

interface FactElements {
  readonly value: HTMLElement;
  readonly more: HTMLElement;
  readonly meter: HTMLElement;
}

export class Panels {
  readonly #facts = new Map<string, FactElements>();
  #events: readonly Dated[] | undefined;
  #healed: readonly Dated[] | undefined;

  paint(summary: Summary, sinceMs: number): void {
    for (const fact of factsOf(summary, sinceMs)) this.#paintFact(fact);
  }

  notes(events: readonly Dated[], healed: readonly Dated[]): void {
    if (events !== this.#events) paintNotes('events', events, 'Nothing yet.');
    if (healed !== this.#healed) paintNotes('healed', healed, 'Nothing had to be healed.');
    this.#events = events;
    this.#healed = healed;
  }

  /** Times that pass by themselves. */
  tick(): void {
    const now = performance.now();
    for (const time of document.querySelectorAll<HTMLElement>('.notes time'))
      setText(time, ago((now - Number(time.dataset.at)) / 1000));
  }

  #paintFact({ title, value, more = '', share }: Fact): void {
    const { value: text, more: small, meter } = this.#facts.get(title) ?? this.#makeFact(title);
    setText(text, value);
    setText(small, more);
    small.hidden = more === '';
    meter.hidden = share === undefined;
    if (share !== undefined) meter.setAttribute('value', share.toFixed(2));
  }

  #makeFact(title: string): FactElements {
    const holder = element('div', {});
    const definition = element('dd', {});
    const made = {
      value: element('span', {}),
      more: element('small', {}),
      meter: element('meter', { min: '0', max: '1', 'aria-label': title }),
    };
    definition.append(made.value, made.meter, made.more);
    holder.append(element('dt', {}, title), definition);
    byId('facts').append(holder);
    this.#facts.set(title, made);
    return made;
  }
}

function factsOf(summary: Summary, sinceMs: number): Fact[] {
  const { device, network, vitals, restarts, residentBytes, state } = summary;
  const temperature = vitals?.temperatureCelsius ?? null;
  return [
    {
      title: 'Network',
      value: network.address ?? 'none',
      more: network.interface ? `on ${network.interface}` : state.evidence,
    },
    wifiFact(summary),
    {
      title: 'Memory',
      ...(vitals
        ? {
            value: `${megabytes(vitals.memoryTotalBytes - vitals.memoryAvailableBytes)} of ${megabytes(vitals.memoryTotalBytes)}`,
            share: 1 - vitals.memoryAvailableBytes / vitals.memoryTotalBytes,
            more: `${megabytes(residentBytes)} of it for this program`,
          }
        : { value: megabytes(residentBytes), more: 'for this program' }),
    },
    { title: 'Temperature', value: temperature === null ? 'not known' : `${Math.round(temperature)} °C` },
    { title: 'Up for', value: span(summary.uptimeSeconds + sinceMs / 1000) },
    { title: 'Restarts of the sockets', value: String(restarts) },
    {
      title: 'Speaks to',
      value: `${network.group.address}:${network.group.port}`,
      more: `every ${span(network.announceIntervalSeconds)} or less often, ${network.sealed ? 'sealed' : 'in the clear'}`,
    },
    {
      title: 'Reachability',
      value: REACHABILITY_WORDS[state.reachability],
      more: state.reachability === 'ok' ? '' : state.evidence,
    },
    { title: 'Board', value: device.model ?? 'not known yet', more: `id ${device.id}` },
  ];
}

function wifiFact({ wifi, network }: Summary): Fact {
  if (!wifi) return { title: 'Wi-Fi', value: network.wireless ? 'not known yet' : 'none' };
  const { ssid, signalDbm } = wifi;
  return {
    title: 'Wi-Fi',
    value: ssid,
    // From as good as nothing to as good as it gets.
    share: Math.max(0, Math.min(1, (signalDbm + 95) / 55)),
    more: `${signalDbm} dBm, ${signalInWords(signalDbm)}`,
  };
}

function paintNotes(id: string, notes: readonly Dated[], none: string): void {
  const lines = notes.map(({ note, at }) => {
    const line = element('li', { class: note.level });
    line.append(element('time', { 'data-at': String(at) }), element('p', {}, note.message));
    return line;
  });
  byId(id).replaceChildren(...(lines.length > 0 ? lines : [element('li', { class: 'quiet' }, none)]));
  byId(id).tabIndex = notes.length > 5 ? 0 : -1;
}
