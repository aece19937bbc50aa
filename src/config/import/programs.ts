/**
 * Programs that `ha.cf` has heartbeat run. What would run with more rights than before, or by a plugin that is not
 * here, is not carried over in silence: the person is asked, with the line to write.
 */
import { shown } from '../problem';
import { joinWords, quoteWord } from '../text';
import type { SourceLine } from './draft';
import type { LinkReader, Links } from './links';
import { quotedWords, withoutComment } from './words';

export const respawn: LinkReader = (links, line, args) => {
  const { draft } = links;
  const program = programOf('respawn', links, line, args);
  if (program === null) return;
  const { user, command, setLine } = program;
  if (user !== 'root' && user !== '0')
    draft.leave(
      line,
      `${command} ran as ${shown(user)}; here it would run as root, so it is left out.`,
      setLine,
    );
  else if (draft.write(line, [`heartbeat respawn ${quoteWord(command)}`]))
    draft.taken(line, `${command} is kept running, as root.`);
};

export const failfast: LinkReader = (links, line, args) => {
  const program = programOf('failfast', links, line, args);
  if (program === null) return;
  const { command, setLine } = program;
  const sentence = `${command} is left out: its end would reboot the box, which is not offered; as a helper it is started again, as root.`;
  links.draft.leave(line, sentence, setLine);
};

/** @returns null where nothing is left to do */
function programOf(
  directive: string,
  { draft }: Links,
  line: SourceLine,
  [user = '', path]: readonly string[],
): { readonly user: string; readonly command: string; readonly setLine: string } | null {
  const name = path?.split('/').pop();
  if (path === undefined)
    draft.refused(
      line,
      `${directive} wants a user, a program and its arguments; write "${directive} root /usr/bin/program".`,
    );
  else if (name === 'ipfail')
    draft.meaningless(line, 'ipfail is built in: the box that reaches fewer ping nodes hands over.');
  // Its clients are linked with its library and talk to its daemon.
  else if (/\/heartbeat\/[^/]+$/.test(path))
    draft.refused(
      line,
      `${shown(name ?? '')} is a part of heartbeat, whose interface this box does not have.`,
    );
  else {
    const [, , ...given] = withoutComment(line.text).split(/(?<=\S)(?=\s)/);
    const command = joinWords(shellWords(given.join('').trim()));
    if (command !== '') return { user, command, setLine: `set heartbeat respawn ${quoteWord(command)}` };
    draft.refused(line, `${directive}: A quotation mark is not closed; close it.`);
  }
  return null;
}

/** Heartbeat hands the line to a shell; here no shell runs, unless its own signs ask for one. */
function shellWords(command: string): readonly string[] {
  const words = quotedWords(command);
  const unquoted = command.replace(/'[^']*'|\\'/g, '');
  return words.length > 0 && SHELL_SIGN.test(unquoted) ? ['/bin/sh', '-c', `exec ${command}`] : words;
}

const SHELL_SIGN = /[$`&|;<>*?()[\]{}~!\\]/;

export const stonith: LinkReader = ({ draft }, line, [type]) =>
  draft.leave(line, `stonith: ${fencing(type)}`, FENCING_LINE);

export const stonithHost: LinkReader = ({ draft }, line, [, type]) =>
  draft.leave(line, `stonith_host: ${fencing(type)}`, FENCING_LINE);

const FENCING_LINE = 'set heartbeat stonith "<program> <arguments>"';

/** The device's parameters, which may hold a password, are not repeated. */
function fencing(type: string | undefined): string {
  const what =
    type === undefined ? 'It names no device' : `${shown(type)} is a plugin of Linux-HA, no program`;
  return `${what}; until there is a program that ends with status 0 once the peer, whose name comes last, is off, nothing switches the peer off.`;
}
