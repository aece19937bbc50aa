/** A peer that held nothing when it was last heard for sure, and may hold the group by now: nobody takes it then. */

import { describe, expect, it } from 'vitest';
import { Bench } from './bench';

describe('what a peer said counts no longer', () => {
  it('when it restarts over a kernel that holds the group, and could not prove itself yet', () => {
    const box = new Bench({ preferred: 'a' }, { carrier: false });
    box.hear();
    expect(box.status.role).toBe('standby');
    box.hear({ session: 0x77, sequence: 1, ack: null, claim: 'all' });
    box.give({ type: 'carrier', ok: true });
    expect(box.moves).toEqual([]);
    expect(box.status.peer.state).toBe('alive');
  });

  it('when it was silent for its deadtime while this box listens on', () => {
    const box = new Bench({ preferred: 'a', fences: true }, { carrier: false, maintenance: true });
    box.hear();
    box.wait(900);
    // The links were probably gone with the carrier: this box listens again.
    box.give({ type: 'carrier', ok: true });
    box.wait(300);
    box.command({ name: 'maintenance', on: false });
    expect(box.status.peer.state).not.toBe('dead');
    expect(box.moves).toEqual([]);
  });
});
