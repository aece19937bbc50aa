/** What may stand next in a line, as the configuration's guide and the console's own commands say it. Types only. */

import type { Reading } from '../config/problem';

export interface Candidate {
  /** As it is typed: in quotation marks if it needs them. */
  readonly word: string;
  readonly help: string;
}

export interface Guidance {
  readonly candidates: readonly Candidate[];
  /** Any word of a form, e.g. `ADDRESS/PREFIX`: outside virtual address. */
  readonly argument: Candidate | null;
  /** A command may end here. */
  readonly complete: boolean;
}

/** What may follow these whole words; or a sentence that says why nothing can. */
export type Guide = (words: readonly string[]) => Reading<Guidance>;
