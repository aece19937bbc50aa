/** I6: what reaches a link without a right signature, or not for the first time, changes nothing that a box believes. */

import { toBytes, toText } from '../../src/cluster/message';
import type { ClusterStatus } from '../../src/cluster/types';
import type { Box } from './box';
import type { Random } from './random';
import type { World } from './world';

/** The end of a frame: digest and delimiter. Changing only these is no forgery of what it says. */
const TAIL_BYTES = 24;

/** Gives a box bytes that it must not believe. */
export function attack(world: World, to: Box, link: number, bytes: Uint8Array): void {
  if (!to.awake || !to.run?.handlers.has(link)) return;
  // Time passes for the box first: what that changes is not the attacker's doing.
  to.repeatCarrier();
  const before = belief(to.status);
  to.receive(link, bytes, null, null);
  const after = belief(to.status);
  if (to.awake && before !== after)
    world.judge.fail('I6', `${to.name} believed an attacker: ${before} became ${after}`);
}

/** What an attacker would like to say: a newer beat, of a box that holds the group by the newest claim. */
const LIES: readonly [truth: RegExp, lie: string][] = [
  [/^seq=.*$/m, 'seq=fffffff0'],
  [/^rsc=.*$/m, 'rsc=all'],
  [/^ep=.*$/m, 'ep=ffff'],
  [/^st=.*$/m, 'st=dead'],
];

/** A real frame that says something else, or has bytes changed; or no frame at all. */
export function forged(frames: readonly Uint8Array[], random: Random): Uint8Array {
  const base = frames.length > 0 && random.chance(0.8) ? random.pick(frames) : null;
  if (base === null) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  if (random.chance(0.5)) {
    const [newer, other] = [LIES[0]!, random.pick(LIES)];
    return toBytes(
      toText(base)
        .replace(...newer)
        .replace(...other),
    );
  }
  const bytes = base.slice();
  const body = bytes.length - TAIL_BYTES;
  for (let hits = 1 + random.below(3); hits > 0; hits--) {
    const at = 4 + random.below(body - 4);
    bytes[at] = (bytes[at]! + 1 + random.below(255)) & 0xff;
  }
  return bytes;
}

/** What a box thinks of its peer and itself, less what only counts, and what copies show of the links. */
function belief(status: ClusterStatus | null): string {
  if (status === null) return 'nothing';
  const { counters: _counters, links: _links, ...rest } = status;
  return JSON.stringify(rest);
}
