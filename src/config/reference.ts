/** All settings as a table for the README: made from the schema, so that it can say nothing else. Pure. */

import { defaultOf, limits, placeholder } from './describe';
import type { Reading } from './problem';
import { type Entry, PARTS, SCHEMA } from './schema';

const BEGIN = '<!-- settings: begin -->';
const END = '<!-- settings: end -->';

/** In Markdown: each setting in one row, and what the last column means. */
export function settingsReference(): string {
  const rows = SCHEMA.map((entry) =>
    row([setting(entry), value(entry), code(defaultOf(entry)), entry.help, entry.affects]),
  );
  const parts = Object.entries(PARTS).map(([part, what]) => `- *${part}*: ${what}.`);
  return [
    row(['setting', 'value', 'when not set', 'what it is', 'a change affects']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    '',
    'Words in capitals are names and values of your own. A time has its unit: `200ms`, `2s`, `10m`.',
    'What a change affects:',
    '',
    ...parts,
  ].join('\n');
}

/** @returns the text with the table between its two marks; or that it lacks these */
export function withReference(text: string): Reading<string> {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin)
    return { ok: false, error: `there are no lines "${BEGIN}" and "${END}" for the table to stand between` };
  const table = `${BEGIN}\n${settingsReference()}\n`;
  return { ok: true, value: text.slice(0, begin) + table + text.slice(end) };
}

function setting({ path, value: type, many }: Entry): string {
  const written = type === null ? path : `${path} ${placeholder(type)}`;
  return many ? `\`${written}\`, several` : `\`${written}\``;
}

function value({ value: type, unit }: Entry): string {
  return type === null ? '' : limits(type, unit);
}

function code(word: string | null): string {
  return word === null ? '' : `\`${word}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
