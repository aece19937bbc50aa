/**
 * The words between the cluster core and the supervisor: configuration, events, effects, status. Owns shapes only.
 *
 * Contract. The supervisor calls `step` for every event and `{type:'tick'}` at `nextWakeMs`; it carries out the
 * effects in their order. Every `acquire` and `release` effect is answered exactly once, in order, by
 * `group-acquired`, `group-released` or `group-failed`; both operations are idempotent (acquire completes what is
 * there, release removes what is there), and the supervisor bounds how long they take.
 */

import type { Address, AuthConfig, HeartbeatConfig, PingGroup } from '../config/config';
import type { Beat } from './beat';

/** What the core needs of the pair's configuration, seen from one box; `clusterConfig` makes it. */
export interface ClusterConfig {
  readonly node: string;
  readonly peer: string;
  readonly preferred: string;
  readonly keepaliveMs: number;
  readonly warntimeMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  readonly autoFailback: HeartbeatConfig['autoFailback'];
  readonly ttl: number;
  /** Names of the heartbeat links for people, e.g. `serial /dev/ttyS1`; events name a link by its place here. */
  readonly links: readonly string[];
  readonly auth: AuthConfig;
  readonly deadpingMs: number;
  readonly pings: readonly PingGroup[];
  /** A command that switches the peer off is configured: it must succeed before this box takes from a dead peer. */
  readonly fences: boolean;
  /** A hardware watchdog is configured. */
  readonly watchdog: boolean;
  /** Of this program, e.g. `0.1.0`. */
  readonly version: string;
  /** 32 bits of a digest of the whole configuration; the pair's boxes should have the same. */
  readonly configHash: number;
}

/** What the supervisor finds when it starts. */
export interface Boot {
  readonly nowMs: number;
  /** 32 random bits that name this run of the program; what makes replays of an earlier run useless. */
  readonly session: number;
  /** Wall clock in whole seconds: Linux-HA's generation, `hbgenmethod time`. A wrong clock does no harm here. */
  readonly generation: number;
  /** True when the kernel holds any part of the group: an earlier run of the supervisor was the owner. */
  readonly held: boolean;
  /** All interfaces of the group have carrier. */
  readonly carrier: boolean;
  /** The maintenance flag as it was remembered, also over a loss of power. */
  readonly maintenance: boolean;
}

/** Which of hb_standby's and hb_takeover's resources: all, or only those that prefer this box or the other one. */
export type Scope = 'all' | 'local' | 'foreign';

export type Command =
  | { readonly name: 'standby' | 'takeover'; readonly scope: Scope }
  | { readonly name: 'maintenance'; readonly on: boolean }
  | { readonly name: 'shutdown' };

export type ClusterEvent =
  /** A frame whose signature is right; what the receiver hands out. */
  | { readonly type: 'frame'; readonly link: number; readonly beat: Beat }
  /** A frame that is none: noise, a wrong key, a stranger. Counted, nothing else. */
  | { readonly type: 'refused'; readonly link: number; readonly why: string }
  | { readonly type: 'tick' }
  | { readonly type: 'link-state'; readonly link: number; readonly fault: string | null }
  /** Whether all interfaces of the group have carrier. */
  | { readonly type: 'carrier'; readonly ok: boolean }
  /** The first round of real-server checks is done. */
  | { readonly type: 'ready'; readonly ready: boolean }
  | { readonly type: 'group-acquired' }
  | { readonly type: 'group-released' }
  /** An acquire or release failed; without either under way: an owner found that it lost part of the group. */
  | { readonly type: 'group-failed'; readonly reason: string }
  /** Answered by exactly one `reply` effect in the same step. */
  | { readonly type: 'command'; readonly command: Command }
  /** A ping node has answered. */
  | { readonly type: 'pong'; readonly host: Address }
  /** How many of the real servers are good. */
  | { readonly type: 'health'; readonly servers: ServerCount }
  /** The fencing command has ended; null: the peer is switched off. */
  | { readonly type: 'fenced'; readonly fault: string | null }
  /** The watchdog as armed: its true timeout, or why it cannot be used. */
  | { readonly type: 'watchdog'; readonly timeoutMs: number | null; readonly fault: string | null }
  /**
   * Another configuration holds from now on; both nodes keep their names.
   * @param isNewWatchdog the watchdog is another device, or there is none any more, or for the first time
   */
  | { readonly type: 'configured'; readonly config: ClusterConfig; readonly isNewWatchdog: boolean }
  /** A message of a Linux-HA heartbeat 3.0.6 whose signature is right. It is counted and acknowledged, nothing else. */
  | { readonly type: 'classic'; readonly link: number; readonly message: ClassicMessage };

/** What matters of a message of heartbeat 3.0.6; `sequence` is null for types that have none (`NS_...`). */
export interface ClassicMessage {
  readonly src: string;
  readonly messageType: string;
  readonly generation: number;
  readonly sequence: number | null;
}

/** Good real servers and all of them. */
export interface ServerCount {
  readonly good: number;
  readonly all: number;
}

