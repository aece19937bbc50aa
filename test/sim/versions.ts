/**
 * Programs of other versions, as far as their peers can tell: an older one, which neither sends nor understands what came
 * to the beats later, and a newer one, which says what nobody understands. Both run today's program; what they send and
 * hear is rewritten on the way.
 */

import { FRAME_END, FRAME_START, openFrame, toBytes, toText } from '../../src/cluster/message';
import { isShort } from '../../src/cluster/short';
import { Keyring } from '../../src/cluster/signature';
import { toyMac } from './mac';
import { authOf } from './setting';

export type Version = 'older' | 'current' | 'newer';
export const VERSIONS: readonly Version[] = ['older', 'current', 'newer'];

/** As the programs call themselves. */
export const VERSION_NAMES: Readonly<Record<Version, string>> = {
  older: '0.0.9',
  current: '0.1.0',
  newer: '0.2.0',
};

/** Fields that an older program does not know. */
const LATER = /^(cfg|ver|rs|pg)=.*\n/gm;
/** It says only whether it can take the group, not why not. */
const LATER_WORD = /^(say=.*?)no-[a-z]+ ?(.*\n)/gm;
/** It takes no short frames. */
const SHORT_WORD = /^(say=(?:.* )?)short\n/gm;
/** A newer program says more, in fields, in words and in types of messages. */
const FUTURE_FIELDS = 'mood=fine\n(1)load=3:0.42\n';
const FUTURE_TYPE = /^t=status\n/m;
/** It sends a message of its own after so many beats. */
const FUTURE_EVERY = 10;

/** What one program says: its beats are rewritten, and signed anew. */
export class Dialect {
  #said = 0;
  /** The same frame goes out on every link. */
  #last: Rewritten | null = null;
  #lastHeard: Rewritten | null = null;

  constructor(private readonly version: Version) {}

  /** @returns what really leaves the box, the beat last */
  say(frame: Uint8Array): readonly Uint8Array[] {
    if (this.version === 'current') return [frame];
    if (this.#last?.frame === frame) return [this.#last.rewritten];
    const rewritten = rewrite(frame, this.version === 'older' ? forget : addFuture);
    this.#last = { frame, rewritten };
    if (this.version === 'older' || ++this.#said % FUTURE_EVERY !== 0) return [rewritten];
    return [rewrite(rewritten, (body) => body.replace(FUTURE_TYPE, 't=forecast\n')), rewritten];
  }

  /** @returns what the program would make of a frame of its peer */
  hear(frame: Uint8Array): Uint8Array {
    if (this.version !== 'older') return frame;
    if (this.#lastHeard?.frame !== frame) this.#lastHeard = { frame, rewritten: rewrite(frame, forget) };
    return this.#lastHeard.rewritten;
  }
}

interface Rewritten {
  readonly frame: Uint8Array;
  readonly rewritten: Uint8Array;
}

function forget(body: string): string {
  return body.replace(LATER, '').replace(LATER_WORD, '$1$2').replace(SHORT_WORD, '$1\n');
}

function addFuture(body: string): string {
  return body + FUTURE_FIELDS;
}

function rewrite(frame: Uint8Array, change: (body: string) => string): Uint8Array {
  const text = toText(frame);
  const envelope = openFrame(text);
  // A short frame has neither the fields that came later nor room for more.
  if (envelope === null || isShort(text)) return frame;
  const body = change(envelope.body);
  const signature = new Keyring(authOf(envelope.keyId), toyMac).sign(toBytes(body));
  return toBytes(`${FRAME_START}${body}auth=${signature}\n${FRAME_END}`);
}
