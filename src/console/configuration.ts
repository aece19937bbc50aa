/**
 * The commands that change the configuration, in configuration mode: they work on the draft, and nothing of it holds
 * before `commit`, which is the supervisor's to carry out.
 */

import {
  type Document,
  deleteLine,
  difference,
  EMPTY,
  partOf,
  printDifference,
  printDocument,
  readDocument,
  setLine,
} from '../config/document';
import { expand, guide, guideExisting } from '../config/guide';
import { parseConfig } from '../config/parse';
import { formatProblem, type Reading } from '../config/problem';
import { monitorFaults } from '../monitor/validate';
import type { CommandEntry } from './grammar';
import type { Shell } from './shell';

type Entry = CommandEntry<Shell>;

const DRAFT = 'draft';
/** As the archive has it. */
const WHO = 'console';
/** After which a `commit confirmed` goes back by itself, in minutes. */
const CONFIRM_MINUTES = 10;
const CONFIRM_MINUTES_MOST = 24 * 60;

const minutes = {
  MINUTES: { help: `after which it goes back unless "confirm" is typed, from 1 to ${CONFIRM_MINUTES_MOST}` },
};
const back = { BACK: { help: 'how many commits ago; see "show archive"' } };

export const CONFIGURATION: readonly Entry[] = [
  {
    syntax: 'set ...',
    help: 'set a value',
    guide: (words, { draft }) => guide(words, draft),
    run: async (shell, { rest }) =>
      change(
        shell,
        spelt(rest, (words) => setLine(shell.draft, words)),
      ),
  },
  {
    syntax: 'delete ...',
    help: 'take a value away, or all below a word',
    guide: (words, { draft }) => guideExisting(words, draft),
    run: async (shell, { rest }) =>
      change(
        shell,
        spelt(rest, (words) => deleteLine(shell.draft, words)),
      ),
  },
  {
    syntax: 'show ...',
    help: 'the draft, or the part of it below a word',
    guide: (words, { draft }) => guideExisting(words, draft),
    run: async (shell, { rest }) => {
      const part = spelt(rest, (words) => partOf(shell.draft, words));
      if (part.ok) await shell.print(lines(printDocument(part.value, 'hidden')));
      else shell.say(part.error);
    },
  },
  {
    syntax: 'compare',
    help: 'what the draft changes',
    run: async (shell) => {
      const running = await shell.world.ask({ op: 'config' });
      if (running.ok) await compare(shell, running.text);
      else shell.say(running.error);
    },
  },
  {
    syntax: 'compare BACK',
    help: 'what is different from an earlier commit',
    parameters: back,
    run: async (shell, { values }) => {
      const text = await archivedText(shell, values.BACK!);
      if (text !== null) await compare(shell, text);
    },
  },
  {
    syntax: 'check',
    help: 'say everything that is wrong with the draft',
    run: async (shell) => {
      if (await isGood(shell)) shell.say('The draft is good.');
    },
  },
  {
    syntax: 'commit',
    help: 'let the draft hold, on both boxes',
    run: async (shell) => void (await commit(shell, null, '')),
  },
  {
    syntax: 'commit comment TEXT',
    help: 'the same, with a remark for the archive',
    parameters: { TEXT: { help: 'in quotation marks' } },
    run: async (shell, { values }) => void (await commit(shell, null, values.TEXT!)),
  },
  {
    syntax: 'commit confirmed',
    help: `the same, but go back after ${CONFIRM_MINUTES} minutes unless "confirm" is typed`,
    run: async (shell) => void (await commit(shell, CONFIRM_MINUTES, '')),
  },
  {
    syntax: 'commit confirmed MINUTES',
    help: 'the same, with another time',
    parameters: minutes,
    run: async (shell, { values }) => {
      const count = Number(values.MINUTES);
      if (Number.isInteger(count) && count >= 1 && count <= CONFIRM_MINUTES_MOST)
        await commit(shell, count, '');
      else shell.say(`commit confirmed takes minutes from 1 to ${CONFIRM_MINUTES_MOST}.`);
    },
  },
  {
    syntax: 'rollback BACK',
    help: 'take an earlier commit for the draft; 0 is the one that holds',
    parameters: back,
    run: async (shell, { values }) => {
      const text = await archivedText(shell, values.BACK!);
      if (text !== null) take(shell, text, 'The draft is as it was then; "compare" shows what that changes.');
    },
  },
  {
    syntax: 'discard',
    help: 'forget what was changed since the last commit',
    run: async (shell) => {
      shell.draft = shell.base;
      shell.say('The draft is as it runs.');
    },
  },
  {
    syntax: 'load',
    help: 'take lines that are pasted, up to ^D, for the draft',
    run: async (shell) => {
      shell.say('Paste the whole configuration, then press ^D; ^C gives up.');
      const text = await shell.text();
      if (text === null) shell.say('Nothing was loaded.');
      else take(shell, text, 'The draft is what was pasted.');
    },
  },
  {
    syntax: 'load FILE',
    help: 'take a file for the draft',
    parameters: { FILE: { help: 'its path' } },
    run: async (shell, { values }) => {
      const text = shell.world.readFile(values.FILE!);
      if (text.ok) take(shell, text.value, `The draft is what ${values.FILE} holds.`);
      else shell.say(text.error);
    },
  },
  {
    syntax: 'save FILE',
    help: 'write the draft to a file, secrets included; the running configuration stays as it is',
    parameters: { FILE: { help: 'its path, e.g. /tmp/pair.conf' } },
    run: async (shell, { values }) => {
      const saved = shell.world.saveFile(values.FILE!, printDocument(shell.draft));
      shell.say(saved.ok ? `The draft is in ${values.FILE}.` : saved.error);
    },
  },
  {
    syntax: 'exit',
    help: 'back to operational mode',
    run: async (shell) => {
      if (
        isChanged(shell) &&
        !(await shell.confirm('The draft has changes that were not committed. Forget them?'))
      )
        return;
      shell.draft = shell.base;
      shell.enter('operational');
    },
  },
];

