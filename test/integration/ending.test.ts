/** How the process begins and ends. Needs neither root nor a network: the interface it is told to use does not exist. */
import { afterEach, expect, test } from 'vitest';
import { NodeProcess } from '../support/node-process.ts';

const NOWHERE = { NETWORK_INTERFACE: 'nowhere0' };
const nodes: NodeProcess[] = [];

function start(settings: Readonly<Record<string, string>>): NodeProcess {
  const node = new NodeProcess('anna', { settings: { ...NOWHERE, ...settings } });
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop('SIGKILL')));
});

test.for(['SIGTERM', 'SIGINT'] as const)(
  '%s ends a waiting node within a second, with a last line',
  async (signal) => {
    const node = start({});
    await node.waitFor('address.awaited', { fields: { reason: 'interface' } });
    const { code, tookMs } = await node.stop(signal);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3_000);
    expect(node.all('node.stopping', { fields: { signal } })).toHaveLength(1);
    expect(node.records.at(-1)?.event).toBe('node.stopped');
    expect(node.outputFaults()).toEqual([]);
  },
);

const WRONG = {
  ANNOUNCE_INTERVAL_S: 'often',
  MULTICAST_GROUP: '10.0.0.1',
  MULTICAST_PORT: '70000',
  MULTICAST_TTL: '-1',
  RECEIVE_BUDGET: 'much',
  LED: 'purple',
  LOG_LEVEL: 'loud',
};

test('a wrong configuration is told whole, in one message, and ends with exit code 78', async () => {
  const node = start(WRONG);
  const { code } = await node.end();
  expect(code).toBe(78);
  const told = [...node.records.map(({ fields }) => String(fields.msg)), ...node.strayLines, node.stderr];
  const message = told.find((each) => each.includes('ANNOUNCE_INTERVAL_S')) ?? '';
  for (const [variable, value] of Object.entries(WRONG)) {
    expect(message).toContain(variable);
    expect(message).toContain(value);
  }
});

test('a hold no longer than the interval is refused', async () => {
  const node = start({ ANNOUNCE_INTERVAL_S: '15', HOLD_S: '15' });
  expect((await node.end()).code).toBe(78);
});

test('in a container a wrong configuration is an error line, and the node runs on defaults', async () => {
  const node = start({ ...WRONG, BALENA: '1' });
  await node.waitFor('address.awaited');
  const errors = node.records.filter(({ fields }) => fields.level === 'error');
  expect(errors).toHaveLength(1);
  for (const variable of Object.keys(WRONG)) expect(errors[0]?.fields.msg).toContain(variable);
  expect((await node.stop()).code).toBe(0);
  expect(node.outputFaults()).toEqual([]);
});
