/**
 * The configuration of one pair, as every part of the program sees it. One file describes both boxes; what
 * differs between them stands under `nodes`. The text form, limits, defaults and help are in `schema.ts`.
 * This file owns the shape only; it imports nothing.
 */

/** IPv4 address in dotted form, e.g. `192.0.2.1`. */
export type Address = string;

/** IPv4 address with prefix length, e.g. `192.0.2.1/24`. */
export type Cidr = string;

export interface Config {
  /** Exactly two in a pair, in the order of their names; the node names equal the boxes' host names. */
  readonly nodes: readonly NodeConfig[];
  readonly heartbeat: HeartbeatConfig;
  readonly group: GroupConfig;
  readonly console: ConsoleConfig;
  readonly panel: PanelConfig;
  readonly services: readonly VirtualService[];
  readonly hostgroups: readonly HostGroup[];
  readonly watches: readonly Watch[];
}

export interface NodeConfig {
  readonly name: string;
  readonly interfaces: readonly InterfaceConfig[];
  readonly routes: readonly RouteConfig[];
}

export interface InterfaceConfig {
  readonly name: string;
  readonly addresses: readonly Cidr[];
}

export interface RouteConfig {
  /** `0.0.0.0/0` is the default route. */
  readonly destination: Cidr;
  readonly via: Address;
}

export interface HeartbeatConfig {
  readonly keepaliveMs: number;
  readonly warntimeMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  /** `on`: the group returns to the preferred node; `off`: it stays; `legacy`: as `on`, without asking first. */
  readonly autoFailback: 'on' | 'off' | 'legacy';
  readonly hopfudge: number;
  /** At least one. A frame goes out on all of them. */
  readonly links: readonly HeartbeatLink[];
  readonly auth: AuthConfig;
  /** Silence after which a ping node is taken for unreachable. */
  readonly deadpingMs: number;
  /** Hosts that both boxes should reach; the box that reaches fewer hands over. */
  readonly pings: readonly PingGroup[];
  /** Device of the hardware watchdog, e.g. `/dev/watchdog`, or null. */
  readonly watchdog: string | null;
  /** Program name and arguments that switch the peer off; the peer's name is appended. Null: no fencing. */
  readonly stonith: readonly string[] | null;
  /** Programs that are kept running: Linux-HA's `respawn`. */
  readonly helpers: readonly (readonly string[])[];
}

/** Linux-HA's `ping_group`: reachable when any member is. A single ping node is a group of one, named by its address. */
export interface PingGroup {
  readonly name: string;
  readonly hosts: readonly Address[];
}

export type HeartbeatLink =
  | { readonly kind: 'serial'; readonly device: string; readonly baud: number }
  | { readonly kind: 'bcast'; readonly interface: string; readonly port: number }
  | {
      readonly kind: 'mcast';
      readonly interface: string;
      readonly group: Address;
      readonly port: number;
      readonly ttl: number;
    }
  | { readonly kind: 'ucast'; readonly interface: string; readonly peer: Address; readonly port: number };

/** Keys as in heartbeat's `authkeys`: frames are signed with `signWith` and accepted when signed with any key listed. */
export interface AuthConfig {
  readonly signWith: number;
  readonly keys: readonly AuthKey[];
}

export type DigestMethod = 'sha256' | 'sha1' | 'md5' | 'crc';

export interface AuthKey {
  /** 0..15 */
  readonly id: number;
  readonly method: DigestMethod;
  /** Empty for `crc` only. */
  readonly secret: string;
}

/** What moves between the boxes, all or nothing. */
export interface GroupConfig {
  /** Node that holds the group when both could. */
  readonly preferred: string;
  /** Outside virtual addresses. */
  readonly vips: readonly Cidr[];
  /** Inside addresses that the real servers use as their default gateway. */
  readonly gateways: readonly Cidr[];
}

/** What a person finds at the console. */
export interface ConsoleConfig {
  readonly idleTimeoutMs: number;
  /** What it shows while nobody is logged in. */
  readonly screen: 'panel' | 'log';
}

/** Displays of the state on serial ports of their own. */
export interface PanelConfig {
  readonly lines: readonly PanelLine[];
  readonly lcds: readonly PanelLcd[];
  /** Devices whose modem lines are lamps. */
  readonly lamps: readonly string[];
}

/** One line of words each so often. */
export interface PanelLine {
  readonly device: string;
  readonly baud: number;
  readonly intervalMs: number;
}

/** A display module. */
export interface PanelLcd {
  readonly device: string;
  /** `auto`, or maker and size. */
  readonly module: string;
  /** Null: the usual ones are tried. */
  readonly baud: number | null;
  readonly hasStandbyKey: boolean;
}

export interface VirtualService {
  readonly protocol: 'tcp' | 'udp';
  readonly address: Address;
  readonly port: number;
  /** Name of an IPVS scheduler, e.g. `rr`. */
  readonly scheduler: string;
  readonly servers: readonly RealServer[];
}

export interface RealServer {
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly method: 'nat' | 'dr' | 'tun';
}

export interface HostGroup {
  readonly name: string;
  readonly hosts: readonly string[];
}

/** mon's `watch`: services that are checked on the hosts of one group. */
export interface Watch {
  readonly hostgroup: string;
  readonly services: readonly WatchService[];
}

export interface WatchService {
  readonly name: string;
  readonly intervalMs: number;
  /** Program name and arguments, e.g. `['http.monitor', '-p', '8080']`. */
  readonly monitor: readonly string[];
  /** A check that has not answered by then has failed. */
  readonly timeoutMs: number;
  readonly periods: readonly Period[];
}

/** mon's `period`: when, and which alerts. */
export interface Period {
  readonly label: string;
  /** Time::Period syntax; empty means always. */
  readonly time: string;
  /** Program name and arguments, run when the service fails. */
  readonly alerts: readonly (readonly string[])[];
  readonly upalerts: readonly (readonly string[])[];
}
