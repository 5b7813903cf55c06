/**
 * What the node needs of the world, as interfaces only: time, chance, the interface table, datagrams, one LED, a log.
 * The real world is in `linux/`; the tests bring a simulated one.
 */

/** Everything a node needs of the world. */
export interface System {
  readonly clock: Clock;
  readonly random: Random;
  readonly interfaces: InterfaceTable;
  readonly datagrams: DatagramNetwork;
  readonly led: Led;
  readonly log: Log;
  readonly wifi: Wifi;
  readonly vitals: Vitals;
  readonly heartbeat: Heartbeat;
  readonly heap: Heap;
  /** Absent where the device's name is fixed. */
  readonly names?: Names | undefined;
  readonly http: HttpServer;
}

/** Monotonic time. The board has no real-time clock and its wall clock jumps by months, so nothing here ever asks it. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number;
  /** Calls back once, `delayMs` from now, unless cancelled. */
  after(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number;
  /** 64 bits that nobody can guess, as 11 characters of base64url. */
  token(): string;
}

/** One row of the kernel's interface table, reduced to what decides whether we can be heard through it. */
export interface NetworkInterface {
  readonly name: string;
  /** The kernel's number of it; a recreated interface of the same name gets another. 0 where the system tells none. */
  readonly index: number;
  /** IPv4 addresses, in the kernel's order. */
  readonly addresses: readonly string[];
  /** Up and with a carrier (on Wi-Fi: associated). */
  readonly running: boolean;
  /** How often the carrier came or went: a flap between two looks shows here and nowhere else. */
  readonly carrierChanges: number;
  readonly wireless: boolean;
  readonly defaultRoute: boolean;
}

export interface InterfaceTable {
  snapshot(): readonly NetworkInterface[];
  /** Calls `hint` whenever something may have changed. A hint says only "look now". */
  watch(hint: () => void): { close(): void };
}

