/** Ten million random and mutated bytes through each kind of link: nothing breaks, grows, or is believed. */

import { createHmac } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createCluster, nextWakeMs, status, step } from '../../../src/cluster/cluster';
import { toBytes } from '../../../src/cluster/message';
import { type LinkKind, Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import type { ClusterEvent, ClusterStatus, Effect } from '../../../src/cluster/types';
import type { AuthConfig } from '../../../src/config/config';
import type { Mac } from '../../../src/host/host';
import { Random } from '../../sim/random';
import { DATAGRAMS } from './golden/netstring';
import { BEAT, CONFIG } from './helpers';
import { forged, piece } from './noise';

const BYTES = 10_000_000;
const LIMIT_MS = 120_000;
/** After a tenth of the bytes all tables and buffers are as large as they get; a megabyte more may be the engine's. */
const GROWTH_LIMIT_BYTES = 1_000_000;
const SENT_FRAMES = 200;
const SESSION = 0xa;
/** So long the peer is there, and so long it is not. */
const PHASE_MS = 20_000;

const MAC: Mac = {
  hmac: (method, key, data) => createHmac(method, key).update(data).digest(),
};
const auth = (secret: string): AuthConfig => ({
  signWith: 1,
  keys: [
    { id: 1, method: 'md5', secret },
    { id: 2, method: 'sha1', secret },
  ],
});
const OURS = auth('secret words');
const BEATS = Array.from({ length: SENT_FRAMES }, (_, index) => ({ ...BEAT, sequence: index + 1 }));
const framesBy = (keys: AuthConfig) => {
  const sender = new Sender(keys, MAC);
  return BEATS.map((beat) => sender.frame(beat, 0));
};
const GOOD = framesBy(OURS);
const CLASSIC = Object.values(DATAGRAMS).map(toBytes);
/** A stranger's, or signed by a key that this box does not have, or with another digest: right in form only. */
const FORGED = [
  ...framesBy(auth('other words')),
  ...framesBy({ signWith: 9, keys: [{ id: 9, method: 'crc', secret: '' }] }),
  ...GOOD.map(forged),
  ...CLASSIC,
  ...CLASSIC.map(forged),
];

/** Bytes that are in use once all garbage is gone. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Feeds pieces until BYTES have gone through. @returns how many bytes in use came on top after the first tenth */
function feed(kind: LinkKind, frames: readonly Uint8Array[], take: (bytes: Uint8Array) => void): number {
  const random = new Random(kind.length);
  const startMs = performance.now();
  let atFirst: number | null = null;
  let fed = 0;
  while (fed < BYTES) {
    const bytes = piece(random, frames, kind);
    fed += bytes.length;
    take(bytes);
    if (fed > BYTES / 10) atFirst ??= bytesInUse();
  }
  const megabytesPerSecond = fed / 1000 / (performance.now() - startMs);
  console.log(`${kind}: ${fed} bytes, ${megabytesPerSecond.toFixed(1)} MB/s with all that checks them`);
  return bytesInUse() - (atFirst ?? 0);
}

const KINDS = ['stream', 'datagram'] as const;

describe('ten million bytes without a right signature', () => {
  for (const kind of KINDS) {
    it(
      `through a ${kind} link move nothing in a box but its counters of what it refused`,
      () => {
        const config = { ...CONFIG, links: ['noisy'] };
        const boot = {
          nowMs: 0,
          session: SESSION,
          generation: 1,
          held: false,
          carrier: true,
          maintenance: false,
        };
        const [noisy, calm] = [createCluster(config, boot), createCluster(config, boot)];
        const receiver = new Receiver([kind], SESSION, OURS, MAC);
        const types = new Map<string, number>();
        const [heard, expected]: [Effect[], Effect[]] = [[], []];
        let nowMs = 0;
        let sequence = 0;
        const both = (event: ClusterEvent) => {
          heard.push(...step(noisy, event, nowMs));
          expected.push(...step(calm, event, nowMs));
        };
        const growth = feed(kind, FORGED, (bytes) => {
          nowMs += 7;
          // The peer owns the group for a while, is dead for a while, and so on: the box gives and takes.
          const phase = Math.floor(nowMs / PHASE_MS);
          if (phase % 2 === 0 && nowMs >= sequence * config.keepaliveMs) {
            sequence = Math.floor(nowMs / config.keepaliveMs) + 1;
            const ack = { session: SESSION, sequence: 1 };
            both({
              type: 'frame',
              link: 0,
              beat: { ...BEAT, sequence, ack, claim: 'all', epoch: 10 * phase },
            });
          }
          receiver.receive(0, bytes, (event) => {
            types.set(event.type, (types.get(event.type) ?? 0) + 1);
            heard.push(...step(noisy, event, nowMs));
          });
          if (nowMs >= nextWakeMs(calm)) both({ type: 'tick' });
          answer(expected.splice(0), heard.splice(0), both);
        });
        expect([...types.keys()]).toEqual(['refused']);
        const refused = types.get('refused') ?? 0;
        expect(refused).toBeGreaterThan(1000);
        expect(status(noisy).counters.refused).toBe(refused);
        expect(withoutRefused(status(noisy))).toEqual(withoutRefused(status(calm)));
        expect(status(calm).counters.refused).toBe(0);
        expect(status(calm).counters.takeovers).toBeGreaterThan(3);
        expect(growth).toBeLessThan(GROWTH_LIMIT_BYTES);
      },
      LIMIT_MS,
    );
  }
});

/** Both boxes did the same, but that one complained; the group obeys both. */
function answer(
  expected: readonly Effect[],
  heard: readonly Effect[],
  both: (event: ClusterEvent) => void,
): void {
  const others = heard.filter((effect) => effect.type !== 'log' || effect.event !== 'frame-refused');
  if (JSON.stringify(others) !== JSON.stringify(expected)) expect(others).toEqual(expected);
  for (const { type } of expected) {
    if (type === 'acquire') both({ type: 'group-acquired' });
    if (type === 'release') both({ type: 'group-released' });
  }
}

function withoutRefused({ links, counters, ...rest }: ClusterStatus): object {
  return {
    ...rest,
    links: links.map((link) => ({ ...link, refused: 0 })),
    counters: { ...counters, refused: 0 },
  };
}

describe('ten million bytes with good frames among them', () => {
  for (const kind of KINDS) {
    it(
      `give a ${kind} link no beat that nobody sent, and do not stand in the way of the next but one`,
      () => {
        const receiver = new Receiver([kind], SESSION, OURS, MAC);
        const sent = BEATS.map((beat) => JSON.stringify(beat));
        const counts = { frame: 0, refused: 0 };
        const sink = (event: ClusterEvent) => {
          if (event.type === 'refused') counts.refused++;
          else if (event.type !== 'frame') expect(event.type).toBe('frame');
          else if (JSON.stringify(event.beat) === sent[event.beat.sequence - 1]) counts.frame++;
          else expect(event.beat).toEqual(BEATS[event.beat.sequence - 1]);
        };
        const growth = feed(kind, [...GOOD, ...FORGED.slice(0, SENT_FRAMES)], (bytes) =>
          receiver.receive(0, bytes, sink),
        );
        expect(counts.frame).toBeGreaterThan(1000);
        expect(counts.refused).toBeGreaterThan(1000);
        const before = counts.frame;
        for (const frame of GOOD.slice(0, 2)) receiver.receive(0, frame, sink);
        expect(counts.frame).toBeGreaterThan(before);
        expect(growth).toBeLessThan(GROWTH_LIMIT_BYTES);
      },
      LIMIT_MS,
    );
  }
});
