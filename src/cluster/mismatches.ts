/**
 * What differs between the two boxes and should not: kept as a state that people can see, with one log line when a
 * difference begins and one when it ends. It moves nothing. What a peer of an older program does not say is no
 * difference.
 */

import type { Beat } from './beat';
import type { Outbox } from './outbox';
import type { ClusterConfig, Mismatch, ServerCount } from './types';

/** Each box checks the real servers at its own times: a server that fails is no mismatch before. */
export const SERVERS_SETTLE_MS = 30_000;

type What = Mismatch['what'];

export class Mismatches {
  readonly #config: ClusterConfig;
  readonly #outbox: Outbox;
  #current: readonly Mismatch[] = [];
  /** When the boxes last saw the same real servers, or could not compare. */
  #sameServersMs: number;

  constructor(config: ClusterConfig, outbox: Outbox, nowMs: number) {
    this.#config = config;
    this.#outbox = outbox;
    this.#sameServersMs = nowMs;
  }

  get list(): readonly Mismatch[] {
    return this.#current;
  }

  /** Compares with a beat of the peer. */
  compare(beat: Beat, servers: ServerCount | null, nowMs: number): void {
    const { node, peer, configHash, version, preferred } = this.#config;
    const hash = beat.configHash ?? configHash;
    this.#note('configuration', hash !== configHash, hash, configHash);
    const peersVersion = beat.version ?? version;
    this.#note('version', peersVersion !== version, peersVersion, version);
    const own = preferred === node;
    this.#note('preferred node', beat.preferred === own, beat.preferred ? peer : node, preferred);
    if (sameServers(beat.servers, servers)) this.#sameServersMs = nowMs;
    const differ = nowMs >= this.#sameServersMs + SERVERS_SETTLE_MS;
    this.#note('real servers', differ, beat.servers, servers);
  }

  #note(what: What, differ: boolean, peers: Value, own: Value): void {
    // With each beat: so it costs nothing where there is nothing.
    if (!differ && this.#current.length === 0) return;
    const before = this.#current.find((one) => one.what === what);
    if (!differ && before === undefined) return;
    const now = { what, own: text(own), peers: text(peers) };
    if (differ && before?.own === now.own && before.peers === now.peers) return;
    const others = this.#current.filter((one) => one !== before);
    this.#current = differ ? [...others, now] : others;
    if (!differ) {
      this.#outbox.log('info', 'mismatch-ends', `Both boxes have the same ${what} again`, { what });
    } else if (before === undefined) {
      const sentence = `The boxes differ in their ${what}: ${now.own} here, ${now.peers} on ${this.#config.peer}`;
      this.#outbox.log('warn', 'mismatch', sentence, now);
    }
  }
}

type Value = number | string | ServerCount | null;

function sameServers(a: ServerCount | null, b: ServerCount | null): boolean {
  return a === null || b === null || (a.good === b.good && a.all === b.all);
}

function text(value: Value): string {
  if (value === null) return 'unknown';
  if (typeof value === 'number') return value.toString(16).padStart(8, '0');
  return typeof value === 'string' ? value : `${value.good} of ${value.all}`;
}