export interface MulticastGroup {
  /** 224.0.0.0/4 */
  readonly address: string;
  /** UDP port. */
  readonly port: number;
  /** Router hops; 1 stays on the LAN. */
  readonly ttl: number;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface DatagramHandler {
  /** `echo`: the kernel looped our own datagram back to us. */
  onDatagram(payload: Uint8Array, from: Endpoint, echo: boolean): void;
  /** What came to the sender's own endpoint and not to the group. */
  onUnicast(payload: Uint8Array, from: Endpoint): void;
  /** The socket is of no further use; the owner closes it. */
  onError(error: Error): void;
}

export interface DatagramNetwork {
  /**
   * Opens the pair of sockets that receives from the group and sends to it, through the interface that has
   * `interfaceAddress`. Rejects with an error that carries the system's `code` (`EADDRINUSE`, `ENODEV`, …).
   * The sender gets `wantedPort` if it is free, else any.
   */
  open(
    group: MulticastGroup,
    interfaceAddress: string,
    handler: DatagramHandler,
    wantedPort?: number,
  ): Promise<DatagramSocket>;
}

/** A receiver and a sender in one. Two sockets underneath, so that the sender goes on while the receiver is shut. */
export interface DatagramSocket {
  /** The sender's own endpoint: what comes from exactly here is our echo. */
  readonly local: Endpoint;
  /** To the group, or by unicast. Rejects with the system's error code: a state of the network, not a fault of ours. */
  send(payload: Uint8Array, to?: Endpoint): Promise<void>;
  /** Shuts (false) or opens (true) the receiver. */
  listen(on: boolean): Promise<void>;
  /**
   * How many datagrams to the group the kernel has thrown away because they were not read in time. Begins anew when the
   * receiver is opened; all programs of this host that hear the group are counted; 0 where that is not known.
   */
  lost(): number;
  /** Settles when both sockets are closed; never rejects. */
  close(): Promise<void>;
}

/** `act` is the board's own LED; a GPIO line is given by its BCM number. */
export type LedChoice = 'auto' | 'act' | 'terminal' | 'none' | { readonly gpio: number };

export interface Led {
  /** Which LED this is, in the words of the configuration. */
  readonly id: string;
  /** Takes the LED, dark. Rejects when it is not to be had. */
  open(): Promise<void>;
  /** Throws when the LED can no longer be driven. */
  set(on: boolean): void;
  /** Dark and given back. Synchronous, so that it also works when the process is about to die; never throws. */
  close(): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface LogLine {
  readonly level: LogLevel;
  /** `noun.verb`, for machines. */
  readonly event: string;
  /** One sentence, for people. */
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Log {
  /** Whether lines of this level are written at all; lets the hot path skip making them. */
  writes(level: LogLevel): boolean;
  write(line: LogLine): void;
}

/** Where a person reads what a command has to say: its standard output. */
export interface Terminal {
  /** In characters; undefined when it is no screen but a file or another program. */
  size(): { readonly columns: number; readonly rows: number } | undefined;
  /** One more line. */
  print(line: string): void;
  /** On a screen: these lines instead of all that it showed. What was there before comes back with {@link close}. */
  show(lines: readonly string[]): void;
  /** Synchronous, so that it also works when the process is about to die; never throws. */
  close(): void;
}

export interface WifiConnection {
  /** The network's name: text chosen by whoever runs the access point. */
  readonly ssid: string;
  readonly signalDbm: number;
}

export interface Wifi {
  /** The connection of an interface; undefined when it has none. Rejects where NetworkManager cannot be asked. */
  connection(interfaceName: string): Promise<WifiConnection | undefined>;
  /** Re-activates the connection that the interface has now. Rejects when it cannot be done. */
  reconnect(interfaceName: string): Promise<void>;
}

export interface VitalSigns {
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  /** Absent where the machine tells none. */
  readonly temperatureCelsius?: number;
}

export interface Heap {
  /** From now on, prefers less memory to more speed. */
  keepSmall(): Promise<void>;
  /** From now on, the other way round, unless whoever started the process has decided otherwise. */
  preferSpeed(): Promise<void>;
  /** Returns unused memory to the machine. Takes tens of milliseconds, a few times that on the board. */
  giveBack(): Promise<void>;
  /** What of the machine's memory the process takes at the moment. */
  residentBytes(): number;
}

export interface Heartbeat {
  /** Leaves a sign of life. */
  beat(): void;
}

/** Whoever can rename the device while it runs. */
export interface Names {
  /** What it is called now. Rejects when that cannot be learnt. */
  current(signal: AbortSignal): Promise<string>;
}

export interface Vitals {
  /** What board this is, in the maker's words; asked once. */
  model(): Promise<string>;
  sample(): Promise<VitalSigns>;
}

export interface HttpRequest {
  readonly method: string;
  /** As it was asked for: the path, and whatever follows it. */
  readonly target: string;
  readonly host: string | undefined;
  /** The `If-None-Match` header. */
  readonly unless: string | undefined;
}

/** Somebody who keeps listening to an answer that has no end. */
export interface HttpReader {
  /** What was sent and is still waiting in our memory. */
  readonly pendingBytes: number;
  send(text: string): void;
  /** Hangs up. */
  end(): void;
}

export interface HttpAnswer {
  /** Kept back so long: who asks without a pause has to wait for each answer. */
  readonly afterMs?: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body:
    | { readonly whole: Uint8Array }
    /** Sent as it is to whoever can unpack it. */
    | { readonly gzipped: Uint8Array }
    /** Without end. Returns what to call when the reader is gone. */
    | { readonly stream: (reader: HttpReader) => () => void };
}

export interface HttpDesk {
  answer(request: HttpRequest): HttpAnswer;
  /** Somebody was turned away, because a limit was reached. */
  onTurnedAway(): void;
}

export interface HttpServer {
  /**
   * Serves on every address of the machine, within limits that no client can overstep: how many there are, how slow they
   * are, how much of our memory they take. Rejects with an error that carries the system's `code` (`EADDRINUSE`, …).
   */
  listen(port: number, desk: HttpDesk): Promise<{ close(): Promise<void> }>;
}
