import { expect, it } from 'vitest';
import { newFleetKey } from '../../src/datagram/fleet-key.ts';
import type { Stranger } from '../support/simulated-lan.ts';
import { simulate } from '../support/simulation.ts';

const INTERVAL_MS = 15_000;
const HOLD_MS = 35_000;

it('Two fleets with keys on one LAN never see each other', async () => {
  await simulate(async (world) => {
    const fleets = [newFleetKey(), newFleetKey()].map((key) =>
      world.startNodes(4, { environment: { FLEET_KEY: key }, led: 'fails' }),
    );
    await world.run(20 * INTERVAL_MS);
    for (const fleet of fleets)
      for (const node of fleet) {
        const others = fleet.filter((each) => each !== node).map(({ label }) => label);
        expect(node.lists).toEqual(others.sort());
      }
  });
});

it('A fleet of five changes its key in three roll-outs, during which nobody is lost', async () => {
  const [before, after] = [newFleetKey(), newFleetKey()];
  const rollOuts = [
    { FLEET_KEY: before, FLEET_KEY_ALSO: after },
    { FLEET_KEY: after, FLEET_KEY_ALSO: before },
    { FLEET_KEY: after },
  ];
  await simulate(async (world) => {
    const reasons: unknown[] = [];
    world.onTold(({ line }) => {
      if (line.event === 'peer.left') reasons.push(line.fields.reason);
    });
    const nodes = world.startNodes(5, { environment: { FLEET_KEY: before }, led: 'fails' });
    await world.run(4 * INTERVAL_MS);
    for (const environment of rollOuts)
      for (const node of nodes) {
        await Promise.all([node.stop(), world.run(2_000)]);
        node.configure(environment);
        node.start();
        await world.run(8_000);
        await world.until('all know all', 2 * INTERVAL_MS, () => world.isComplete);
      }
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.filter((reason) => reason !== 'leaving')).toEqual([]);
  });
});

it('What a device has said before it died is believed by nobody who hears it played back', async () => {
  await simulate(async (world) => {
    const recording: Stranger[] = [];
    const [node, victim] = world.startNodes(3, { environment: { FLEET_KEY: newFleetKey() }, led: 'fails' });
    if (!node || !victim) return;
    world.onObserved((observed, observation) => {
      if (observed === victim && observation.saw === 'send' && victim.endpoint)
        recording.push({ from: victim.endpoint, payload: observation.payload });
    });
    await world.run(10 * INTERVAL_MS);
    victim.kill();
    for (const waitMs of [1_000, 60_000, 600_000]) {
      await world.run(waitMs);
      const isGone = waitMs > 2 * HOLD_MS;
      world.lan.say(recording);
      await world.run(5_000);
      if (isGone) expect(node.peers).toBe(1);
    }
    expect(recording.length).toBeGreaterThan(10);
  });
});

it('A recording, said 300 times a second, does not make the LAN seem busy: a newcomer is answered', async () => {
  await simulate(async (world) => {
    const environment = { FLEET_KEY: newFleetKey() };
    const [victim] = world.startNodes(5, { environment, led: 'fails' });
    if (!victim) return;
    let recording: Stranger | undefined;
    world.onObserved((observed, observation) => {
      if (observed === victim && observation.saw === 'send' && victim.endpoint)
        recording ??= { from: victim.endpoint, payload: observation.payload };
    });
    await world.run(4 * INTERVAL_MS);
    if (!recording) throw new Error('said nothing');
    const recorded = recording;
    world.lan.flood(300, 60_000, () => recorded);
    await world.run(30_000);
    const newcomer = world.addNode({ environment, led: 'fails' });
    newcomer.start();
    await world.until('the newcomer knows all', 3_000, () => newcomer.lists.length === 5);
  });
});
