/** The words of a commit: what may happen to it, what is to be done about it, and where it stands. Owns shapes only. */

import type { Edition, Revision } from '../config/archive';
import type { Config } from '../config/config';
import type { Draft } from '../config/store';
import type { LogLevel, Result } from '../host/host';
import type { Refusal } from './control';

/** What is on the disk, and in force. */
export interface Running {
  readonly edition: Edition;
  /** Null where the text has faults: then nothing is in force. */
  readonly config: Config | null;
}

/** What a commit is to do. */
export interface Wanted {
  readonly text: string;
  readonly who: string;
  readonly comment: string;
  /** Goes back unless it is confirmed within so long; null: it stays. */
  readonly confirmMinutes: number | null;
  readonly acknowledgeRisk: boolean;
}

/** What the check made of a text. */
export interface Checked {
  /** Null when there is any fault. */
  readonly config: Config | null;
  /** One sentence each. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Good news for whoever asked. */
export interface Committed {
  readonly ok: true;
  readonly text: string;
  /** Null while it is not saved, or where nothing was. */
  readonly revision: number | null;
  readonly warnings: readonly string[];
}

export type Outcome = Committed | Refusal;

/** `client` is who is to be answered, by a number that the caller gives. */
export type CommitEvent =
  | { readonly type: 'commit'; readonly client: number; readonly wanted: Wanted }
  /** The file was changed by hand, and is to be taken up. */
  | { readonly type: 'take-up'; readonly edition: Edition }
  | { readonly type: 'confirm'; readonly client: number }
  /** Goes back before the time is over. */
  | { readonly type: 'revert'; readonly client: number }
  | { readonly type: 'checked'; readonly job: number; readonly result: Result<Checked> }
  | { readonly type: 'applied'; readonly job: number; readonly fault: string | null }
  | { readonly type: 'saved'; readonly job: number; readonly result: Result<Revision> }
  | { readonly type: 'restored'; readonly job: number; readonly result: Result<null> }
  | { readonly type: 'tick' };

export type CommitEffect =
  | { readonly type: 'check'; readonly job: number; readonly text: string }
  | { readonly type: 'apply'; readonly job: number; readonly config: Config }
  | { readonly type: 'save'; readonly job: number; readonly draft: Draft }
  /** Makes sure that the disk has this, whatever a failed save has left; null: no configuration. */
  | { readonly type: 'restore'; readonly job: number; readonly edition: Edition | null }
  | { readonly type: 'answer'; readonly client: number; readonly outcome: Outcome }
  | {
      readonly type: 'log';
      readonly level: LogLevel;
      readonly event: string;
      readonly sentence: string;
    }
  /** The supervisor starts again, on what is saved: the one way back where going back failed, or to no configuration. */
  | { readonly type: 'restart' };

export interface Surroundings {
  /** Name of this box. */
  readonly node: string;
  /** Serial devices that are consoles here. */
  readonly consoles: readonly string[];
}

/** Monotonic and wall time, in milliseconds. */
export interface Now {
  readonly nowMs: number;
  readonly wallMs: number;
}

export type Phase = 'checking' | 'applying' | 'waiting' | 'saving' | 'going-back' | 'restoring';

export interface Job {
  readonly phase: Phase;
  readonly wanted: Wanted;
  /** For a file that was changed by hand: it is on the disk already. */
  readonly taken: Edition | null;
  /** Wall time. */
  readonly sinceMs: number;
  /** Monotonic: by then the step has failed, or the confirmation is missing. */
  readonly deadlineMs: number;
  readonly client: number | null;
  readonly next: Config | null;
  readonly warnings: readonly string[];
  /** Why it goes back; for `revert`, that is no failure. */
  readonly fault: string | null;
  /** A save was tried, so the disk may have the new one. */
  readonly wasSaved: boolean;
  /** What went wrong on the way back. */
  readonly backFault: string | null;
}

export interface CommitState {
  readonly running: Running | null;
  readonly job: Job | null;
  /** Of the job, or of the last one. */
  readonly number: number;
}

export interface Step {
  readonly state: CommitState;
  readonly effects: readonly CommitEffect[];
}

/** What waits to be confirmed, for those who ask; null where nothing does. */
export interface Pending {
  readonly text: string;
  readonly who: string;
  readonly sinceMs: number;
  /** Time that is left to confirm it. */
  readonly leftMs: number;
}
