/**
 * The words between the cluster core and the supervisor: configuration, events, effects, status. Owns shapes only.
 *
 * Contract. The supervisor calls `step` for every event and `{type:'tick'}` at `nextWakeMs`; it carries out the
 * effects in their order. Every `acquire` and `release` effect is answered exactly once, in order, by
 * `group-acquired`, `group-released` or `group-failed`; both operations are idempotent (acquire completes what is
 * there, release removes what is there), and the supervisor bounds how long they take.
 */

import type { AuthConfig, HeartbeatConfig } from '../config/config';
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
}

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
  | { readonly type: 'command'; readonly command: 'standby' | 'takeover' | 'shutdown' };

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
  readonly peer: {
    readonly name: string;
    readonly state: PeerState;
    readonly sinceMs: number;
    readonly lastHeardMs: number | null;
    readonly claim: Beat['claim'] | null;
    readonly able: boolean;
    readonly epoch: number;
    readonly deadtimeMs: number;
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
}
