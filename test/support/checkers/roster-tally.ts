/** Who was heard and has not left, and how many peers the node says it has: the roster of fleets too large for the checker. */
import type { Endpoint } from '../../../src/system/system.ts';
import type { Checker, Observation } from '../observations.ts';

export class RosterTally implements Checker {
  readonly #heard = new Map<string, Endpoint>();
  #peers = 0;

  get endpoints(): readonly Endpoint[] {
    return [...this.#heard.values()];
  }

  knows({ address, port }: Endpoint): boolean {
    return this.#heard.has(`${address}:${port}`);
  }

  get peers(): number {
    return this.#peers;
  }

  see(observation: Observation): void {
    if (observation.saw !== 'line') return;
    const { event, fields } = observation.line;
    if (typeof fields.peers === 'number') this.#peers = fields.peers;
    if (event !== 'peer.heard' && event !== 'peer.left') return;
    const { address, port } = fields as unknown as Endpoint;
    if (event === 'peer.heard') this.#heard.set(`${address}:${port}`, { address, port });
    else this.#heard.delete(`${address}:${port}`);
  }
}
