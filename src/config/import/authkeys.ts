/**
 * Reads heartbeat's `authkeys`: `auth N` and lines `N METHOD [KEY]`. A secret goes into its `set` line and nowhere
 * else: neither into a comment nor into the account.
 */
import { DIGESTS } from '../build';
import { quoteWord } from '../text';
import type { Draft, SourceLine } from './draft';
import { isBlankOrComment, sourceLines, wholeNumber } from './words';

const KEY_ID_MAX = 15;

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readAuthkeys(draft: Draft, file: string, text: string): void {
  for (const line of sourceLines(file, text, false)) {
    if (isBlankOrComment(line)) continue;
    const [first = '', second = '', ...rest] = keyWords(line.text);
    if (first === 'auth') {
      const id = wholeNumber(second, 0, KEY_ID_MAX);
      if (id === null || rest.length > 0) {
        draft.refused(line, `auth wants the number of one key, 0 to ${KEY_ID_MAX}: write "auth 1".`);
        continue;
      }
      draft.facts.signWith = { file, number: line.number, id };
      draft.write(line, ['heartbeat sign-with', String(id)]);
      draft.taken(line, `Beats are signed with key ${id}.`);
      continue;
    }
    readKey(draft, line, first, second, rest);
  }
}

/** Up to a comment; the secret, which is the third word, may begin with the sign of a comment. */
function keyWords(text: string): readonly string[] {
  const all = text.split(/\s+/);
  const comment = all.findIndex((word, index) => word.startsWith('#') && (index > 2 || all[0] === 'auth'));
  return comment === -1 ? all : all.slice(0, comment);
}

function readKey(
  draft: Draft,
  line: SourceLine,
  number: string,
  method: string,
  secret: readonly string[],
): void {
  const id = wholeNumber(number, 0, KEY_ID_MAX);
  const secrets = method === 'crc' ? 0 : 1;
  if (id === null || !DIGESTS.some((digest) => digest === method) || secret.length !== secrets) {
    draft.refused(
      line,
      `A key is its number 0 to ${KEY_ID_MAX}, method and secret word: "1 sha1 SECRET", or "1 crc".`,
    );
    return;
  }
  const path = `heartbeat key ${id} ${method}`;
  if (draft.facts.keys.includes(id)) draft.refused(line, `Key ${id} is there before; leave one of them out.`);
  else if (draft.writeSecret(line, secrets === 0 ? [path] : [path, quoteWord(secret.join(''))])) {
    draft.facts.keys.push(id);
    draft.taken(line, `Key ${id} is ${method}${WEAKNESS.get(method) ?? ''}.`);
  }
}

const WEAKNESS: ReadonlyMap<string, string> = new Map([
  ['crc', ', which proves nothing about the sender; write sha256 and a secret between two boxes of ours'],
  ['md5', ", weak by today's standard; write sha256 between two boxes of ours"],
  ['sha1', ", weak by today's standard; write sha256 between two boxes of ours"],
]);
