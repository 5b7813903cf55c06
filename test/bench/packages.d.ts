/** What the bench uses of other libraries, which have no types of their own. */

declare module 'multicast-dns' {
  import type { EventEmitter } from 'node:events';
  /** `socket`: used instead of one of its own. */
  export default function multicastDns(options: {
    socket: object;
    port: number;
    bind: string;
    multicast: false;
  }): EventEmitter;
}

declare module 'dns-packet' {
  export const AUTHORITATIVE_ANSWER: number;
  export function encode(packet: object): Buffer;
}

declare module 'node-discover' {
  import type { Socket } from 'node:dgram';
  import { EventEmitter } from 'node:events';
  export default class Discover extends EventEmitter {
    readonly broadcast: { readonly socket: Socket };
    constructor(options: object, ready: () => void);
  }
}
