/**
 * Who holds the resource group, as one table: my state x the order that waits x the peer's claim x the links x the
 * witnesses against this box x preference. The first row that fits the situation decides; every row has a test.
 * Pure: knows no time, no messages, and not how a group is acquired or released.
 */

import type { Order } from './orders';
import type { Role } from './types';

/** The situation of one box, at one instant: one value for each column of the table. */
export interface Situation {
  readonly mine: Role;
  /** This box may take the group. */
  readonly able: boolean;
  readonly order: Order | 'maintenance';
  /**
   * What the peer says while it lives: it takes or holds the group by a `newer` or an `older` claim than this box's,
   * is `giving` it away, `asks` for it, `can` take it, is `damped`, so that it takes it from nobody who can hold it, or
   * `cannot`. `unclear`: it held nothing when it was last heard for sure, and may by now. `none`: it is not heard.
   */
  readonly theirs: 'none' | 'unclear' | 'cannot' | 'damped' | 'can' | 'asks' | 'giving' | 'older' | 'newer';
  /** `silent`: the peer is dead; `unknown`: it may be there, and this box has not listened for long enough. */
  readonly links: 'unknown' | 'heard' | 'silent' | 'left';
  /** A silent peer must be switched off before the group is taken, and is not yet. */
  readonly mustFence: boolean;
  /** What speaks against this box for some time now: its carrier, or ping nodes that its peer reaches. */
  readonly witness: 'none' | 'carrier' | 'pings';
  /** Of both boxes, who should have it; `reclaim`: this one, so that it takes without asking (auto_failback legacy). */
  readonly preference: 'mine' | 'theirs' | 'reclaim';
}

/** `take` and `release` the group; `fence` the peer; `leave` the cluster; `wait` for the peer, the operator or time. */
export type Act = 'take' | 'release' | 'fence' | 'leave' | 'wait';

/** Fits a situation whose every column has one of the values named; a column that is not named does not matter. */
export interface Row {
  readonly name: string;
  readonly mine: readonly Role[];
  readonly able?: boolean;
  readonly order?: Situation['order'];
  readonly theirs?: readonly Situation['theirs'][];
  readonly links?: Situation['links'];
  readonly mustFence?: boolean;
  readonly witness?: Situation['witness'];
  readonly preference?: Situation['preference'];
  readonly act: Act;
  /** For people: completes "takes the group: ..." and the like. */
  readonly why: string;
  /** After this release the peer is to take the group, so this box does not take it back at once. */
  readonly handsOver?: boolean;
  /** This box could not keep the group: that counts for flap damping. */
  readonly givesUp?: boolean;
}

const GONE: readonly Role[] = ['releasing', 'leaving', 'stopped'];
const HOLDING: readonly Role[] = ['acquiring', 'active'];
const ACTIVE: readonly Role[] = ['active'];
const IDLE: readonly Role[] = ['init', 'standby'];

const CLAIMS: Row['theirs'] = ['newer', 'older'];
const COULD_TAKE: Row['theirs'] = ['can', 'asks'];

