/** What a part of the comparison is: something that is found out about a system, and what it leaves as a result. */

import type { Stage } from '../stage';
import { BARE, type System } from '../systems';

interface PartBase {
  /** For `--parts`, and in the results' file names. */
  readonly name: string;
  /** What happens, for a person who watches. */
  readonly title: string;
  /** Whether there is anything to find out about this system. */
  applies(system: System): boolean;
}

type Say = (line: string) => void;

/** Done to a pair of boxes that has just booted and come to rest, and that is turned off afterwards. */
export interface BoxPart extends PartBase {
  readonly kind: 'boxes';
  /** A second pair runs this at the same time. */
  readonly beside?: System;
  /**
   * @param beside the second pair; where there is none, the pair itself
   * @returns what goes into the result's file: plain values only
   */
  run(stage: Stage, say: Say, beside: Stage): Promise<unknown>;
}

/** Found out without boxes. */
export interface DeskPart extends PartBase {
  readonly kind: 'desk';
  run(system: System, say: Say): Promise<unknown>;
}

export type Part = BoxPart | DeskPart;

/** Every system that is a pair: all but the bare table and the variants for one part. */
export const isPair = (system: System): boolean => system !== BARE && system.only === undefined;
