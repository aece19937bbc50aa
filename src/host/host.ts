/**
 * The machine as the supervisor sees it. Everything that reads a clock, a device, a socket or the kernel stands
 * behind these interfaces, so that a whole box runs on QuickJS, or in a simulator. An adapter translates and
 * reports; it decides nothing. All calls return at once; results come through callbacks, never re-entrantly.
 */

import type { Address, Cidr, DigestMethod, HeartbeatLink } from '../config/config';
import type { IpvsOperation, IpvsSettings, IpvsTable } from '../director/table';

/** What a call came to: a value, or one sentence that says what failed, where, and the system's reason. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export type Done<T> = (result: Result<T>) => void;

export interface Cancellable {
  cancel(): void;
}

export interface Host {
  readonly clock: Clock;
  readonly mac: Mac;
  readonly texts: Texts;
  readonly network: Network;
  readonly ipvs: Ipvs;
  readonly log: Log;
  /** `length` random bytes from the kernel. */
  random(length: number): Uint8Array;
  /**
   * Opens a heartbeat medium. A device that is missing or vanishes is tried again every second; `onState` tells.
   * @param onData any piece of the byte stream (serial) or one datagram (UDP)
   */
  openLink(link: HeartbeatLink, handler: LinkHandler): LinkPort;
  /** Starts an exchange; waits for its turn while many are under way. */
  exchange(exchange: Exchange, done: Done<ExchangeReply>): Cancellable;
  /**
   * Sends one datagram; whether it arrives is not known.
   * @param to over UDP, or the path of a local socket
   */
  sendDatagram(
    to: { readonly address: Address; readonly port: number } | string,
    bytes: Uint8Array,
  ): Result<null>;
  /**
   * Opens a socket for ICMP echo. One serves the whole program.
   * @param onReply for each answer that came to a request of this program
   */
  openPinger(onReply: (host: Address) => void): Result<Pinger>;
  /**
   * Listens on a UDP port, on every address.
   * @param onDatagram for each datagram of at most `limitBytes`; longer ones are dropped
   */
  openReceiver(
    port: number,
    limitBytes: number,
    onDatagram: (bytes: Uint8Array, from: Address) => void,
  ): Result<Receiver>;
  /**
   * Opens the hardware watchdog, which runs from then on (Documentation/watchdog/watchdog-api.rst).
   * @param timeoutSeconds as wanted; the device may round it
   */
  openWatchdog(device: string, timeoutSeconds: number): Result<Watchdog>;
  /**
   * Serves requests of one line on a local stream socket, which only root may use.
   * @param onRequest answers once, then or later; again and again where the connection stays open
   */
  serve(path: string, onRequest: OnRequest): Result<null>;
  /** Starts `argv`, without a shell; stdout and stderr are collected up to `limitBytes`; killed at the deadline. */
  execute(command: Command, done: Done<CommandResult>): Cancellable;
  /** Reads a small file whole, e.g. under /proc or /sys. */
  readFile(path: string): Result<string>;
  /** Writes a small file in place, e.g. under /proc/sys. */
  writeFile(path: string, text: string): Result<null>;
  /** Replaces a small file so that a loss of power leaves the old or the new text. The disk may take its time. */
  saveFile(path: string, text: string, done: Done<null>): void;
}

/**
 * One line, without its end, that came in, and how to answer it.
 * @param reply closes the connection after the answer; with `onGone` it stays open until the other side closes it, which
 * that tells. It may then be answered again; a later answer takes the place of one that has not begun to go out, and a
 * client that does not read is closed.
 */
export type OnRequest = (line: string, reply: (text: string, onGone?: () => void) => void) => void;

export interface Clock {
  /** CLOCK_MONOTONIC in milliseconds, with fractions. */
  now(): number;
  /** CLOCK_REALTIME in milliseconds since 1970. Only for people to read. */
  wall(): number;
  /** What the box's time zone is ahead of UTC at that wall clock, in milliseconds. Absent: the box has none. */
  zoneMs?(wallMs: number): number;
  after(delayMs: number, run: () => void): Cancellable;
}

export interface Mac {
  /** HMAC (RFC 2104) of `data`; the digest's bytes. */
  hmac(method: Exclude<DigestMethod, 'crc'>, key: Uint8Array, data: Uint8Array): Uint8Array;
}

/** Texts whose characters are one byte each, U+0000 to U+00FF: what runs for every beat on every link. */
export interface Texts {
  read(bytes: Uint8Array): string;
  /** @returns the offset behind the text, for which there must be room */
  write(bytes: Uint8Array, offset: number, text: string): number;
  /** Two hexadecimal digits for each byte. */
  hex(bytes: Uint8Array): string;
  /** Whether two are the same; texts of one length take the same time wherever they differ. */
  same(a: string, b: string): boolean;
}