/** `confirm`, which is there in both modes. */
export const CONFIRM: Entry = {
  syntax: 'confirm',
  help: 'keep what "commit confirmed" changed',
  run: async (shell) => {
    const reply = await shell.world.ask({ op: 'confirm' });
    shell.say(reply.ok ? reply.text : reply.error);
  },
};

/** Whether the draft would change anything. */
export function isChanged({ draft, base }: Shell): boolean {
  return difference(base, draft).length > 0;
}

/** With the words as they are when nothing is shortened. */
function spelt(
  words: readonly string[],
  then: (words: readonly string[]) => Reading<Document>,
): Reading<Document> {
  const whole = expand(words);
  return whole.ok ? then(whole.value) : whole;
}

function change(shell: Shell, changed: Reading<Document>): void {
  if (changed.ok) shell.draft = changed.value;
  else shell.say(changed.error);
}

function lines(text: string): string[] {
  return text === '' ? [] : text.trimEnd().split('\n');
}

function take(shell: Shell, text: string, sentence: string): void {
  const read = readDocument(text);
  if (read.ok) shell.draft = read.value;
  shell.say(read.ok ? sentence : `Nothing was taken: ${read.error}.`);
}

async function compare(shell: Shell, text: string): Promise<void> {
  const other = text === '' ? { ok: true as const, value: EMPTY } : readDocument(text);
  if (!other.ok) return shell.say(other.error);
  const changes = difference(other.value, shell.draft);
  if (changes.length === 0) shell.say('There is no difference.');
  else await shell.print(lines(printDifference(changes, 'hidden')));
}

/** The text of an earlier commit; says why where there is none. */
async function archivedText(shell: Shell, word: string): Promise<string | null> {
  const reply = /^\d{1,4}$/.test(word)
    ? await shell.world.ask({ op: 'archived', n: Number(word) })
    : { ok: false as const, error: `${word} is no number of commits; see "show archive"` };
  if (reply.ok) return reply.text;
  shell.say(`${reply.error}.`);
  return null;
}

/** Says every fault and every warning. */
async function isGood(shell: Shell): Promise<boolean> {
  const { config, problems, warnings } = parseConfig(printDocument(shell.draft), DRAFT, monitorFaults);
  const faults = problems.map((problem) => formatProblem(problem));
  await shell.print([...warnings.map((warning) => `warning: ${formatProblem(warning)}`), ...faults]);
  return config !== null;
}

/** @returns whether the draft holds now */
export async function commit(shell: Shell, confirmMinutes: number | null, comment: string): Promise<boolean> {
  if (!(await isGood(shell))) {
    shell.say('Nothing was committed: the draft has the faults above.');
    return false;
  }
  const request = {
    op: 'commit' as const,
    text: printDocument(shell.draft),
    who: WHO,
    comment,
    confirmMinutes,
    acknowledgeRisk: false,
  };
  let reply = await shell.world.ask(request);
  if (!reply.ok && reply.risk === true) {
    if (await shell.confirm(`${reply.error}. Commit it all the same?`))
      reply = await shell.world.ask({ ...request, acknowledgeRisk: true });
    else reply = { ok: false, error: 'nothing was committed' };
  }
  if (reply.ok) shell.base = shell.draft;
  if (!reply.ok) for (const fault of reply.faults ?? []) shell.say(fault);
  shell.say(reply.ok ? reply.text : `${reply.error}.`);
  return reply.ok;
}
