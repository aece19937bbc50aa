/**
 * What the ARP watcher saw, and what it means: which box holds an address, whether two do. Independent evidence:
 * nothing of it comes from the boxes' own word. Pure functions.
 */

import type { Segment } from './network';

/** Card address of the bridges, from which the watcher asks. */
export const PROBE_MAC = '52:54:00:75:ff:01';

export interface Sighting {
  /** CLOCK_MONOTONIC in milliseconds. */
  readonly atMs: number;
  readonly segment: Segment;
  /** `answer`: to a probe of ours; `announcement`: a gratuitous request or reply. */
  readonly kind: 'answer' | 'announcement';
  readonly address: string;
  readonly mac: string;
  /** Number of the last probe that was sent before. */
  readonly round: number;
}

/** A stretch of time in which the same set of cards answered for an address. */
export interface Holding {
  readonly fromMs: number;
  readonly toMs: number;
  readonly macs: readonly string[];
}

/** A holder that left so many probes unanswered in a row had lost the address in between. */
const SILENT_ROUNDS = 4;

/** Who held `address` when, from the answers to the probes, round by round. */
export function holdings(sightings: readonly Sighting[], address: string): Holding[] {
  const rounds = new Map<number, { atMs: number; macs: Set<string> }>();
  for (const sighting of sightings) {
    if (sighting.kind !== 'answer' || sighting.address !== address) continue;
    const round = rounds.get(sighting.round) ?? { atMs: sighting.atMs, macs: new Set() };
    round.macs.add(sighting.mac);
    rounds.set(sighting.round, round);
  }
  const result: { fromMs: number; toMs: number; macs: string[]; lastRound: number }[] = [];
  for (const [round, { atMs, macs }] of rounds) {
    const names = [...macs].sort();
    const last = result.at(-1);
    if (last && last.macs.join() === names.join() && round - last.lastRound <= SILENT_ROUNDS) {
      last.toMs = atMs;
      last.lastRound = round;
    } else result.push({ fromMs: atMs, toMs: atMs, macs: names, lastRound: round });
  }
  return result.map(({ fromMs, toMs, macs }) => ({ fromMs, toMs, macs }));
}
