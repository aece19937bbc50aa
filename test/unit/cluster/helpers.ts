/** What the cluster tests share: a real HMAC, a pair's configuration, and a beat to start from. */

import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Beat } from '../../../src/cluster/beat';
import type { ClusterConfig } from '../../../src/cluster/types';
import type { DigestMethod } from '../../../src/config/config';
import type { Mac } from '../../../src/host/host';

const HASHES = { sha256, sha1, md5 };

export const MAC: Mac = { hmac: (method, key, data) => hmac(HASHES[method], key, data) };

export const authOf = (method: DigestMethod, secret = 'secret words') => ({
  signWith: 1,
  keys: [{ id: 1, method, secret: method === 'crc' ? '' : secret }],
});

export const CONFIG: ClusterConfig = {
  node: 'a',
  peer: 'b',
  preferred: 'a',
  keepaliveMs: 200,
  warntimeMs: 500,
  deadtimeMs: 1_000,
  initdeadMs: 5_000,
  autoFailback: 'off',
  ttl: 3,
  links: ['serial /dev/ttyS1', 'bcast eth1'],
  auth: authOf('sha256'),
  deadpingMs: 1_000,
  pings: [],
  fences: false,
  watchdog: false,
  version: '0.1.0',
  configHash: 0xc0ffee,
};

export const BEAT: Beat = {
  src: 'b',
  status: 'active',
  deadtimeMs: 1_000,
  ttl: 3,
  generation: 0x68a9c1b2,
  session: 0xb0b,
  sequence: 1,
  ack: null,
  claim: 'none',
  epoch: 0,
  hindrance: null,
  asks: false,
  preferred: false,
  short: false,
  configHash: null,
  version: null,
  servers: null,
  pings: null,
};
