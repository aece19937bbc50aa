/**
 * The operator's channel: requests of one line on a local socket, answered by text. Both ends of it: what may be asked,
 * and how an answer is written and read. Knows no socket and decides nothing.
 */

import type { Command, Scope } from '../cluster/types';

/** Where the supervisor listens. */
export const CONTROL_PATH = '/run/understudy.sock';

export type Request = { readonly type: 'status' } | { readonly type: 'command'; readonly command: Command };

export interface Answer {
  readonly accepted: boolean;
  readonly text: string;
}

export const REQUESTS = `status
standby|takeover [all|local|foreign|failback]
maintenance on|off`;

/** hb_standby(1) and hb_takeover(1); `failback` is another word for `foreign` there. */
const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ['all', 'all'],
  ['local', 'local'],
  ['foreign', 'foreign'],
  ['failback', 'foreign'],
]);

/** @returns the request, or one sentence that says what would be one */
export function parseRequest(words: readonly string[]): Request | string {
  const [name = '', argument, ...more] = words;
  if (more.length > 0) return `${name}: too many words`;
  switch (name) {
    case 'status':
      return argument === undefined ? { type: 'status' } : `status takes no ${argument}`;
    case 'standby':
    case 'takeover': {
      const scope = SCOPES.get(argument ?? 'all');
      if (scope === undefined) return `${name} takes all, local, foreign or failback, not ${argument}`;
      return { type: 'command', command: { name, scope } };
    }
    case 'maintenance':
      if (argument !== 'on' && argument !== 'off') return 'maintenance takes on or off';
      return { type: 'command', command: { name, on: argument === 'on' } };
    default:
      return `there is no request ${name}; known: ${REQUESTS.replaceAll('\n', ', ')}`;
  }
}

/** First line `ok` or `refused`, then the text. */
export function printAnswer({ accepted, text }: Answer): string {
  return `${accepted ? 'ok' : 'refused'}\n${text}\n`;
}

/** @returns null for what is no whole answer */
export function readAnswer(answer: string): Answer | null {
  const end = answer.indexOf('\n');
  const verdict = answer.slice(0, Math.max(end, 0));
  if ((verdict !== 'ok' && verdict !== 'refused') || !answer.endsWith('\n')) return null;
  return { accepted: verdict === 'ok', text: answer.slice(end + 1, -1) };
}