export type Effect =
  /** One beat, to be signed once and sent on all links. */
  | { readonly type: 'send'; readonly beat: Beat }
  | { readonly type: 'acquire'; readonly reason: string }
  | { readonly type: 'release'; readonly reason: string }
  /** Tell the networks (ARP) who holds the addresses, from the start of the announcement schedule. */
  | { readonly type: 'announce'; readonly reason: string }
  | {
      readonly type: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly event: string;
      readonly sentence: string;
      readonly values: Readonly<Record<string, string | number | boolean | null>>;
    }
  /** What came of a command, for the operator. */
  | { readonly type: 'reply'; readonly accepted: boolean; readonly sentence: string }
  /** Send one ICMP echo request to each. */
  | { readonly type: 'ping'; readonly hosts: readonly Address[] }
  /** Run the fencing command, once; answered by `fenced`. */
  | { readonly type: 'fence'; readonly reason: string }
  /**
   * `arm` is answered by the event `watchdog`; `feed` comes with each beat while armed; `disarm` closes it in peace. A box
   * that starts without the group says `disarm` first: an earlier run may have left the device running. `arm` may come
   * again, with another deadtime, before which the device is to bite.
   */
  | { readonly type: 'watchdog'; readonly act: 'arm' | 'feed' | 'disarm'; readonly deadtimeMs: number }
  /** Keep this over a loss of power. */
  | { readonly type: 'remember'; readonly maintenance: boolean }
  /** Acknowledge a classic message to a heartbeat 3.0.6, so that it does not run into its flow control. */
  | { readonly type: 'acknowledge'; readonly message: ClassicMessage }
  /** A shutdown is complete: the group is released and the peer was told. */
  | { readonly type: 'stopped' };

/**
 * `init`: just started, nothing decided; `standby`; `acquiring`; `active`; `releasing`: letting go;
 * `leaving`: released for good, telling the peer; `stopped`.
 */
export type Role = 'init' | 'standby' | 'acquiring' | 'active' | 'releasing' | 'leaving' | 'stopped';

/** `unknown`: not heard since the start; `late`: silent for warntime; `left`: said that it shuts down. */
export type PeerState = 'unknown' | 'alive' | 'late' | 'dead' | 'left';

export interface LinkStatus {
  readonly name: string;
  /** `unknown`: never heard on; `silent`: the peer was not heard on it for its deadtime. */
  readonly state: 'unknown' | 'up' | 'silent';
  /** Why the medium itself does not work, or null. */
  readonly fault: string | null;
  /** Monotonic time, or null. */
  readonly lastHeardMs: number | null;
  /** Beats that came and beats that were missing between those that came, in this session of the peer. */
  readonly heard: number;
  readonly missed: number;
  readonly refused: number;
  /** Messages of a heartbeat 3.0.6. */
  readonly classic: number;
}

export interface PingStatus {
  readonly name: string;
  readonly reachable: boolean;
  readonly lastHeardMs: number | null;
}

export interface WatchdogStatus {
  readonly armed: boolean;
  /** Null until it was armed once. */
  readonly timeoutMs: number | null;
  readonly fault: string | null;
  /** By how much a box that hangs could outlast its deadtime, and so be active beside its successor. */
  readonly overlapMs: number | null;
}

/** What differs between the boxes and should not. */
export interface Mismatch {
  readonly what: 'configuration' | 'version' | 'preferred node' | 'real servers';
  readonly own: string;
  readonly peers: string;
}

export interface ClusterStatus {
  readonly node: string;
  readonly role: Role;
  /** When and why the role was taken (monotonic time). */
  readonly sinceMs: number;
  readonly why: string;
  readonly preferred: boolean;
  readonly epoch: number;
  /** Whether this box could take the group now, and if not, why. */
  readonly able: boolean;
  readonly unableBecause: string | null;
  readonly maintenance: boolean;
  /** Flap damping: until then this box leaves the group to a peer that lives (monotonic time), or null. */
  readonly dampedUntilMs: number | null;
  readonly version: string;
  readonly configHash: number;
  readonly servers: ServerCount | null;
  readonly pings: readonly PingStatus[];
  /** Null when none is configured. */
  readonly watchdog: WatchdogStatus | null;
  /** Null when none is configured; `failed`: the last attempt, another follows. */
  readonly fencing: 'idle' | 'running' | 'failed' | 'done' | null;
  readonly mismatches: readonly Mismatch[];
  readonly peer: {
    readonly name: string;
    readonly state: PeerState;
    readonly sinceMs: number;
    readonly lastHeardMs: number | null;
    readonly claim: Beat['claim'] | null;
    readonly able: boolean;
    readonly epoch: number;
    readonly deadtimeMs: number;
    /** Why the peer could not take the group, in its own words; null when it could, or was not heard. */
    readonly unableBecause: string | null;
    /** Null: not heard, or of a program too old to say. */
    readonly version: string | null;
    readonly configHash: number | null;
    readonly servers: ServerCount | null;
    /** Ping groups that it reaches. */
    readonly pings: number | null;
  };
  readonly links: readonly LinkStatus[];
  readonly counters: Readonly<Counters>;
}

export interface Counters {
  sent: number;
  /** New beats of the peer. */
  heard: number;
  /** Beats that came again on another link. */
  copies: number;
  /** Frames with a right signature that were not new: replays, or an unproven session. */
  replays: number;
  /** Frames that were noise, wrongly signed or from a stranger. */
  refused: number;
  lateBeats: number;
  peerDeaths: number;
  takeovers: number;
  handovers: number;
  conflicts: number;
  failedAcquires: number;
  oversleeps: number;
  /** Messages of a heartbeat 3.0.6, and what was sent to acknowledge them. */
  classic: number;
  acknowledged: number;
  fencings: number;
}
