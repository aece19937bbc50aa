/** A box to test: its core, and a peer and a supervisor that the test plays. */

import { expect } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { acknowledged, createCluster, nextWakeMs, status, step } from '../../../src/cluster/cluster';
import type {
  Boot,
  ClusterConfig,
  ClusterEvent,
  ClusterStatus,
  Command,
  Effect,
} from '../../../src/cluster/types';
import { BEAT, CONFIG } from './helpers';

export const OWN_SESSION = 0xa;
const MOVES: ReadonlySet<string> = new Set(['acquire', 'release', 'announce', 'stopped']);

/** One box at a time that the test sets, and a peer that the test plays. */
export class Bench {
  nowMs = 10_000;
  lastBeat: Beat = BEAT;
  readonly effects: Effect[] = [];
  readonly #state: ReturnType<typeof createCluster>;
  #peer: Beat = BEAT;

  constructor(config: Partial<ClusterConfig> = {}, boot: Partial<Boot> = {}) {
    const start = {
      nowMs: this.nowMs,
      session: OWN_SESSION,
      generation: 1,
      held: false,
      carrier: true,
      maintenance: false,
    };
    this.#state = createCluster({ ...CONFIG, ...config }, { ...start, ...boot });
    this.give({ type: 'tick' });
  }

  get status(): ClusterStatus {
    return status(this.#state);
  }

  get acknowledged(): number {
    return acknowledged(this.#state);
  }

  get wakeMs(): number {
    return nextWakeMs(this.#state);
  }

  of<T extends Effect['type']>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }

  get logged(): string[] {
    return this.of('log').map((effect) => effect.event);
  }

  /** What the last command came to. */
  get reply(): string | undefined {
    return this.of('reply').at(-1)?.sentence;
  }

  /** The effects that move the group, in order. */
  get moves(): string[] {
    return this.effects.map((effect) => effect.type).filter((type) => MOVES.has(type));
  }

  give(event: ClusterEvent): void {
    for (const effect of step(this.#state, event, this.nowMs)) {
      this.effects.push(effect);
      if (effect.type === 'send') this.lastBeat = effect.beat;
    }
  }

  /** Gives a command. @returns what it came to, e.g. `refused: this box holds the group already` */
  command(command: Command): string {
    const before = this.of('reply').length;
    this.give({ type: 'command', command });
    const replies = this.of('reply').slice(before);
    expect(replies).toHaveLength(1);
    const reply = replies[0];
    return `${reply?.accepted ? 'accepted' : 'refused'}: ${reply?.sentence}`;
  }

  /** Ticks when due until `ms` have passed. The peer is silent. */
  wait(ms: number): void {
    const endMs = this.nowMs + ms;
    while (this.wakeMs <= endMs) {
      expect(this.wakeMs).toBeGreaterThanOrEqual(this.nowMs);
      this.nowMs = this.wakeMs;
      this.give({ type: 'tick' });
    }
    this.nowMs = endMs;
  }

  /** The peer's next beat: as the last one but for the changes, proven by an acknowledgement. */
  hear(changes: Partial<Beat> = {}, link = 1): void {
    const { session, sequence } = this.lastBeat;
    this.#peer = {
      ...this.#peer,
      ack: { session, sequence },
      ...changes,
      sequence: changes.sequence ?? this.#peer.sequence + 1,
    };
    this.give({ type: 'frame', link, beat: this.#peer });
  }

  /** The peer beats each keepalive for `ms`. */
  hearFor(ms: number): void {
    for (let left = ms; left > 0; left -= 200) {
      this.wait(Math.min(200, left));
      this.hear();
    }
  }

  /** Makes this box the owner, with a standby peer. */
  own(): void {
    this.hear({ claim: 'none', hindrance: null });
    this.give({ type: 'group-acquired' });
    this.effects.length = 0;
  }

  /** Makes the peer the owner. */
  follow(changes: Partial<Beat> = {}): void {
    this.hear({ claim: 'all', epoch: 5, preferred: false, ...changes });
    this.effects.length = 0;
  }
}
