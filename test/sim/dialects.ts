/**
 * Boxes of other versions: an older one whose beats lack what came later, and a newer one whose beats and messages hold
 * what this version has never seen. Made by writing a box's frames anew on their way out.
 */

import {
  decodeBody,
  encodeBody,
  FRAME_END,
  FRAME_START,
  openFrame,
  toBytes,
  toText,
} from '../../src/cluster/message';
import { Keyring } from '../../src/cluster/signature';
import type { AuthConfig } from '../../src/config/config';
import { toyMac } from './mac';

export type Dialect = 'own' | 'older' | 'newer';

/** Came after the first version. */
const LATER_FIELDS = ['cfg', 'ver', 'rs', 'pg'];
const UNKNOWN_FIELDS = [
  ['zz', 'a field of tomorrow'],
  ['(1)blob', 'AAECAw=='],
] as const;

/** The frames that a box of that version would have sent in place of this one. */
export function speak(frame: Uint8Array, dialect: Dialect, auth: AuthConfig): readonly Uint8Array[] {
  if (dialect === 'own') return [frame];
  const fields = decodeBody(openFrame(toText(frame))?.body ?? '') ?? new Map<string, string>();
  const keyring = new Keyring(auth, toyMac);
  if (dialect === 'older') {
    for (const name of LATER_FIELDS) fields.delete(name);
    const say = (fields.get('say') ?? '').split(' ');
    fields.set('say', say.filter((word) => !word.startsWith('no-')).join(' '));
    return [written(fields, keyring)];
  }
  for (const [name, value] of UNKNOWN_FIELDS) fields.set(name, value);
  const message = new Map([...fields, ['t', 'tomorrow']]);
  return [written(message, keyring), written(fields, keyring)];
}

function written(fields: ReadonlyMap<string, string>, keyring: Keyring): Uint8Array {
  const body = encodeBody([...fields]);
  return toBytes(`${FRAME_START}${body}auth=${keyring.sign(toBytes(body))}\n${FRAME_END}`);
}
