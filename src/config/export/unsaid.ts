/**
 * Comments for what a foreign form cannot express: a sentence, and the lines of the configuration it is about. All the
 * forms begin a comment with `#`.
 */
import { type Assignment, printLine } from '../print';

/** Nothing when there is nothing to tell. */
export function unsaid(sentence: string, about: readonly Assignment[]): readonly string[] {
  return about.length === 0 ? [] : [`# ${sentence}`, ...about.map((line) => `#   ${printLine(line)}`)];
}
