/** What a part of the comparison is: something that is done to a pair of one system, and what it leaves as a result. */

import type { Stage } from '../stage';
import type { System } from '../systems';

export interface Part {
  /** For `--parts`, and in the results' file names. */
  readonly name: string;
  /** What happens, for a person who watches. */
  readonly title: string;
  /** Whether there is anything to find out about this system. */
  applies(system: System): boolean;
  /** @returns what goes into the result's file: plain values only */
  run(stage: Stage, say: (line: string) => void): Promise<unknown>;
}

/** Every system that is a pair: all but the bare table. */
export const isPair = (system: System): boolean => system.letter !== 'z' && system.only === undefined;
