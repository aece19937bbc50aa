/**
 * Messages of a Linux-HA heartbeat 3.0.6, as far as a box of ours needs them: to see that one is there, and to
 * acknowledge what it sends. Never takes one for a sign of life of a box of ours, nor for a claim.
 */

import type { Beat } from './beat';
import type { Fields } from './message';
import type { ClassicMessage } from './types';

/** Types with this prefix have no sequence number (heartbeat 3.0.6, ha_msg.h). */
const NO_SEQUENCE = 'NS_';

const HEX = /^[0-9a-f]{1,8}$/;

/** @returns the message, or one sentence that says why it is none */
export function parseClassic(fields: ReadonlyMap<string, string>): ClassicMessage | string {
  const messageType = fields.get('t') ?? '';
  const src = fields.get('src') ?? '';
  const generation = number(fields.get('hg'));
  const sequence = messageType.startsWith(NO_SEQUENCE) ? null : number(fields.get('seq'));
  if (messageType === '') return 'it has neither sid nor t';
  if (src === '') return 'it has no src';
  if (generation === undefined) return 'hg is not a hexadecimal number of up to 32 bits';
  if (sequence === undefined || sequence === 0) return 'seq is not a hexadecimal number from 1';
  return { src, messageType, generation, sequence };
}

/** Who acknowledges: what a box says of itself in each beat. */
export type Speaker = Pick<Beat, 'src' | 'generation' | 'session' | 'ttl'>;

/**
 * An `NS_ackmsg` as heartbeat 3.0.6 makes it (heartbeat.c, send_ack_if_needed): it says that all up to this sequence
 * number has come. `sid` is ours, so that a box knows its own when the network gives it back.
 */
export function acknowledgementFields(
  { src, generation, session, ttl }: Speaker,
  dest: string,
  sequence: number,
  wallSeconds: number,
): Fields {
  return [
    ['t', 'NS_ackmsg'],
    ['dest', dest],
    ['ackseq', sequence.toString(16)],
    ['src', src],
    ['sid', session.toString(16)],
    ['hg', generation.toString(16)],
    ['ts', wallSeconds.toString(16)],
    ['ttl', ttl.toString(16)],
  ];
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && HEX.test(text) ? Number.parseInt(text, 16) : undefined;
}
