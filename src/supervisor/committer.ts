/**
 * Carries out what becomes of commits: asks children to check and to save, has the box changed, sets the timer, and brings
 * the answers to those who asked. Decides nothing: `commits.ts` does.
 */

import type { Edition, Revision } from '../config/archive';
import type { Config } from '../config/config';
import type { Draft, Found } from '../config/store';
import type { Cancellable, Done, Host } from '../host/host';
import type {
  Checked,
  CommitEffect,
  CommitEvent,
  CommitState,
  Outcome,
  Running,
  Surroundings,
  Wanted,
} from './commit-types';
import { commitState, nextWakeMs, pendingOf, step } from './commits';
import type { Configuration } from './control';

/** The store, at a distance: each call takes as long as the disk or the check does, and ends by one call of `done`. */
export interface Keeper {
  /** Reads a configuration whole, and says everything that is wrong with it. */
  check(text: string, done: Done<Checked>): void;
  /** What the disk has. */
  stored(done: Done<Found>): void;
  save(draft: Draft, done: Done<Revision>): void;
  restore(edition: Edition | null, done: Done<null>): void;
  archive(done: Done<readonly Revision[]>): void;
  archived(n: number, done: Done<Edition>): void;
}

/** The box whose configuration it is. */
export interface Changeable {
  /**
   * Goes over to this configuration without a restart.
   * @param done null: it is in force; else one sentence, and the box may be anywhere between the two
   */
  apply(config: Config, done: (fault: string | null) => void): void;
  /** This is on the disk now, and in force. */
  saved(edition: Edition): void;
  /** Starts the supervisor again, on what is saved. */
  restart(): void;
}

export class Committer {
  private state: CommitState;
  private readonly clients = new Map<number, (outcome: Outcome) => void>();
  private lastClient = 0;
  /** Events that came up while another one was handled. */
  private readonly events: CommitEvent[] = [];
  private handling = false;
  private wake: Cancellable | null = null;

  /** @param running what the box started with; null on one without a configuration */
  constructor(
    private readonly host: Pick<Host, 'clock' | 'log'>,
    private readonly keeper: Omit<Keeper, 'archive' | 'archived'>,
    private readonly box: Changeable,
    private readonly around: Surroundings,
    running: Running | null,
  ) {
    this.state = commitState(running);
  }

  commit(wanted: Wanted, reply: (outcome: Outcome) => void): void {
    this.handle({ type: 'commit', client: this.client(reply), wanted });
  }

  confirm(reply: (outcome: Outcome) => void): void {
    this.handle({ type: 'confirm', client: this.client(reply) });
  }

  revert(reply: (outcome: Outcome) => void): void {
    this.handle({ type: 'revert', client: this.client(reply) });
  }

  /** The file of the running configuration was changed by hand. What comes of it is logged. */
  takeUp(): void {
    this.keeper.stored((found) => {
      const sentence = found.ok ? found.value.sentence : found.error;
      if (sentence !== null) this.host.log('error', 'configuration-damaged', sentence);
      const edition = found.ok ? found.value.edition : null;
      if (edition !== null) this.handle({ type: 'take-up', edition });
    });
  }

  configuration(): Configuration {
    const pending = pendingOf(this.state, this.host.clock.now());
    const { running } = this.state;
    if (running === null && pending === null) return { text: '', saved: null, pending: null };
    const { text: savedText = '', ...saved } = running?.edition ?? {};
    if (pending === null) return { text: savedText, saved: 'revision' in saved ? saved : null, pending };
    const { text, ...waits } = pending;
    return { text, saved: 'revision' in saved ? saved : null, pending: waits };
  }

  private client(reply: (outcome: Outcome) => void): number {
    this.lastClient += 1;
    this.clients.set(this.lastClient, reply);
    return this.lastClient;
  }

  private handle(event: CommitEvent): void {
    this.events.push(event);
    if (this.handling) return;
    this.handling = true;
    const { clock } = this.host;
    for (let next = this.events.shift(); next !== undefined; next = this.events.shift()) {
      const { state, effects } = step(
        this.state,
        next,
        { nowMs: clock.now(), wallMs: clock.wall() },
        this.around,
      );
      const { running } = state;
      const isNew = running !== null && running.edition !== this.state.running?.edition;
      this.state = state;
      if (isNew) this.box.saved(running.edition);
      for (const effect of effects) this.carryOut(effect);
    }
    this.handling = false;
    this.wake?.cancel();
    this.wake = null;
    const wakeMs = nextWakeMs(this.state);
    if (Number.isFinite(wakeMs))
      this.wake = clock.after(Math.max(0, wakeMs - clock.now()), () => this.handle({ type: 'tick' }));
  }

  private carryOut(effect: CommitEffect): void {
    const { keeper, box, host } = this;
    switch (effect.type) {
      case 'check':
        keeper.check(effect.text, (result) => this.handle({ type: 'checked', job: effect.job, result }));
        break;
      case 'apply':
        box.apply(effect.config, (fault) => this.handle({ type: 'applied', job: effect.job, fault }));
        break;
      case 'save':
        keeper.save(effect.draft, (result) => this.handle({ type: 'saved', job: effect.job, result }));
        break;
      case 'restore':
        keeper.restore(effect.edition, (result) =>
          this.handle({ type: 'restored', job: effect.job, result }),
        );
        break;
      case 'answer':
        this.clients.get(effect.client)?.(effect.outcome);
        this.clients.delete(effect.client);
        break;
      case 'log':
        host.log(effect.level, effect.event, effect.sentence);
        break;
      case 'restart':
        box.restart();
        break;
    }
  }
}
