import { describe, expect, it } from 'vitest';
import type { StatusBoard } from '../../../src/status/status-board.ts';
import { WebServer } from '../../../src/status/web-server.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/system/system.ts';
import { ProcessClock, VirtualClock } from '../../support/virtual-clock.ts';

const HEALTH: HttpRequest = { method: 'GET', target: '/healthz', host: '10.0.0.2', unless: undefined };

describe('WebServer', () => {
  it('answers every health check, and looks at itself twice a second at most', async () => {
    const world = new VirtualClock();
    let looks = 0;
    let answer: ((request: HttpRequest) => HttpAnswer) | undefined;
    const summary = () => {
      looks++;
      return { state: { well: true, led: 'friends', text: 'We are heard' } };
    };
    const server = new WebServer({
      clock: new ProcessClock(world, { offsetMs: 0, drift: 0, latenessMs: () => 0 }),
      http: {
        listen: async (_port, handler) => {
          answer = handler.answer;
          return { close: async () => {} };
        },
      },
      port: 80,
      board: { summary, snapshot: {} } as unknown as StatusBoard,
      page: undefined,
      onEvent: () => {},
      onStrain: () => {},
    });
    void server.run(new AbortController().signal);
    await world.run(3_000);
    const statuses = new Set<number>();
    for (let second = 3; second < 13; second++) {
      for (let i = 0; i < 1_000; i++) statuses.add(answer?.(HEALTH).status ?? 0);
      await world.run((second + 1) * 1_000);
    }
    expect([...statuses]).toEqual([200]);
    expect(looks).toBe(10);
  });
});
