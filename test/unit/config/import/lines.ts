/** Short forms for what the import tests compare. */
import { importFiles } from '../../../../src/config/import/index';

/** One file imported: its `set` lines without comments, and its account as `LINE VERDICT SENTENCE`, whole-file lines left out. */
export function importOne(
  name: string,
  ...lines: readonly string[]
): { readonly set: readonly string[]; readonly account: readonly string[] } {
  const { text, account } = importFiles([{ name, text: `${lines.join('\n')}\n` }]);
  return {
    set: setLines(text),
    account: account
      .filter(({ line, file }) => line !== null && file === name)
      .map(({ line, verdict, sentence }) => `${line} ${verdict} ${sentence}`),
  };
}

/** What stands behind `set` in the lines that are not comments. */
export function setLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('set '))
    .map((line) => line.slice('set '.length));
}
