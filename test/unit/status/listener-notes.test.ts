import { describe, expect, it } from 'vitest';
import { ListenerNotes } from '../../../src/status/listener-notes.ts';

const UP = {
  event: 'listener.up',
  address: { address: '10.0.0.2', interface: 'eth0', index: 2, carrierChanges: 1, wireless: false },
  group: { address: '239.2.3.4', port: 49_001, ttl: 1 },
} as const;

describe('ListenerNotes', () => {
  it('listens from when the sockets are open', () => {
    const notes = new ListenerNotes();
    expect(notes.listening).toBe(false);
    notes.note(UP);
    expect(notes.listening).toBe(true);
    expect(notes.headline).toContain('10.0.0.2');
  });

  it('listens again when sockets that were opened anew had to be waited for', () => {
    const notes = new ListenerNotes();
    notes.note(UP);
    notes.note({ event: 'listener.blocked', code: 'EADDRINUSE' });
    expect(notes.listening).toBe(false);
    expect(notes.headline).toContain('EADDRINUSE');
    notes.note({ event: 'listener.unblocked' });
    expect(notes.listening).toBe(true);
    expect(notes.headline).not.toContain('EADDRINUSE');
  });
});
