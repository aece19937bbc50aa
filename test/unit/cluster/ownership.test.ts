import { describe, expect, it } from 'vitest';
import { type Act, decide, type Row, type Situation, TABLE } from '../../../src/cluster/ownership';

/** An owner and a standby that see each other and are well; and a box that has just started. */
const OWNER: Situation = {
  mine: 'active',
  able: true,
  order: 'none',
  theirs: 'can',
  links: 'heard',
  mustFence: false,
  witness: 'none',
  preference: 'mine',
};
const STANDBY: Situation = { ...OWNER, mine: 'standby', theirs: 'newer', preference: 'theirs' };
const ALONE: Situation = { ...OWNER, mine: 'init', theirs: 'none', links: 'unknown' };
/** Nobody holds. */
const FREE: Situation = { ...STANDBY, theirs: 'can' };

/** One case per row of the table, in its order. */
const CASES: readonly (readonly [row: string, act: Act, situation: Situation])[] = [
  ['an answer is awaited', 'wait', { ...OWNER, mine: 'releasing', order: 'shutdown' }],
  ['shut down while holding', 'release', { ...OWNER, order: 'shutdown', links: 'silent', theirs: 'none' }],
  ['the peer has the newer claim', 'release', { ...OWNER, theirs: 'newer' }],
  ['this box has the newer claim', 'wait', { ...OWNER, theirs: 'older', order: 'standby' }],
  ['operator: standby', 'release', { ...OWNER, order: 'standby' }],
  ['operator: maintenance', 'release', { ...OWNER, order: 'maintenance' }],
  ['the peer asks', 'release', { ...OWNER, theirs: 'asks' }],
  ['cannot serve, the peer can', 'release', { ...OWNER, witness: 'carrier' }],
  ['fewer ping nodes than the peer', 'release', { ...OWNER, witness: 'pings' }],
  ['holding', 'wait', OWNER],
  ['shut down while idle', 'leave', { ...STANDBY, order: 'shutdown' }],
  ['not able', 'wait', { ...ALONE, links: 'silent', able: false }],
  ['legacy failback', 'take', { ...STANDBY, preference: 'reclaim' }],
  ['the peer holds', 'wait', { ...STANDBY, preference: 'mine', order: 'takeover' }],
  ['the peer is letting go', 'wait', { ...STANDBY, theirs: 'giving', preference: 'mine' }],
  ['the peer may hold', 'wait', { ...FREE, theirs: 'unclear', preference: 'mine', order: 'takeover' }],
  ['nobody holds, this box is favoured', 'take', { ...FREE, preference: 'mine' }],
  ['nobody holds, the peer is favoured', 'wait', FREE],
  ['the peer left', 'take', { ...ALONE, mine: 'standby', links: 'left', mustFence: true }],
  ['the peer is dead, and may hold', 'fence', { ...ALONE, links: 'silent', mustFence: true }],
  ['the peer is dead', 'take', { ...ALONE, links: 'silent' }],
  [
    'operator: takeover before the peer was heard, which may hold',
    'fence',
    { ...ALONE, order: 'takeover', mustFence: true },
  ],
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

const VALUES: { readonly [Column in keyof Situation]: readonly Situation[Column][] } = {
  mine: ['init', 'standby', 'acquiring', 'active', 'releasing', 'leaving', 'stopped'],
  able: [true, false],
  order: ['none', 'standby', 'takeover', 'maintenance', 'shutdown'],
  theirs: ['none', 'unclear', 'cannot', 'damped', 'can', 'asks', 'giving', 'older', 'newer'],
  links: ['unknown', 'heard', 'silent', 'left'],
  mustFence: [true, false],
  witness: ['none', 'carrier', 'pings'],
  preference: ['mine', 'theirs', 'reclaim'],
};

function everySituation(): readonly Situation[] {
  let all: Partial<Situation>[] = [{}];
  for (const [column, values] of Object.entries(VALUES)) {
    all = all.flatMap((one) => values.map((value) => ({ ...one, [column]: value })));
  }
  // What a peer says is known exactly while it is heard.
  return (all as Situation[]).filter(({ links, theirs }) => (links === 'heard') === (theirs !== 'none'));
}

describe('in every situation there is', () => {
  const all = everySituation().map((situation): [Situation, Row] => [situation, decide(situation)]);
  const decided = (...acts: Act[]) => all.filter(([, row]) => acts.includes(row.act));
  const not = (rows: readonly [Situation, Row][], allowed: (s: Situation, row: Row) => boolean) =>
    rows.filter(([situation, row]) => !allowed(situation, row));

  it('has something to say, with each of its rows', () => {
    expect(new Set(all.map(([, row]) => row))).toEqual(new Set(TABLE));
  });

  it('takes only what it does not hold, when it is able', () => {
    expect(
      not(decided('take', 'fence'), (s) => s.able && (s.mine === 'init' || s.mine === 'standby')),
    ).toEqual([]);
  });

  it('takes from a peer that is heard only what that does not hold, auto_failback legacy aside', () => {
    const heard = decided('take', 'fence').filter(([s]) => s.links === 'heard');
    expect(
      not(heard, (s) => s.preference === 'reclaim' || ['cannot', 'damped', 'can', 'asks'].includes(s.theirs)),
    ).toEqual([]);
  });

  it('takes from a peer that is not heard only when silence is proven, it left, or by command', () => {
    const unheard = decided('take', 'fence').filter(([s]) => s.links === 'unknown');
    expect(not(unheard, (s) => s.order === 'takeover')).toEqual([]);
  });

  it('never takes unfenced from a peer that may hold, and fences no peer that is heard or left', () => {
    const gone: Situation['links'][] = ['silent', 'unknown'];
    expect(not(decided('take'), (s) => !(s.mustFence && gone.includes(s.links)))).toEqual([]);
    expect(not(decided('fence'), (s) => s.mustFence && gone.includes(s.links))).toEqual([]);
  });

  it('hands over only to a peer that could take, but for a shutdown; what it cannot serve also to a damped one', () => {
    const handed = decided('release').filter(([s, row]) => row.handsOver && s.order !== 'shutdown');
    const could = ({ theirs, witness }: Situation) =>
      theirs === 'can' || theirs === 'asks' || (theirs === 'damped' && witness === 'carrier');
    expect(not(handed, could)).toEqual([]);
  });

  it('lets go of nothing while nobody else could have it', () => {
    const lone = decided('release').filter(([s]) => s.theirs === 'none' || s.theirs === 'cannot');
    expect(not(lone, (s) => s.order === 'shutdown')).toEqual([]);
  });

  it('leaves the group to nobody when it could have it and the peer is gone for sure', () => {
    const gone = all.filter(
      ([s]) =>
        (s.links === 'left' || s.links === 'silent') &&
        (s.mine === 'init' || s.mine === 'standby') &&
        s.able &&
        s.order !== 'shutdown',
    );
    expect(not(gone, (_, row) => row.act === 'take' || row.act === 'fence')).toEqual([]);
  });
});

describe('exceptions to the rows', () => {
  const keeps = (situation: Situation) => expect(decide(situation).name).toBe('holding');

  it('does not stand by for a peer that cannot take the group', () => {
    keeps({ ...OWNER, order: 'standby', theirs: 'cannot' });
  });
  it('keeps the group in maintenance until the peer can take it', () => {
    keeps({ ...OWNER, order: 'maintenance', theirs: 'cannot' });
  });
  it('keeps the group without carrier, or with fewer ping nodes, when the peer could not take it', () => {
    keeps({ ...OWNER, witness: 'carrier', theirs: 'cannot' });
    keeps({ ...OWNER, witness: 'pings', theirs: 'cannot' });
  });
  it('finishes an acquire before it answers a request', () => {
    keeps({ ...OWNER, mine: 'acquiring', theirs: 'asks' });
  });
  it('gives up an acquire when the peer has the newer claim', () => {
    expect(decide({ ...OWNER, mine: 'acquiring', theirs: 'newer' }).act).toBe('release');
  });
  it('counts what it could not keep as flapping, and nothing else', () => {
    const rows = TABLE.filter((row) => row.givesUp).map((row) => row.name);
    expect(rows).toEqual(['cannot serve, the peer can', 'fewer ping nodes than the peer']);
  });
});
