/** The bytes that the configuration reckons with are those that go over the wire. */

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { Sender } from '../../../src/cluster/sender';
import type { DigestMethod } from '../../../src/config/config';
import { BEAT_BYTES } from '../../../src/config/times';
import type { Mac } from '../../../src/host/host';

const mac: Mac = {
  hmac: (method, key, data) => createHmac(method, key).update(data).digest(),
};
const src = 'mazelut.ce.cnu.ac.kr';

/** A box that has run for months beside one that has, with everything to tell. */
const LONGEST: Beat = {
  src,
  status: 'active',
  deadtimeMs: 600_000,
  ttl: 3,
  generation: 0x68a9c1b2,
  session: 0xabcdef01,
  sequence: 0xfffffff,
  ack: { session: 0xabcdef02, sequence: 0xfffffff },
  claim: 'giving',
  epoch: 0xffff,
  hindrance: 'maintenance',
  asks: false,
  preferred: true,
  short: true,
  configHash: 0xffffffff,
  version: '0.1.0',
  servers: { good: 16, all: 16 },
  pings: 8,
};

function bytes(beat: Beat, method: DigestMethod): number {
  const auth = { signWith: 1, keys: [{ id: 1, method, secret: method === 'crc' ? '' : 'secret words' }] };
  return new Sender(auth, mac).frame(beat, 0x68a9c1b2).length;
}

test.each([
  ['sha256', 64],
  ['sha1', 40],
  ['md5', 32],
  ['crc', 8],
] as const)('a long heartbeat has so many, besides the name and the digest of %s', (method, digest) => {
  const beyond = bytes(LONGEST, method) - src.length - BEAT_BYTES;
  // Linux-HA writes a crc without zeros in front.
  if (method === 'crc') expect([7, 8]).toContain(beyond);
  else expect(beyond).toBe(digest);
});
