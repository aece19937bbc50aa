/**
 * Who holds the resource group, as one table. The first row that fits the situation decides; every row has a test.
 * Pure: knows no time, no messages, and not how a group is acquired or released.
 */

import type { PeerState, Role } from './types';

/** The situation of one box, at one instant. */
export interface Situation {
  readonly role: Role;
  /** What the operator wants and has not got yet. */
  readonly order: 'none' | 'standby' | 'takeover' | 'shutdown';
  readonly peer: PeerState;
  /** The peer lives and takes or holds the group. */
  readonly peerClaims: boolean;
  /** The peer lives and is letting the group go. */
  readonly peerLetsGo: boolean;
  /** The peer lives and would take the group. */
  readonly peerAble: boolean;
  /** The peer lives and asks for the group. */
  readonly peerAsks: boolean;
  /** Of two claims at once, this box's is the newer one. */
  readonly claimWins: boolean;
  /** This box may take the group. */
  readonly able: boolean;
  /** This box cannot serve: an interface of the group has been without carrier for a while. */
  readonly unfit: boolean;
  /** When nobody holds the group and both boxes could: this box is the one to take it. */
  readonly favoured: boolean;
  /** auto_failback legacy: this box is preferred, able and stable, and takes without asking. */
  readonly reclaims: boolean;
}

/** `take` and `release` the group; `leave` the cluster; `wait`: let the peer, the operator or time decide. */
export type Act = 'take' | 'release' | 'leave' | 'wait';

export interface Row {
  readonly name: string;
  readonly when: (s: Situation) => boolean;
  readonly act: Act;
  /** For people: completes "takes the group: ..." and the like. */
  readonly why: string;
  /** After this release the peer is to take the group, so this box does not take it back at once. */
  readonly handsOver?: boolean;
}

/** A peer that is late is still alive. */
export function lives(peer: PeerState): boolean {
  return peer === 'alive' || peer === 'late';
}

const holds = (s: Situation) => s.role === 'acquiring' || s.role === 'active';
const idle = (s: Situation) => s.role === 'init' || s.role === 'standby';

export const TABLE: readonly Row[] = [
  {
    name: 'an answer is awaited',
    when: (s) => s.role === 'releasing' || s.role === 'leaving' || s.role === 'stopped',
    act: 'wait',
    why: 'letting go',
  },

  // This box holds the group.
  {
    name: 'shut down while holding',
    when: (s) => holds(s) && s.order === 'shutdown',
    act: 'release',
    why: 'this box shuts down',
    handsOver: true,
  },
  {
    name: 'the peer has the newer claim',
    when: (s) => holds(s) && s.peerClaims && !s.claimWins,
    act: 'release',
    why: 'the peer has the newer claim',
  },
  {
    name: 'this box has the newer claim',
    when: (s) => holds(s) && s.peerClaims,
    act: 'wait',
    why: 'this box has the newer claim',
  },
  {
    name: 'operator: standby',
    when: (s) => s.role === 'active' && s.order === 'standby' && s.peerAble,
    act: 'release',
    why: 'the operator wants it so',
    handsOver: true,
  },
  {
    name: 'the peer asks',
    when: (s) => s.role === 'active' && s.peerAsks && s.peerAble,
    act: 'release',
    why: 'the peer asks for it',
    handsOver: true,
  },
  {
    name: 'cannot serve, the peer can',
    when: (s) => holds(s) && s.unfit && s.peerAble,
    act: 'release',
    why: 'this box has no carrier, and the peer has',
    handsOver: true,
  },
  { name: 'holding', when: holds, act: 'wait', why: 'holding the group' },

  // This box holds nothing.
  {
    name: 'shut down while idle',
    when: (s) => idle(s) && s.order === 'shutdown',
    act: 'leave',
    why: 'this box shuts down',
  },
  {
    name: 'not able',
    when: (s) => !s.able,
    act: 'wait',
    why: 'this box cannot take the group',
  },
  {
    name: 'legacy failback',
    when: (s) => s.peerClaims && s.reclaims,
    act: 'take',
    why: 'this box is the preferred one, and auto_failback is legacy',
  },
  {
    name: 'the peer holds',
    when: (s) => s.peerClaims,
    act: 'wait',
    why: 'the peer holds the group',
  },
  {
    name: 'the peer is letting go',
    when: (s) => s.peerLetsGo,
    act: 'wait',
    why: 'the peer is letting the group go',
  },
  {
    name: 'nobody holds, this box is favoured',
    when: (s) => lives(s.peer) && s.favoured,
    act: 'take',
    why: 'the peer does not hold it, and this box is to take it',
  },
  {
    name: 'nobody holds, the peer is favoured',
    when: (s) => lives(s.peer),
    act: 'wait',
    why: 'nobody holds the group, and the peer is to take it',
  },
  {
    name: 'the peer left',
    when: (s) => s.peer === 'left',
    act: 'take',
    why: 'the peer has shut down',
  },
  {
    name: 'the peer is dead',
    when: (s) => s.peer === 'dead',
    act: 'take',
    why: 'the peer is silent on all links',
  },
  {
    name: 'operator: takeover before the peer was heard',
    when: (s) => s.order === 'takeover',
    act: 'take',
    why: 'the operator wants it so',
  },
  {
    name: 'listening',
    when: () => true,
    act: 'wait',
    why: 'listening for the peer',
  },
];

const LAST = TABLE[TABLE.length - 1];

/** The row that decides. */
export function decide(situation: Situation): Row {
  for (const row of TABLE) if (row.when(situation)) return row;
  // The last row fits everything.
  return LAST as Row;
}
