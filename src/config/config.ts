/**
 * The configuration of one pair, as every part of the program sees it. One file describes both boxes; what
 * differs between them stands under `nodes`. The text form, limits, defaults and help are in `schema.ts`.
 * This file owns the shape only; it imports nothing.
 */

/** IPv4 address in dotted form, e.g. `192.0.2.1`; of virtual services and real servers also IPv6 as RFC 5952 has it. */
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
  /** Of all services together; absent: as the kernel has it at its start, and no sync daemon. */
  readonly ipvs?: IpvsConfig;
  readonly hostgroups: readonly HostGroup[];
  readonly watches: readonly Watch[];
  /** Absent: none are heard. */
  readonly traps?: TrapsConfig;
  /** Absent where nothing of it is set. */
  readonly alerting?: AlertingConfig;
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

/** What names a virtual service: where clients connect to, or the mark that the box's own packet filter sets. */
export type ServiceKey =
  | { readonly protocol: 'tcp' | 'udp'; readonly address: Address; readonly port: number }
  | { readonly protocol: 'fwmark'; readonly mark: number; readonly family: 'ipv4' | 'ipv6' };

export type VirtualService = ServiceKey & ServiceSettings;

/** What is absent is not wanted, or as the schema has it. */
export interface ServiceSettings {
  /** Name of an IPVS scheduler, e.g. `rr`. */
  readonly scheduler: string;
  readonly schedulerFlags?: readonly SchedulerFlag[];
  readonly persistence?: PersistenceConfig;
  /** Each UDP datagram is scheduled by itself. */
  readonly onePacket?: true;
  /** What becomes of a server that is down. */
  readonly down?: 'remove' | 'weight-0';
  /** Weight of the servers that are up, below which the sorry server takes their place; 1. */
  readonly quorum?: number;
  /** The quorum is lost below `quorum - hysteresis`, and reached again at `quorum + hysteresis`; 0. */
  readonly hysteresis?: number;
  readonly sorry?: Omit<RealServer, 'weight'>;
  /** A server that comes back gets its weight step by step over this time. */
  readonly slowStartMs?: number;
  /** A server that is drained is taken out when so many connections are left, or after this time. */
  readonly drainConnections?: number;
  readonly drainTimeMs?: number;
  readonly servers: readonly RealServer[];
}

/** Of sh and mh (ip_vs_sh.c, ip_vs_mh.c). */
export type SchedulerFlag = 'sh-fallback' | 'sh-port' | 'mh-fallback' | 'mh-port';

export interface PersistenceConfig {
  readonly timeoutMs: number;
  /** Clients of one network of this prefix length count as one; absent: each by itself. */
  readonly prefix?: number;
  /** What a client is known by instead of its address. */
  readonly engine?: 'sip';
}

export interface RealServer {
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly method: 'nat' | 'dr' | 'tun';
  /** Connections: at the upper one it gets no more until it is below the lower one. Absent: no limit. */
  readonly upperThreshold?: number;
  readonly lowerThreshold?: number;
  /** Of method `tun`; absent: IPIP. */
  readonly tunnel?: TunnelConfig;
}

export interface TunnelConfig {
  readonly kind: 'ipip' | 'gue' | 'gre';
  /** UDP port of GUE, else 0. */
  readonly port: number;
  readonly checksum: 'none' | 'csum' | 'remcsum';
}

export interface IpvsConfig {
  /** Idle connections are forgotten after so long. */
  readonly timeouts: { readonly tcpMs: number; readonly tcpFinMs: number; readonly udpMs: number };
  readonly sync: SyncConfig | null;
}

