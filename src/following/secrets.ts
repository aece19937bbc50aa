/**
 * The text of a configuration without its keys, for a network that others may listen to: both boxes have the keys, so each
 * takes its own out and puts its own in. Pure.
 */

import type { AuthKey } from '../config/config';

/** Stands for the secret of a key. */
const mark = (id: number): string => `***${id}***`;

/** As it may be written inside quotation marks. */
const escaped = (secret: string): string => secret.replace(/["\\]/g, '\\$&');

/** Wherever a secret stands in the text, in comments too, its key's number takes its place. */
export function withoutSecrets(text: string, keys: readonly AuthKey[]): string {
  // Longer ones first: one secret may be a part of another.
  return byLength(keys).reduce(
    (left, { id, secret }) =>
      [escaped(secret), secret].reduce((one, word) => one.replaceAll(word, mark(id)), left),
    text,
  );
}

/** The other way, with this box's keys. Whether it comes to the same text as before, only its digest can tell. */
export function withSecrets(text: string, keys: readonly AuthKey[]): string {
  return keys.reduce((left, { id, secret }) => left.replaceAll(mark(id), () => escaped(secret)), text);
}

function byLength(keys: readonly AuthKey[]): readonly AuthKey[] {
  return keys.filter(({ secret }) => secret !== '').sort((a, b) => b.secret.length - a.secret.length);
}
