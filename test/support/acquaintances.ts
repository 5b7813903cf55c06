/** Two nodes that know each other, on a lab where accidents happen to the host of one of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabHost } from './lab-host.ts';
import type { LabSession } from './lab-session.ts';
import type { NodeProcess } from './node-process.ts';

interface Members {
  /** Where the accidents happen: 10.77.0.11 on eth0. */
  readonly host: LabHost;
  readonly anna: NodeProcess;
  /** 10.77.0.12 on eth0. */
  readonly hostOfBerta: LabHost;
  readonly berta: NodeProcess;
}

export class Acquaintances {
  readonly host: LabHost;
  readonly anna: NodeProcess;
  readonly hostOfBerta: LabHost;
  readonly berta: NodeProcess;

  private constructor({ host, anna, hostOfBerta, berta }: Members) {
    this.host = host;
    this.anna = anna;
    this.hostOfBerta = hostOfBerta;
    this.berta = berta;
  }

  static async meet(session: LabSession, settings: Readonly<Record<string, string>> = {}) {
    const host = session.lab.addHost('a', '10.77.0.11');
    const hostOfBerta = session.lab.addHost('b', '10.77.0.12');
    const anna = session.startNode(host, 'anna', { settings });
    const berta = session.startNode(hostOfBerta, 'berta', { settings });
    await anna.waitFor('peer.joined', { fields: { peer: 'berta' } });
    await berta.waitFor('peer.joined', { fields: { peer: 'anna' } });
    // Past the hellos, and past the second within which changes count as one.
    await sleep(2_000);
    return new Acquaintances({ host, anna, hostOfBerta, berta });
  }

  /** From `moment` until berta heard anna again; anna must have heard berta, too. */
  async heardAgainMs(moment: number): Promise<number> {
    await this.anna.waitFor('peer.heard', { after: moment, fields: { peer: 'berta' } });
    return (await this.berta.waitFor('peer.heard', { after: moment, fields: { peer: 'anna' } })).at - moment;
  }

  get both(): readonly NodeProcess[] {
    return [this.anna, this.berta];
  }
}
