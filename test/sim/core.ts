/** The part of the product that the simulator runs, as one value, so that a mutant of it can run instead. */

import { Supervisor } from '../../src/supervisor';

export interface Core {
  readonly Supervisor: typeof Supervisor;
}

export const CORE: Core = { Supervisor };
