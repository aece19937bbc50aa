/** All commands, by mode, and those that concern the session itself. */

import { EMPTY, readDocument } from '../config/document';
import { CONFIGURATION, CONFIRM, commit, isChanged } from './configuration';
import { IMPORT, SHOW_FOREIGN } from './foreign';
import { type CommandEntry, Grammar } from './grammar';
import { OPERATIONAL, OPERATIONAL_GROUPS } from './operational';
import { PAIR } from './pair';
import { rename } from './rename';
import { setup } from './setup';
import type { Mode, Shell } from './shell';

type Entry = CommandEntry<Shell>;

const BASIC: readonly Entry[] = [
  { syntax: 'configure', help: 'change the configuration', run: configure },
  { syntax: 'setup', help: 'make the first configuration from a few questions', run: setUp },
  {
    syntax: 'name NODE',
    help: 'give this box its name, that of its node in the configuration',
    parameters: { NODE: { help: 'a host name, e.g. lead' } },
    run: async (shell, { values }) => {
      const fault = await rename(shell, values.NODE!);
      shell.say(fault ?? `This box is ${values.NODE} now.`);
    },
  },
  ...PAIR,
  CONFIRM,
  {
    syntax: 'password',
    help: 'change the password of this console',
    run: async (shell) => {
      if (!(await shell.identify('change'))) shell.leave();
    },
  },
  {
    syntax: 'factory-reset',
    help: 'forget configuration, archive, password and name, and start again',
    run: async (shell) => {
      if (!(await shell.confirm('Forget everything that was set on this box, and start it again?')))
        return shell.say('Nothing was done.');
      const status = await shell.world.run(['/usr/sbin/factory-reset'], (text) => shell.say(text.trimEnd()))
        .ended;
      if (status === 0) shell.leave();
      else shell.say('Not everything could be forgotten; see above.');
    },
  },
  { syntax: 'exit', help: 'log out', run: async (shell) => shell.leave() },
];

export const COMMANDS: Readonly<Record<Mode, Grammar<Shell>>> = {
  operational: new Grammar([...OPERATIONAL, SHOW_FOREIGN, ...BASIC], OPERATIONAL_GROUPS),
  configuration: new Grammar([
    ...CONFIGURATION,
    ...IMPORT,
    CONFIRM,
    {
      syntax: 'run ...',
      help: 'a command of operational mode',
      guide: (words, shell) => COMMANDS.operational.guide(words, shell),
      run: async (shell, { rest }) => {
        const found = COMMANDS.operational.find(rest, shell);
        if (found.ok) await found.value.entry.run(shell, found.value);
        else shell.say(`${found.error}.`);
      },
    },
  ]),
};

async function configure(shell: Shell): Promise<void> {
  const running = await shell.world.ask({ op: 'config' });
  if (!running.ok) return shell.say(running.error);
  const read = running.text === '' ? { ok: true as const, value: EMPTY } : readDocument(running.text);
  if (!read.ok) return shell.say(`The configuration that runs cannot be read: ${read.error}.`);
  shell.draft = shell.base = read.value;
  shell.enter('configuration');
}

async function setUp(shell: Shell): Promise<void> {
  await configure(shell);
  if (shell.mode !== 'configuration') return;
  const own = await setup(shell);
  if (own === null || !isChanged(shell)) return shell.enter('operational');
  if (!(await shell.confirm('Commit this?')))
    return shell.say('It is the draft now: change it with set and delete, then "commit", or "discard" it.');
  const fault = await rename(shell, own);
  if (fault !== null) return shell.say(fault);
  if (await commit(shell, null, 'setup')) shell.enter('operational');
}