/** Connections are told to the other box over this interface. */
export interface SyncConfig {
  readonly interface: string;
  readonly id: number;
  readonly group: Address;
  readonly port: number;
  readonly ttl: number;
  /** Bytes of a message; null: as the interface's MTU has it. */
  readonly maxBytes: number | null;
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

/** What alerts of some kinds need, whichever watch gives them. */
export interface AlertingConfig {
  /** Which boxes give alerts of checks and traps; the active one when absent. */
  readonly boxes?: 'both';
  readonly mail: MailConfig;
}

export interface MailConfig {
  /** Takes the mails by SMTP; null: no mails can be sent. */
  readonly relay: { readonly address: Address; readonly port: number } | null;
  /** Sender of mails whose alert names none; null: understudy at the host name. */
  readonly from: string | null;
  /** What the box calls itself to the relay; null: the node's name. */
  readonly hostname: string | null;
}

/** What is absent is not wanted, or as the schema has it. */
export interface WatchService {
  readonly name: string;
  readonly intervalMs: number;
  /** Program name and arguments, e.g. `['http.monitor', '-p', '8080']`; empty: only traps tell of the service. */
  readonly monitor: readonly string[];
  /** A check that has not answered by then has failed. */
  readonly timeoutMs: number;
  readonly periods: readonly Period[];
  /** Time from one check to the next after a bad one. */
  readonly failureIntervalMs?: number;
  /** The time to the next check is random by so much, up or down. */
  readonly randskewMs?: number;
  /** The first check comes at a random moment within it. */
  readonly randstartMs?: number;
  /** Good checks in a row after which a service that failed is good; 1. */
  readonly rise?: number;
  /** Bad checks in a row after which a service fails; 1. */
  readonly fall?: number;
  readonly description?: string;
  /** Environment of monitors and alerts. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Checked also when no host is left. */
  readonly allowEmptyGroup?: true;
  readonly excludeHosts?: readonly string[];
  /** Time::Period syntax: when it is not checked. */
  readonly excludePeriod?: string;
  /** It fails without a trap for so long. */
  readonly traptimeoutMs?: number;
  /** So long after a trap it is good again. */
  readonly trapdurationMs?: number;
  /** Expressions as monitor/dependencies.ts reads them: what holds back alerts, checks, and hosts of a check. */
  readonly alertDepend?: string;
  readonly monitorDepend?: string;
  readonly hostDepend?: string;
  /** What depends on the service is held back for so long after it is good again. */
  readonly depMemoryMs?: number;
  /** Another summary ends the acknowledgement. */
  readonly unackSummary?: true;
}

/** mon's `period`: when, and which alerts. */
export interface Period {
  readonly label: string;
  /** Time::Period syntax; empty means always. */
  readonly time: string;
  /** Program name and arguments, run when the service fails; a first word `exit=N-M` says at which exit values. */
  readonly alerts: readonly (readonly string[])[];
  readonly upalerts: readonly (readonly string[])[];
  readonly startupalerts?: readonly (readonly string[])[];
  readonly ackalerts?: readonly (readonly string[])[];
  readonly disablealerts?: readonly (readonly string[])[];
  /** People hear of a service that goes on failing only so often; `mode` says what makes an exception. */
  readonly alertevery?: { readonly everyMs: number; readonly mode: AlerteveryMode };
  /** So many failures, in a row or within a time; or a failing service for longer than a time. */
  readonly alertafter?: { readonly failures?: number; readonly withinMs?: number };
  /** Most alerts during a failure. */
  readonly numalerts?: number;
  /** Upalerts also where no alert was given. */
  readonly noCompAlerts?: true;
  /** Upalerts only after so long a failure. */
  readonly upalertafterMs?: number;
}

/** As in mon: the summary, or with it the detail, or nothing of both; `strict`: not even that it was good meanwhile. */
export type AlerteveryMode = 'observe_summary' | 'observe_detail' | 'ignore_summary' | 'strict';

/** mon's traps: who else may tell that a service fails or is good. */
export interface TrapsConfig {
  readonly port: number;
  /** Networks that they may come from. */
  readonly from: readonly Cidr[];
  /** One of them a trap must name; anyone may send when there is none. */
  readonly users: readonly { readonly name: string; readonly password: string }[];
}
