/**
 * Reads heartbeat's `authkeys`: `auth N` and lines `N METHOD [KEY]`. A secret goes into its `set` line and nowhere
 * else: neither into a comment nor into the account.
 */
import type { Draft } from './draft';
import { isBlankOrComment, quoted, sourceLines, wholeNumber, words } from './words';

const KEY_ID_MAX = 15;
const METHODS = ['crc', 'md5', 'sha1', 'sha256'];

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readAuthkeys(draft: Draft, file: string, text: string): void {
  for (const line of sourceLines(file, text, false)) {
    if (isBlankOrComment(line)) continue;
    const [first = '', second = '', ...rest] = words(line.text);
    if (first === 'auth') {
      const id = wholeNumber(second, 0, KEY_ID_MAX);
      if (id === null || rest.length > 0) {
        draft.refused(line, `auth wants the number of one key, 0 to ${KEY_ID_MAX}: write "auth 1".`);
        continue;
      }
      draft.facts.signWith = { file, number: line.number, id };
      draft.setQuietly(line, 'heartbeat sign-with', String(id));
      draft.taken(line, `Beats are signed with key ${id}.`);
      continue;
    }
    const id = wholeNumber(first, 0, KEY_ID_MAX);
    const secret = quoted(rest.join(' '));
    const wantsSecret = second !== 'crc';
    if (
      id === null ||
      !METHODS.includes(second) ||
      rest.length !== (wantsSecret ? 1 : 0) ||
      secret === null
    ) {
      draft.refused(
        line,
        `A key is its number 0 to ${KEY_ID_MAX}, method and secret word: "1 sha1 SECRET", or "1 crc".`,
      );
    } else if (draft.facts.keys.includes(id)) draft.refused(line, `Key ${id} is already there.`);
    else {
      draft.facts.keys.push(id);
      draft.setQuietly(line, `heartbeat key ${id}`, wantsSecret ? `${second} ${secret}` : second);
      draft.taken(line, `Key ${id} is ${second}${WEAKNESS.get(second) ?? ''}.`);
    }
  }
}

const WEAKNESS: ReadonlyMap<string, string> = new Map([
  ['crc', ', which proves nothing about the sender; write sha256 and a secret between two boxes of ours'],
  ['md5', ", weak by today's standard; write sha256 between two boxes of ours"],
  ['sha1', ", weak by today's standard; write sha256 between two boxes of ours"],
]);