export interface LinkHandler {
  /**
   * @param bytes valid during the call only
   * @returns for a stream: how many bytes are still to come until a frame is whole, as far as can be expected, also where
   * none has begun; 0 when nobody can tell. Less is of no use before, so that a port may wait for so long.
   */
  onData(bytes: Uint8Array): number;
  /** `null` when the medium works, else why not. */
  onState(fault: string | null): void;
}

export interface LinkPort {
  /**
   * Sends one frame. Never queues behind an unsent one: the newest replaces a frame that still waits for the line.
   */
  send(frame: Uint8Array): void;
  /** Sends one frame when none of `send` waits for the line; the newest replaces one that still waits. */
  sendAside(frame: Uint8Array): void;
  close(): void;
}

export interface Pinger {
  /** Sends one echo request; failures are silence. */
  ping(host: Address): void;
  close(): void;
}

export interface Receiver {
  close(): void;
}

export interface Watchdog {
  /** As the device has it. */
  readonly timeoutMs: number;
  feed(): Result<null>;
  /** Disarms and closes it ("magic close"). */
  disarm(): Result<null>;
}

/** A conversation with one host, which begins with a request. */
export interface Exchange {
  /** `icmp`: with the ICMP header in `request`, and the IPv4 header before what comes (raw(7)); the port is 0. */
  readonly transport: 'tcp' | 'udp' | 'icmp';
  readonly address: Address;
  readonly port: number;
  readonly request: Uint8Array;
  /** From its start to its end, and until a TCP connection stands. */
  readonly deadlineMs: number;
  readonly connectMs?: number;
  /** What comes beyond it is not read; 0: a TCP connection is enough. Of datagrams, the newest alone is kept. */
  readonly limitBytes: number;
  /** The request is sent again, for it may be lost. */
  readonly resend?: { readonly everyMs: number; readonly times: number };
  /** Given all that has come, after each piece of it: what to send now, whether that was enough, or null for neither. */
  readonly next?: (bytes: Uint8Array) => Uint8Array | 'enough' | null;
}

export interface ExchangeReply {
  readonly bytes: Uint8Array;
  /** Why it ended: the peer closed, `limitBytes` were read, or `next` said so. */
  readonly end: 'closed' | 'limit' | 'enough';
}

export interface Command {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string;
  /** Infinity for a program that is meant to stay: it gets SIGTERM when it is cancelled, and when this program ends. */
  readonly deadlineMs: number;
  /** What comes beyond it is read and dropped. */
  readonly limitBytes: number;
  /** It has room of its own: programs that hang, of whatever number, cannot keep it from running. */
  readonly isVital?: true;
  /** Whatever it has left running in its process group is killed when it ends. */
  readonly endsWhole?: true;
}

export interface CommandResult {
  /** Exit status; 128 + signal number for a killed process. */
  readonly status: number;
  readonly output: string;
}

export interface InterfaceState {
  readonly name: string;
  readonly index: number;
  /** Hardware address, 6 bytes. */
  readonly mac: Uint8Array;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly addresses: readonly Cidr[];
}

export type NetworkOperation =
  | { readonly type: 'link-up'; readonly interface: string }
  | { readonly type: 'address-add'; readonly interface: string; readonly address: Cidr }
  | { readonly type: 'address-delete'; readonly interface: string; readonly address: Cidr }
  | { readonly type: 'route-replace'; readonly destination: Cidr; readonly via: Address }
  | { readonly type: 'route-delete'; readonly destination: Cidr; readonly via: Address };

export interface Network {
  read(done: Done<readonly InterfaceState[]>): void;
  /** Adding what is there and deleting what is not both succeed. Operations are carried out in the order of the calls. */
  apply(operation: NetworkOperation, done: Done<null>): void;
  /**
   * Reports every change of an interface's state, e.g. of its carrier.
   * @param onAddresses told that addresses have come or gone, whoever did it
   */
  watch(
    onChange: (state: Pick<InterfaceState, 'name' | 'up' | 'carrier'>) => void,
    onAddresses: () => void,
  ): void;
  /** Sends one Ethernet frame, header included. */
  sendFrame(interfaceName: string, frame: Uint8Array): Result<null>;
  /** Has the interface receive a multicast group until that is cancelled, whoever else joins or leaves it. */
  join(interfaceName: string, group: Address): Result<Cancellable>;
}

export interface Ipvs {
  /** @param withRates takes longer */
  read(done: Done<IpvsTable>, withRates?: boolean): void;
  readSettings(done: Done<IpvsSettings>): void;
  /** Operations are carried out in the order of the calls. */
  apply(operation: IpvsOperation, done: Done<null>): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One event: a stable name for programs, a sentence for people, and values. */
export type Log = (
  level: LogLevel,
  event: string,
  sentence: string,
  values?: Readonly<Record<string, unknown>>,
) => void;
