/**
 * One heartbeat as a value, and as the fields of a Linux-HA `status` message. Knows names and limits of fields;
 * never bytes, signatures or time.
 */

import type { Fields } from './message';

/** What a box says about the resource group: does not hold it, takes it, holds all of it, lets it go. */
export type Claim = 'none' | 'taking' | 'all' | 'giving';

/**
 * Linux-HA's own fields are `t st dt protocol src hg ttl ts seq auth`; ours, which a heartbeat 3.0.6 passes over, are
 * `sid ack rsc ep say`. Fields that rarely change come first.
 */
export interface Beat {
  readonly src: string;
  /** `st`; `dead`: the box is leaving the cluster on purpose. */
  readonly status: 'active' | 'dead';
  /** `dt`: how long the peer shall wait for this box, 1..MAX_DEADTIME_MS. */
  readonly deadtimeMs: number;
  /** `ttl`: Linux-HA's hopfudge + number of nodes. */
  readonly ttl: number;
  /** `hg`: wall clock seconds at the start. Linux-HA's replay guard; ours is session, sequence and ack. */
  readonly generation: number;
  /** `sid`: 32 random bits of this run of the sender. */
  readonly session: number;
  /** `seq`: counts from 1 in each session. */
  readonly sequence: number;
  /** `ack`: the newest beat that the sender heard of its peer; null before the first. */
  readonly ack: Ack | null;
  /** `rsc` */
  readonly claim: Claim;
  /** `ep`: epoch of the claim; of a box that holds nothing the highest epoch that it knows. */
  readonly epoch: number;
  /** `say=...can...`: would take the group if nobody held it. */
  readonly able: boolean;
  /** `say=...ask...`: asks the owner for the group. */
  readonly asks: boolean;
  /** `say=...pref...`: is the preferred node by its own configuration. */
  readonly preferred: boolean;
}

export interface Ack {
  readonly session: number;
  readonly sequence: number;
}

/** Longest deadtime that is believed. */
export const MAX_DEADTIME_MS = 3_600_000;

/** Numbers on the wire have up to 32 bits. */
export const MAX_NUMBER = 0xffff_ffff;

const CLAIMS: ReadonlySet<string> = new Set<Claim>(['none', 'taking', 'all', 'giving']);

/** How many fields at the end of `beatFields` differ from beat to beat. */
export const CHANGING_FIELDS = 3;

/** @param wallSeconds for people who read the frame on a terminal */
export function beatFields(beat: Beat, wallSeconds: number): Fields {
  const say = [beat.able ? 'can' : '', beat.asks ? 'ask' : '', beat.preferred ? 'pref' : ''];
  return [
    ['t', 'status'],
    ['st', beat.status],
    ['dt', beat.deadtimeMs.toString(16)],
    ['protocol', '1'],
    ['src', beat.src],
    ['hg', beat.generation.toString(16)],
    ['ttl', beat.ttl.toString(16)],
    ['sid', beat.session.toString(16)],
    ['rsc', beat.claim],
    ['ep', beat.epoch.toString(16)],
    ['say', say.filter(Boolean).join(' ')],
    ['ack', beat.ack === null ? '-' : `${beat.ack.session.toString(16)} ${beat.ack.sequence.toString(16)}`],
    ['ts', wallSeconds.toString(16)],
    ['seq', beat.sequence.toString(16)],
  ];
}

/** @returns the beat, or one sentence that says why the message is none */
export function parseBeat(fields: ReadonlyMap<string, string>): Beat | string {
  const type = fields.get('t');
  if (type !== 'status') return `it is a message of type ${type ?? '(none)'}, not a status`;
  const src = fields.get('src') ?? '';
  const status = fields.get('st');
  const claim = fields.get('rsc') ?? '';
  const deadtimeMs = number(fields, 'dt');
  const generation = number(fields, 'hg');
  const session = number(fields, 'sid');
  const sequence = number(fields, 'seq');
  const epoch = number(fields, 'ep');
  const ttl = number(fields, 'ttl');
  const ack = parseAck(fields.get('ack') ?? '');
  if (src === '') return 'it has no src';
  if (status !== 'active' && status !== 'dead') return `st is ${status ?? '(none)'}, not active or dead`;
  if (!isClaim(claim)) return `rsc is ${claim || '(none)'}, not none, taking, all or giving`;
  if (deadtimeMs === null || deadtimeMs < 1 || deadtimeMs > MAX_DEADTIME_MS)
    return 'dt is not 1 to 36ee80 (hex)';
  if (sequence === null || sequence < 1) return 'seq is not a hexadecimal number from 1';
  if (generation === null || session === null || epoch === null || ttl === null) {
    return 'one of hg, sid, ep, ttl is not a hexadecimal number of up to 32 bits';
  }
  if (ack === undefined) return 'ack is not - or two hexadecimal numbers';
  const say = (fields.get('say') ?? '').split(' ');
  const [able, asks, preferred] = [say.includes('can'), say.includes('ask'), say.includes('pref')];
  return {
    src,
    status,
    deadtimeMs,
    ttl,
    generation,
    session,
    sequence,
    ack,
    claim,
    epoch,
    able,
    asks,
    preferred,
  };
}

function isClaim(text: string): text is Claim {
  return CLAIMS.has(text);
}

const HEX = /^[0-9a-f]{1,8}$/;

function number(fields: ReadonlyMap<string, string>, name: string): number | null {
  const text = fields.get(name) ?? '';
  return HEX.test(text) ? Number.parseInt(text, 16) : null;
}

/** @returns undefined for bad text */
function parseAck(text: string): Ack | null | undefined {
  if (text === '-') return null;
  const [session = '', sequence = '', more] = text.split(' ');
  if (more !== undefined || !HEX.test(session) || !HEX.test(sequence)) return undefined;
  return { session: Number.parseInt(session, 16), sequence: Number.parseInt(sequence, 16) };
}
