/**
 * One heartbeat as a value, and as the fields of a Linux-HA `status` message. Knows names and limits of fields;
 * never bytes, signatures or time.
 */

import type { Fields } from './message';
import type { ServerCount } from './types';

/** What a box says about the resource group: does not hold it, takes it, holds all of it, lets it go. */
export type Claim = 'none' | 'taking' | 'all' | 'giving';

/**
 * Why a box cannot take the group, as it says so on the wire. `other` stands for all that this program does not know,
 * and for the silence of an older one.
 */
export type Hindrance = (typeof HINDRANCES)[number];

export const HINDRANCES = [
  'leaving',
  'maintenance',
  'carrier',
  'failed',
  'listening',
  'yielding',
  'damped',
  'other',
] as const;

/**
 * Linux-HA's own fields are `t st dt protocol src hg ttl ts seq auth`; ours, which a heartbeat 3.0.6 passes over, are
 * `sid ack rsc ep say cfg ver rs pg`. Fields that rarely change come first. The last four came later than the others:
 * a peer of an older program does not send them, and then they are null.
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
  /** Null, `say=...can...`: would take the group if nobody held it. Else `say=...no-WORD...`: why it would not. */
  readonly hindrance: Hindrance | null;
  /** `say=...ask...`: asks the owner for the group. */
  readonly asks: boolean;
  /** `say=...pref...`: is the preferred node by its own configuration. */
  readonly preferred: boolean;
  /** `say=...short...`: takes short frames, see short.ts. */
  readonly short: boolean;
  /** `cfg`: 32 bits of a digest of the sender's configuration. */
  readonly configHash: number | null;
  /** `ver`: of the sender's program, 1..MAX_VERSION_LENGTH characters. */
  readonly version: string | null;
  /** `rs=GOOD/ALL`: real servers, as the sender's checks see them. */
  readonly servers: ServerCount | null;
  /** `pg`: how many ping groups the sender reaches; it keeps silent until it can know. */
  readonly pings: number | null;
}

export interface Ack {
  readonly session: number;
  readonly sequence: number;
}

/** Whether two beats of one box have the same head: all but `ack`, `ts` and `seq`. */
export function sameHead(a: Beat, b: Beat): boolean {
  return (
    saysTheSame(a, b) &&
    a.session === b.session &&
    a.src === b.src &&
    a.ttl === b.ttl &&
    a.generation === b.generation &&
    a.version === b.version &&
    a.short === b.short &&
    a.servers?.good === b.servers?.good &&
    a.servers?.all === b.servers?.all
  );
}

/** Whether two beats of one session move the cluster in the same way: what only informs may differ. */
export function saysTheSame(a: Beat, b: Beat): boolean {
  return (
    a.claim === b.claim &&
    a.epoch === b.epoch &&
    a.hindrance === b.hindrance &&
    a.asks === b.asks &&
    a.status === b.status &&
    a.deadtimeMs === b.deadtimeMs &&
    a.preferred === b.preferred &&
    a.configHash === b.configHash &&
    a.pings === b.pings
  );
}

/** Longest deadtime that is believed. */
export const MAX_DEADTIME_MS = 3_600_000;

/** Numbers on the wire have up to 32 bits. */
export const MAX_NUMBER = 0xffff_ffff;

/** Longest version that is sent and believed. */
export const MAX_VERSION_LENGTH = 16;
/** `say=...no-WORD...` */
const CANNOT = 'no-';

const CLAIMS: ReadonlySet<string> = new Set<Claim>(['none', 'taking', 'all', 'giving']);

/** The first fields, which rarely change. */
export function headFields(beat: Beat): Fields {
  const able = beat.hindrance === null ? 'can' : `${CANNOT}${beat.hindrance}`;
  const say = `${able}${beat.asks ? ' ask' : ''}${beat.preferred ? ' pref' : ''}${beat.short ? ' short' : ''}`;
  const fields: [name: string, value: string][] = [
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
    ['say', say],
  ];
  const { configHash, version, servers, pings } = beat;
  if (configHash !== null) fields.push(['cfg', configHash.toString(16).padStart(8, '0')]);
  if (version !== null) fields.push(['ver', version]);
  if (servers !== null) fields.push(['rs', `${servers.good}/${servers.all}`]);
  if (pings !== null) fields.push(['pg', pings.toString(16)]);
  return fields;
}

/**
 * The lines of the last fields, which are others in each beat.
 * @param wallSeconds for people who read the frame on a terminal
 */
export function encodeTail({ ack, sequence }: Beat, wallSeconds: number): string {
  const heard = ack === null ? '-' : `${ack.session.toString(16)} ${ack.sequence.toString(16)}`;
  return `${TAIL_START}${heard}\nts=${wallSeconds.toString(16)}\nseq=${sequence.toString(16)}\n`;
}

/** What `encodeTail` begins with. */
export const TAIL_START = 'ack=';

const TAIL = /^ack=(?:-|([0-9a-f]{1,8}) ([0-9a-f]{1,8}))\nts=[^\n]*\nseq=([0-9a-f]{1,8})\n$/;

/**
 * The beat of which another one with the same head is known. It costs a tenth of `parseBeat`.
 * @param tail the lines behind the head
 * @returns null where these are not just the usual ones, or not well-formed: then `parseBeat` has to say
 */
export function parseTail(known: Beat, tail: string): Beat | null {
  const match = TAIL.exec(tail);
  const sequence = Number.parseInt(match?.[3] ?? '', 16);
  if (match === null || sequence < 1) return null;
  const [, ackSession, ackSequence] = match;
  const ack =
    ackSession === undefined || ackSequence === undefined
      ? null
      : { session: Number.parseInt(ackSession, 16), sequence: Number.parseInt(ackSequence, 16) };
  return { ...known, ack, sequence };
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
    hindrance: parseHindrance(say),
    asks: say.includes('ask'),
    preferred: say.includes('pref'),
    short: say.includes('short'),
    configHash: number(fields, 'cfg'),
    version: parseVersion(fields.get('ver')),
    servers: parseServers(fields.get('rs') ?? ''),
    pings: number(fields, 'pg'),
  };
}

/** What is not understood hinders: a box is able only when it says just that. */
function parseHindrance(say: readonly string[]): Hindrance | null {
  const words = say.filter((word) => word.startsWith(CANNOT)).map((word) => word.slice(CANNOT.length));
  if (words.length === 0) return say.includes('can') ? null : 'other';
  return HINDRANCES.find((known) => words.includes(known)) ?? 'other';
}

const VERSION = /^[!-~]+$/;

function parseVersion(text: string | undefined): string | null {
  return text !== undefined && text.length <= MAX_VERSION_LENGTH && VERSION.test(text) ? text : null;
}

const SERVERS = /^(\d{1,5})\/(\d{1,5})$/;

/** These are for people and comparison only: a value that makes no sense is none, and the beat still counts. */
function parseServers(text: string): ServerCount | null {
  const match = SERVERS.exec(text);
  return match === null ? null : { good: Number(match[1]), all: Number(match[2]) };
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
