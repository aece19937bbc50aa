/** What a system takes on a disk, with everything it depends on. Needs no box. */

import { buildBase } from '../../../board/build/image';
import { peerSizes } from '../root';
import type { System } from '../systems';
import type { DeskPart } from './part';

const MIB = 1024 * 1024;

export interface Size {
  readonly mib: number;
  /** What it is the size of. */
  readonly what: string;
  /** Packages with their versions. */
  readonly versions: readonly string[];
}

export const size: DeskPart = {
  kind: 'desk',
  name: 'size',
  title: 'size on the disk',
  applies: (system) => system.only === undefined,
  run: async (system, say) => {
    const result = await sizeOf(system);
    say(`${result.mib.toFixed(1)} MiB: ${result.what}`);
    return result;
  },
};

async function sizeOf(system: System): Promise<Size> {
  if (system.kind === 'understudy') {
    const { sizes } = await buildBase();
    return { mib: sizes.slot / MIB, what: 'a whole slot, with its kernel', versions: [] };
  }
  const { addedMib, versions } = await peerSizes(system.packages);
  return { mib: addedMib, what: 'installed beyond a minimal Debian, without its kernel', versions };
}
