/**
 * The commands that take over the files of heartbeat, mon and ipvsadm, and print the configuration in their forms. What they
 * mean is `config/import/` and `config/export/`; this only asks and shows.
 */

import { printDocument, setLine } from '../config/document';
import { exportText } from '../config/export/index';
import { FOREIGN_KINDS, type ForeignKind } from '../config/foreign';
import { type Imported, importText } from '../config/import/index';
import { parseConfig } from '../config/parse';
import { splitWords } from '../config/text';
import { monitorFaults } from '../monitor/validate';
import type { CommandEntry } from './grammar';
import type { Shell } from './shell';

type Entry = CommandEntry<Shell>;

const KIND = { help: 'the kind of file', words: FOREIGN_KINDS };

export const IMPORT: readonly Entry[] = [
  {
    syntax: 'import KIND',
    help: 'add to the draft what a pasted file says',
    parameters: { KIND },
    run: async (shell, { values }) => {
      shell.say(`Paste the ${values.KIND}, then press ^D; ^C gives up.`);
      const text = await shell.text();
      if (text === null) shell.say('Nothing was taken.');
      else await take(shell, values.KIND as ForeignKind, text);
    },
  },
  {
    syntax: 'import KIND FILE',
    help: 'add to the draft what a file says',
    parameters: { KIND, FILE: { help: 'its path' } },
    run: async (shell, { values }) => {
      const text = shell.world.readFile(values.FILE!);
      if (text.ok) await take(shell, values.KIND as ForeignKind, text.value);
      else shell.say(`${text.error}.`);
    },
  },
];

export const SHOW_FOREIGN: Entry = {
  syntax: 'show config KIND',
  help: 'the configuration that runs, in the form of another program',
  parameters: { KIND },
  run: async (shell, { values }) => {
    const running = await shell.world.ask({ op: 'config' });
    if (!running.ok) return shell.say(running.error);
    const { config, problems } = parseConfig(running.text, 'configuration', monitorFaults);
    if (config === null)
      return shell.say(`There is nothing to print: ${problems[0]?.sentence ?? 'no configuration'}.`);
    const text = exportText(values.KIND as ForeignKind, config, shell.world.hostname());
    await shell.print(text.trimEnd().split('\n'));
  },
};

/** Tells every line's fate, sets what could be taken, and asks for what is missing. */
async function take(shell: Shell, kind: ForeignKind, text: string): Promise<void> {
  const imported = importText(kind, text, printDocument(shell.draft));
  await shell.print(
    imported.account.map(
      ({ line, verdict, sentence }) => `${line === null ? '' : `line ${line}: `}${verdict}: ${sentence}`,
    ),
  );
  const before = shell.draft;
  for (const line of imported.lines) {
    const fault = add(shell, line);
    if (fault === null) continue;
    shell.draft = before;
    return shell.say(`Nothing was taken: ${fault}.`);
  }
  shell.say(`${imported.lines.length} settings are in the draft now; "compare" shows them.`);
  await askForMissing(shell, imported);
}

async function askForMissing(shell: Shell, { missing }: Imported): Promise<void> {
  for (const { sentence, setLine: example } of missing) {
    shell.say(sentence);
    shell.say(`for example: ${example}`);
    for (;;) {
      const answer = await shell.question('That line, or Enter for later: ');
      if (answer === null) return;
      if (answer.trim() === '') break;
      const fault = add(shell, answer);
      if (fault === null) break;
      shell.say(`${fault}.`);
    }
  }
}

/** @returns what is wrong with the line, or null when the draft has it */
function add(shell: Shell, line: string): string | null {
  const words = splitWords(line);
  if (!words.ok) return words.error;
  const [first, ...rest] = words.value;
  const changed = setLine(shell.draft, first === 'set' ? rest : words.value);
  if (!changed.ok) return changed.error;
  shell.draft = changed.value;
  return null;
}
