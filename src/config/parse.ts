/**
 * The door to the configuration: text in, typed configuration out, or everything that is wrong with it at once. Pure:
 * the caller reads the file, and knows the machine.
 */

import { buildConfig } from './build';
import type { Config } from './config';
import { anyOf, nearest, PROBLEMS_LIMIT, type Problem, shown } from './problem';
import { readSettings } from './read';
import { type Judge, validate } from './validate';

export { printConfig } from './print';
export type { Fault, Problem } from './problem';
export { formatProblem } from './problem';

export interface Parsed {
  /** Null when there is any problem. */
  readonly config: Config | null;
  readonly problems: readonly Problem[];
  /** What works, but hardly as meant. */
  readonly warnings: readonly Problem[];
}

/**
 * Never throws, whatever the text.
 * @param fileName for the problems; nothing is read
 * @param judge what the other parts have to say; it must take a draft with anything missing
 */
export function parseConfig(text: string, fileName: string, judge: Judge = () => []): Parsed {
  const { settings, problems: unread } = readSettings(text, fileName);
  if (settings === null) return { config: null, problems: unread, warnings: [] };
  const config = buildConfig(settings);
  const { problems: found, warnings } = validate(settings, config, fileName, unread, judge);
  const problems = inOrder([...unread, ...found], 'problems');
  return {
    config: problems.length === 0 ? config : null,
    problems,
    warnings: inOrder(warnings, 'warnings'),
  };
}

/** By line, what is about no single line last; not more than anybody reads. */
function inOrder(findings: readonly Problem[], what: string): readonly Problem[] {
  const sorted = [...findings].sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
  if (sorted.length <= PROBLEMS_LIMIT) return sorted;
  const sentence = `there are more than ${PROBLEMS_LIMIT} ${what}; the others are told once these are gone`;
  return [...sorted.slice(0, PROBLEMS_LIMIT), { file: sorted[0]!.file, line: null, key: '', sentence }];
}

/**
 * What the configuration asks of a box that this one does not have.
 * @param interfaces names of the machine's network interfaces
 * @param exists whether there is a file of that name; it must not open it, for that starts a watchdog
 */
export function checkAgainstMachine(
  config: Config,
  nodeName: string,
  interfaces: readonly string[],
  exists: (path: string) => boolean,
  fileName: string,
): readonly Problem[] {
  const problem = (key: string, sentence: string): Problem => ({ file: fileName, line: null, key, sentence });
  const names = config.nodes.map(({ name }) => name);
  const node = config.nodes.find(({ name }) => name === nodeName);
  if (node === undefined) {
    const meant = nearest(nodeName, names);
    const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
    return [
      problem(
        `node ${nodeName}`,
        `this box is ${shown(nodeName)}, but the configuration is for ${names.join(' and ')}${hint}; name the box ${anyOf(names)}, or the node after the box`,
      ),
    ];
  }
  const has = interfaces.length === 0 ? 'none' : interfaces.join(', ');
  const { links, watchdog, stonith, helpers } = config.heartbeat;
  const lacks = (key: string, path: string, sentence: string): readonly Problem[] =>
    exists(path) ? [] : [problem(key, `${key}: ${sentence}`)];
  const program = (key: string, words: readonly string[], sentence: string): readonly Problem[] =>
    words[0]?.startsWith('/') ? lacks(key, words[0], `this machine has no ${words[0]}; ${sentence}`) : [];
  return [
    ...node.interfaces
      .filter(({ name }) => !interfaces.includes(name))
      .map(({ name }) =>
        problem(
          `node ${nodeName} interface ${name}`,
          `node ${nodeName} interface ${name}: this machine has no interface ${name}; it has ${has}`,
        ),
      ),
    ...links.flatMap((link) =>
      link.kind === 'serial'
        ? lacks(
            `heartbeat serial ${link.device}`,
            link.device,
            'this machine has no such device; check the port, /dev/ttyS1 is the second one',
          )
        : [],
    ),
    ...(watchdog === null
      ? []
      : lacks(
          `heartbeat watchdog ${watchdog}`,
          watchdog,
          'this machine has no such device, so nothing resets it when it hangs; its driver is lacking, or it has another name',
        )),
    ...program('heartbeat stonith', stonith ?? [], 'without it, this box never takes over from a dead peer'),
    ...helpers.flatMap((helper) =>
      program('heartbeat respawn', helper, 'install it on both boxes, or leave the line out'),
    ),
  ];
}
