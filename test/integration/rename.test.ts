/** A device that is given another name in the dashboard while it runs. */
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';
import { expectRecovery } from '../support/recovery.ts';

const session = useNetworkLab();

const BALENA = {
  BALENA_SUPERVISOR_ADDRESS: 'http://127.0.0.1:48484',
  BALENA_SUPERVISOR_API_KEY: 'a secret',
  // Unset: an empty variable is none.
  DEVICE_NAME: '',
};

test('a rename in the dashboard is told by the device and by its friends within a minute', async (context) => {
  const host = session.lab.addHost('a', '10.77.0.11');
  // Once for the start, and then a look that fails.
  const dashboard = session.startScript(host, 'dashboard', { names: 'lamp,,bulb', listen: 48484 });
  const witness = session.startNode(session.lab.addHost('b', '10.77.0.12'), 'witness');
  await dashboard.waitFor('listening');
  const node = session.startNode(host, 'lamp', { settings: { ...BALENA, ANNOUNCE_INTERVAL_S: '60' } });
  await witness.waitFor('peer.joined', { fields: { peer: 'lamp' } });
  const unavailable = await node.waitFor('name.unavailable', { timeoutMs: 60_000 });
  const renamed = await node.waitFor('node.renamed', { timeoutMs: 60_000 });
  expect(renamed.fields).toMatchObject({ name: 'bulb', previousName: 'lamp' });
  const told = await witness.waitFor('peer.renewed', { fields: { peer: 'bulb', previousName: 'lamp' } });
  // The interval is a minute: without an announcement of its own nobody would know yet.
  expectRecovery(context, {
    scenario: 'a rename is told by others',
    measuredMs: told.at - renamed.at,
    targetMs: 1_000,
  });
  expect(renamed.at - unavailable.at).toBeLessThan(60_000);
  expect(node.all('name.unavailable')).toHaveLength(1);
  expect(dashboard.all('asked').map(({ fields }) => fields.connection)).toContain('close');
  expect(dashboard.all('asked').map(({ fields }) => fields.connection)).not.toContain('keep-alive');
  expect(JSON.stringify(node.records)).not.toContain('secret');
});
