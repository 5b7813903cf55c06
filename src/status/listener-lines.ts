/** The lines of a command that only listens: the node's own, and those that only a listener has. Pure. */
import type { ListenerEvent } from '../multicast/listener.ts';
import type { LogLine } from '../system/system.ts';
import type { NodeEvent } from './events.ts';
import { logLine } from './log-lines.ts';

type OwnEvent = Exclude<ListenerEvent, NodeEvent>;

export function listenerLine(event: NodeEvent | ListenerEvent): LogLine {
  return isOwn(event) ? ownLine(event) : logLine(event);
}

function isOwn(event: NodeEvent | ListenerEvent): event is OwnEvent {
  return event.event.startsWith('listener.');
}

function ownLine(event: OwnEvent): LogLine {
  switch (event.event) {
    case 'listener.up': {
      const { group, address } = event;
      return {
        level: 'info',
        event: event.event,
        message: `Listening to ${group.address}:${group.port} at ${address.address} (${address.interface})`,
        fields: {
          address: address.address,
          interface: address.interface,
          group: group.address,
          port: group.port,
        },
      };
    }
    case 'listener.down': {
      const { received, dropped } = event;
      const message = `Stopped listening after ${received} datagrams, ${dropped} of them dropped`;
      return { level: 'debug', event: event.event, message, fields: { received, dropped } };
    }
    case 'listener.blocked': {
      const message = `The network refuses our sockets (${event.code}); trying again`;
      return { level: 'warn', event: event.event, message, fields: { code: event.code } };
    }
    case 'listener.unblocked':
      return {
        level: 'info',
        event: event.event,
        message: 'The network takes our sockets again',
        fields: {},
      };
  }
}
