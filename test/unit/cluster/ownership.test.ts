import { describe, expect, it } from 'vitest';
import { decide, type Situation, TABLE } from '../../../src/cluster/ownership';

/** An owner and a standby that see each other and are well. */
const OWNER: Situation = {
  role: 'active',
  order: 'none',
  peer: 'alive',
  peerClaims: false,
  peerLetsGo: false,
  peerAble: true,
  peerAsks: false,
  claimWins: true,
  able: true,
  unfit: false,
  favoured: true,
  reclaims: false,
};
const STANDBY: Situation = { ...OWNER, role: 'standby', peerClaims: true, favoured: false };
const ALONE: Situation = { ...OWNER, role: 'init', peer: 'unknown', peerAble: false };

/** One case per row of the table, in its order. */
const CASES: readonly (readonly [row: string, act: string, situation: Situation])[] = [
  ['an answer is awaited', 'wait', { ...OWNER, role: 'releasing', order: 'shutdown' }],
  ['shut down while holding', 'release', { ...OWNER, order: 'shutdown', peer: 'dead' }],
  ['the peer has the newer claim', 'release', { ...OWNER, peerClaims: true, claimWins: false }],
  ['this box has the newer claim', 'wait', { ...OWNER, peerClaims: true, peerAsks: true }],
  ['operator: standby', 'release', { ...OWNER, order: 'standby' }],
  ['the peer asks', 'release', { ...OWNER, peerAsks: true }],
  ['cannot serve, the peer can', 'release', { ...OWNER, unfit: true }],
  ['holding', 'wait', OWNER],
  ['shut down while idle', 'leave', { ...STANDBY, order: 'shutdown' }],
  ['not able', 'wait', { ...ALONE, peer: 'dead', able: false }],
  ['legacy failback', 'take', { ...STANDBY, reclaims: true }],
  ['the peer holds', 'wait', { ...STANDBY, favoured: true, order: 'takeover' }],
  ['the peer is letting go', 'wait', { ...STANDBY, peerClaims: false, peerLetsGo: true, favoured: true }],
  ['nobody holds, this box is favoured', 'take', { ...STANDBY, peerClaims: false, favoured: true }],
  ['nobody holds, the peer is favoured', 'wait', { ...STANDBY, peerClaims: false, peer: 'late' }],
  ['the peer left', 'take', { ...STANDBY, peerClaims: false, peer: 'left' }],
  ['the peer is dead', 'take', { ...STANDBY, peerClaims: false, peer: 'dead' }],
  ['operator: takeover before the peer was heard', 'take', { ...ALONE, order: 'takeover' }],
  ['listening', 'wait', ALONE],
];

describe('the ownership table', () => {
  for (const [row, act, situation] of CASES) {
    it(`${row}: ${act}`, () => {
      const decided = decide(situation);
      expect([decided.name, decided.act]).toEqual([row, act]);
    });
  }

  it('has one case above for each of its rows', () => {
    expect(TABLE.map((row) => row.name)).toEqual(CASES.map(([row]) => row));
  });
});

describe('exceptions to the rows', () => {
  const keeps = (situation: Situation) => expect(decide(situation).name).toBe('holding');

  it('does not stand by for a peer that cannot take the group', () => {
    keeps({ ...OWNER, order: 'standby', peerAble: false });
  });
  it('does not give the group to a peer that asks and cannot take it', () => {
    keeps({ ...OWNER, peerAsks: true, peerAble: false });
  });
  it('keeps the group without carrier when the peer is no better', () => {
    keeps({ ...OWNER, unfit: true, peerAble: false });
  });
  it('finishes an acquire before it answers a request', () => {
    keeps({ ...OWNER, role: 'acquiring', peerAsks: true });
  });
  it('gives up an acquire when the peer has the newer claim', () => {
    expect(decide({ ...OWNER, role: 'acquiring', peerClaims: true, claimWins: false }).act).toBe('release');
  });
  it('takes nothing from a late peer that holds', () => {
    expect(decide({ ...STANDBY, peer: 'late' }).act).toBe('wait');
  });
});
