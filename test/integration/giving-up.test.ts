/** A device that cannot do its work whatever it tries leaves it to the container's restart policy, and says why. */
import { expect, test } from 'vitest';
import { useNetworkLab } from '../support/lab-session.ts';

const session = useNetworkLab('setpriv');

test('after the third time in a row that the sockets gave up the process ends with exit code 1', async () => {
  const prefix = ['setpriv', '--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service'];
  const host = session.lab.addHost('a', '10.77.0.11');
  const anna = session.startNode(host, 'anna', { settings: { MULTICAST_PORT: '100' }, prefix });
  // Three times 25 s of restarts, and 10 s and 20 s between them.
  expect(await anna.end(200_000)).toMatchObject({ code: 1, signal: null });
  expect(anna.all('tree.gave-up').map(({ fields }) => [fields.giveUps, fields.rebuildInMs])).toEqual([
    [1, 10_000],
    [2, 20_000],
  ]);
  expect(anna.all('child.restarted')).toHaveLength(15);
  const { event, fields } = anna.records.at(-1) ?? {};
  expect(event).toBe('node.gave-up');
  expect(fields).toMatchObject({ level: 'fatal', cause: expect.stringContaining('EACCES') });
}, 220_000);
