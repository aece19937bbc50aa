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

/** A box that answers again so soon has not lost the address in between. */
const AGAIN_WITHIN_MS = 500;

/**
 * Stretches in which two cards held the address at once: one answered, then the other, then the first again. A card
 * that answers the very probe that another one has just answered for the last time has only been handed the address.
 */
export function overlaps(
  sightings: readonly Sighting[],
  address: string,
): { fromMs: number; toMs: number }[] {
  const lastMs = new Map<string, number>();
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { kind, address: held, mac, atMs } of sightings) {
    if (kind !== 'answer' || held !== address) continue;
    const before = lastMs.get(mac);
    const others = [...lastMs].filter(
      ([other, otherMs]) => other !== mac && before !== undefined && otherMs > before,
    );
    if (before !== undefined && atMs - before <= AGAIN_WITHIN_MS && others.length > 0) {
      const fromMs = Math.min(...others.map(([, otherMs]) => otherMs));
      const last = result.at(-1);
      if (last && fromMs - last.toMs <= AGAIN_WITHIN_MS) last.toMs = atMs;
      else result.push({ fromMs, toMs: atMs });
    }
    lastMs.set(mac, atMs);
  }
  return result;
}
