import { describe, expect, it } from 'vitest';
import { logLine } from '../../../src/status/log-lines.ts';

const peer = { peer: 'anna', address: '10.0.0.7', port: 40_000, peers: 2 };
const eth0 = { address: '10.0.0.2', interface: 'eth0', index: 2, carrierChanges: 1, wireless: false };

describe('logLine()', () => {
  it('tells a person and a machine the same', () => {
    expect(logLine({ event: 'peer.joined', ...peer, twin: false })).toEqual({
      level: 'info',
      event: 'peer.joined',
      message: 'anna (10.0.0.7) is here; 2 friends now',
      fields: { peer: 'anna', address: '10.0.0.7', port: 40_000, peers: 2 },
    });
  });

  it('names a twin as one', () => {
    const line = logLine({ event: 'peer.joined', ...peer, twin: true });
    expect(line.message).toContain('bears our own name');
    expect(line.fields).toMatchObject({ twin: true });
  });

  it('says whether a friend came back or moved', () => {
    const renewed = { event: 'peer.renewed', ...peer, previousPort: 39_999 } as const;
    expect(logLine({ ...renewed, previousAddress: '10.0.0.7' }).message).toBe(
      'anna (10.0.0.7) has come back; 2 friends now',
    );
    expect(logLine({ ...renewed, previousAddress: '10.0.0.6' }).message).toBe(
      'anna has moved from 10.0.0.6 to 10.0.0.7; 2 friends now',
    );
  });

  it('counts friends as people do', () => {
    const left = { event: 'peer.left', ...peer, reason: 'silent', silentMs: 35_000 } as const;
    expect(logLine({ ...left, peers: 0 }).message).toBe(
      'anna (10.0.0.7) is gone, silent for 35 s; no friends now',
    );
    expect(logLine({ ...left, peers: 1 }).message).toMatch(/; 1 friend now$/);
  });

  it('has flat fields: texts and numbers, no objects', () => {
    const events = [
      {
        event: 'node.started',
        name: 'a',
        version: '1',
        group: { address: '239.2.3.4', port: 1, ttl: 1 },
        announceIntervalMs: 1,
        holdMs: 2,
      },
      { event: 'address.changed', before: eth0, now: eth0, reason: 'carrier' },
      { event: 'address.lost', before: eth0, reason: 'carrier' },
      { event: 'beacon.up', address: eth0, group: { address: '239.2.3.4', port: 1, ttl: 1 }, sourcePort: 5 },
      { event: 'child.restarted', child: 'beacon', cause: new Error('bad'), restarts: 1, delayMs: 0 },
      { event: 'datagram.refused', reason: 'foreign', from: { address: '10.0.0.1', port: 4 } },
      { event: 'led.unavailable', led: 'gpio17', cause: Object.assign(new Error('busy'), { code: 'EBUSY' }) },
    ] as const;
    for (const event of events) {
      for (const value of Object.values(logLine(event).fields))
        expect(['string', 'number', 'boolean']).toContain(typeof value);
    }
  });

  it('is one line, whatever another program has to say', () => {
    const cause = new Error('Command failed: nmcli\nError: NetworkManager is not running.\n');
    const { message, fields } = logLine({ event: 'wifi.unavailable', cause });
    expect(message).toMatch(/nmcli Error: NetworkManager is not running\.$/);
    expect(fields.cause).toBe('Command failed: nmcli Error: NetworkManager is not running.');
  });

  it('gives a fault its cause and the system’s word for it', () => {
    const cause = Object.assign(new Error('EBUSY: resource busy'), { code: 'EBUSY' });
    expect(logLine({ event: 'led.unavailable', led: 'gpio17', cause })).toMatchObject({
      level: 'warn',
      fields: { led: 'gpio17', cause: 'EBUSY: resource busy', code: 'EBUSY' },
    });
  });
});
