/**
 * A commit for both boxes: it is answered when the peer has it too, and taken back when the peer cannot have it. A peer that is
 * away, or does not say in time, follows later. Decides nothing else about commits.
 */

import type { Cancellable, Clock } from '../host/host';
import type { Outcome, Wanted } from './commit-types';

/** A peer that has not followed by then is not waited for. */
export const FOLLOW_LIMIT_MS = 15_000;

export interface JointParts {
  readonly clock: Clock;
  /** Commits on this box. */
  commit(wanted: Wanted, reply: (outcome: Outcome) => void): void;
  /** The text that is in force on this box; empty for none. */
  running(): string;
  /** Name of the peer where it is there, else null. */
  peer(): string | null;
}

export class JointCommit {
  private waiting: ((why: string | null) => void) | null = null;

  constructor(private readonly parts: JointParts) {}

  commit(wanted: Wanted, reply: (outcome: Outcome) => void): void {
    const before = this.parts.running();
    this.parts.commit(wanted, (outcome) => {
      const peer = this.parts.peer();
      // One that still waits for its confirmation is not the peer's business yet.
      if (!outcome.ok || outcome.revision === null || peer === null || before === '') return reply(outcome);
      this.waitFor((why) => {
        if (why === null) reply({ ...outcome, text: `${outcome.text}, on ${peer} too` });
        else if (why === '') reply({ ...outcome, text: `${outcome.text}; ${peer} has not taken it up yet` });
        else this.takeBack(wanted, before, `${peer} cannot have it: ${why}`, reply);
      });
    });
  }

  /** What the peer says of the configuration that is in force here: null when it has it too. */
  followed(why: string | null): void {
    this.waiting?.(why);
  }

  private waitFor(done: (why: string | null) => void): void {
    // A commit that comes meanwhile is what the peer speaks of from then on.
    this.waiting?.('');
    const deadline: Cancellable = this.parts.clock.after(FOLLOW_LIMIT_MS, () => this.waiting?.(''));
    this.waiting = (why) => {
      this.waiting = null;
      deadline.cancel();
      done(why);
    };
  }

  private takeBack(wanted: Wanted, text: string, why: string, reply: (outcome: Outcome) => void): void {
    const back = { ...wanted, text, comment: 'taken back', confirmMinutes: null, acknowledgeRisk: true };
    this.parts.commit(back, (outcome) =>
      reply({ ok: false, error: outcome.ok ? why : `${why}; and going back failed: ${outcome.error}` }),
    );
  }
}
