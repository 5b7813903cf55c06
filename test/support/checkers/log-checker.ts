/** The log: flat, and whatever strangers call themselves, nothing in it moves a reader's cursor. */
import type { Checker, Fail, Observation } from '../observations.ts';

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

export class LogChecker implements Checker {
  readonly #fail: Fail;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw !== 'line') return;
    const { event, message, fields } = observation.line;
    if (!/^[a-z]+\.[a-z-]+$/.test(event)) this.#fail(`the event "${event}" is not noun.verb`);
    if (UNPRINTABLE.test(message)) this.#fail(`unprintable characters in ${JSON.stringify(message)}`);
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'object') this.#fail(`the field ${name} of ${event} is not flat`);
      if (typeof value === 'string' && UNPRINTABLE.test(value))
        this.#fail(`unprintable characters in the field ${name} of ${event}`);
    }
  }
}
