/** The LED: opened once, set only when it changes, and dark and given back at the end. */
import type { Checker, Fail, Observation } from '../observations.ts';

export class LedChecker implements Checker {
  readonly #fail: Fail;
  #state: 'closed' | 'off' | 'on' = 'closed';

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  see(observation: Observation): void {
    if (observation.saw === 'led') this.#judge(observation.does);
    if (observation.saw === 'end' && this.#state !== 'closed') this.#fail('the LED is not closed at the end');
  }

  #judge(does: 'open' | 'close' | 'on' | 'off'): void {
    if (does === 'open' && this.#state !== 'closed') this.#fail('the LED is opened twice');
    if ((does === 'on' || does === 'off') && this.#state === 'closed')
      this.#fail('the LED is set while closed');
    if (does === this.#state) this.#fail(`the LED is set ${does} though it is`);
    this.#state = does === 'open' ? 'off' : does === 'close' ? 'closed' : does;
  }
}