export const TABLE: readonly Row[] = [
  { name: 'an answer is awaited', mine: GONE, act: 'wait', why: 'letting go' },

  // This box holds the group.
  {
    name: 'shut down while holding',
    mine: HOLDING,
    order: 'shutdown',
    act: 'release',
    why: 'this box shuts down',
    handsOver: true,
  },
  {
    name: 'the peer has the newer claim',
    mine: HOLDING,
    theirs: ['newer'],
    act: 'release',
    why: 'the peer has the newer claim',
  },
  {
    name: 'this box has the newer claim',
    mine: HOLDING,
    theirs: ['older'],
    act: 'wait',
    why: 'this box has the newer claim',
  },
  {
    name: 'operator: standby',
    mine: ACTIVE,
    order: 'standby',
    theirs: COULD_TAKE,
    act: 'release',
    why: 'the operator wants it so',
    handsOver: true,
  },
  {
    name: 'operator: maintenance',
    mine: ACTIVE,
    order: 'maintenance',
    theirs: COULD_TAKE,
    act: 'release',
    why: 'this box is in maintenance',
    handsOver: true,
  },
  {
    name: 'the peer asks',
    mine: ACTIVE,
    theirs: ['asks'],
    act: 'release',
    why: 'the peer asks for it',
    handsOver: true,
  },
  {
    name: 'cannot serve, the peer can',
    mine: HOLDING,
    theirs: ['can', 'asks', 'damped'],
    witness: 'carrier',
    act: 'release',
    why: 'this box has no carrier, and the peer has',
    handsOver: true,
    givesUp: true,
  },
  {
    name: 'fewer ping nodes than the peer',
    mine: ACTIVE,
    theirs: COULD_TAKE,
    witness: 'pings',
    act: 'release',
    why: 'this box reaches fewer ping nodes than the peer',
    handsOver: true,
    givesUp: true,
  },
  { name: 'holding', mine: HOLDING, act: 'wait', why: 'holding the group' },

  // This box holds nothing.
  {
    name: 'shut down while idle',
    mine: IDLE,
    order: 'shutdown',
    act: 'leave',
    why: 'this box shuts down',
  },
  { name: 'not able', mine: IDLE, able: false, act: 'wait', why: 'this box cannot take the group' },
  {
    name: 'legacy failback',
    mine: IDLE,
    theirs: CLAIMS,
    preference: 'reclaim',
    act: 'take',
    why: 'this box is the preferred one, and auto_failback is legacy',
  },
  { name: 'the peer holds', mine: IDLE, theirs: CLAIMS, act: 'wait', why: 'the peer holds the group' },
  {
    name: 'the peer is letting go',
    mine: IDLE,
    theirs: ['giving'],
    act: 'wait',
    why: 'the peer is letting the group go',
  },
  {
    name: 'the peer may hold',
    mine: IDLE,
    theirs: ['unclear'],
    act: 'wait',
    why: 'the peer may hold the group by now',
  },
  {
    name: 'nobody holds, this box is favoured',
    mine: IDLE,
    links: 'heard',
    preference: 'mine',
    act: 'take',
    why: 'the peer does not hold it, and this box is to take it',
  },
  {
    name: 'nobody holds, the peer is favoured',
    mine: IDLE,
    links: 'heard',
    act: 'wait',
    why: 'nobody holds the group, and the peer is to take it',
  },
  { name: 'the peer left', mine: IDLE, links: 'left', act: 'take', why: 'the peer has shut down' },
  {
    name: 'the peer is dead, and may hold',
    mine: IDLE,
    links: 'silent',
    mustFence: true,
    act: 'fence',
    why: 'the peer is silent on all links',
  },
  {
    name: 'the peer is dead',
    mine: IDLE,
    links: 'silent',
    act: 'take',
    why: 'the peer is silent on all links',
  },
  {
    name: 'operator: takeover before the peer was heard, which may hold',
    mine: IDLE,
    order: 'takeover',
    mustFence: true,
    act: 'fence',
    why: 'the operator wants it so',
  },
  {
    name: 'operator: takeover before the peer was heard',
    mine: IDLE,
    order: 'takeover',
    act: 'take',
    why: 'the operator wants it so',
  },
  { name: 'listening', mine: IDLE, act: 'wait', why: 'listening for the peer' },
];

/** The rows of each state of this box: decisions are made with every beat, and most rows are about other states. */
const ROWS: ReadonlyMap<Role, readonly Row[]> = new Map(
  [...GONE, ...HOLDING, ...IDLE].map((role) => [role, TABLE.filter((row) => row.mine.includes(role))]),
);

/** The row that decides. */
export function decide(situation: Situation): Row {
  const row = ROWS.get(situation.mine)?.find((one) => fits(one, situation));
  // The last row of each state fits everything.
  return row as Row;
}

function fits(row: Row, s: Situation): boolean {
  return (
    (row.order === undefined || row.order === s.order) &&
    (row.theirs === undefined || row.theirs.includes(s.theirs)) &&
    (row.links === undefined || row.links === s.links) &&
    (row.witness === undefined || row.witness === s.witness) &&
    (row.preference === undefined || row.preference === s.preference) &&
    (row.able === undefined || row.able === s.able) &&
    (row.mustFence === undefined || row.mustFence === s.mustFence)
  );
}
