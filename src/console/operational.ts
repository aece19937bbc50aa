/**
 * The commands that look at the box and hand the group over, in operational mode. Each asks the machine and says what came
 * of it; none of them changes the configuration.
 */

import type { Scope } from '../cluster/types';
import { printDocument, readDocument } from '../config/document';
import type { Status } from '../supervisor/status';
import { age, statusText } from '../supervisor/status-text';
import { columns } from './columns';
import type { CommandEntry } from './grammar';
import { hardwareLines } from './hardware';
import { dateText, logLines } from './log-view';
import { SERVER } from './servers';
import type { Shell } from './shell';
import { heartbeatLines, interfaceLines, serviceLines } from './views';
import { WATCHES } from './watches';
import { outputOf } from './world';

const NOT_CONFIGURED = 'This box has no configuration; "setup" makes one.';
const LOG_FILE = '/var/log/understudy.log';
const LOG_LINES = 50;
const LOG_LINES_MOST = 2000;
const PANEL_EVERY_MS = 1000;
/** VT100: cursor home, and erase from there on. */
const HOME = '\x1b[H';
const ERASE_BELOW = '\x1b[J';
const ERASE_LINE = '\x1b[K';

type Entry = CommandEntry<Shell>;

/** Help of words that several commands begin with. */
export const OPERATIONAL_GROUPS = {
  show: 'look at this box and at the pair',
  server: 'take a real server out, or let it serve',
  watch: 'acknowledge a failure, hold back alerts',
};

const SCOPES = ['all', 'local', 'foreign', 'failback'];
const scope = {
  SCOPE: {
    help: 'only if this box is the preferred one (local) or is not (foreign, failback)',
    words: SCOPES,
  },
};

export const OPERATIONAL: readonly Entry[] = [
  ...shown(
    'status',
    'who is active, since when and why',
    async (_, status) => [...statusText(status)],
    (status) => status,
  ),
  ...shown(
    'services',
    'virtual services and real servers',
    async (_, status) => serviceLines(status),
    ({ services }) => services,
  ),
  ...shown(
    'heartbeat',
    'links to the other box',
    async (_, status) => heartbeatLines(status),
    ({ cluster }) => cluster,
  ),
  ...shown('interfaces', 'network cards and addresses', showInterfaces, ({ interfaces }) => interfaces),
  { syntax: 'show log', help: 'the last events', run: (shell) => showLog(shell, LOG_LINES) },
  {
    syntax: 'show log LINES',
    help: 'the last events',
    parameters: { LINES: { help: `how many lines, up to ${LOG_LINES_MOST}` } },
    run: (shell, { values }) => showLog(shell, Number(values.LINES)),
  },
  { syntax: 'show config', help: 'the configuration that runs', run: showConfig },
  { syntax: 'show archive', help: 'earlier configurations', run: showArchive },
  {
    syntax: 'show version',
    help: 'of the software',
    run: async (shell) => shell.print([`understudy ${shell.world.version}`]),
  },
  {
    syntax: 'show hardware',
    help: 'processor, memory, cards, disks, ports',
    run: async (shell) => shell.print(await hardwareLines(shell.world)),
  },
  {
    syntax: 'ping HOST',
    help: 'ask a host whether it is there, until ^C',
    parameters: { HOST: { help: 'an address' } },
    run: (shell, { values }) => runProgram(shell, ['/bin/ping', values.HOST!]),
  },
  {
    syntax: 'takeover',
    help: 'take the group from the other box',
    run: (shell) => move(shell, 'takeover', 'all'),
  },
  {
    syntax: 'takeover SCOPE',
    help: 'take the group from the other box',
    parameters: scope,
    run: (shell, { values }) => move(shell, 'takeover', values.SCOPE!),
  },
  {
    syntax: 'standby',
    help: 'hand the group to the other box',
    run: (shell) => move(shell, 'standby', 'all'),
  },
  {
    syntax: 'standby SCOPE',
    help: 'hand the group to the other box',
    parameters: scope,
    run: (shell, { values }) => move(shell, 'standby', values.SCOPE!),
  },
  {
    syntax: 'maintenance SWITCH',
    help: 'keep this box from taking the group, also over a reboot',
    parameters: { SWITCH: { help: 'whether it is kept from it', words: ['on', 'off'] } },
    run: async (shell, { values }) => {
      const reply = await shell.world.ask({ op: 'maintenance', on: values.SWITCH === 'on' });
      shell.say(reply.ok ? reply.text : reply.error);
    },
  },
  ...SERVER,
  ...WATCHES,
  { syntax: 'panel', help: 'the status, again each second, until a key is pressed', run: panel },
  {
    syntax: 'shell',
    help: "the system's own shell; exit comes back to the login",
    run: async (shell) => shell.leave('shell'),
  },
  {
    syntax: 'reboot',
    help: 'hand over and start this box again',
    run: (shell) => endBox(shell, 'Start this box again?', '/sbin/reboot'),
  },
  {
    syntax: 'poweroff',
    help: 'hand over and switch this box off',
    run: (shell) => endBox(shell, 'Switch this box off?', '/sbin/poweroff'),
  },
];

/** A command that shows something of the status, and its twin for programs. */
function shown(
  name: string,
  help: string,
  lines: (shell: Shell, status: Status) => Promise<string[]>,
  value: (status: Status) => unknown,
): Entry[] {
  const withStatus = async (shell: Shell, then: (status: Status) => Promise<void>): Promise<void> => {
    const reply = await shell.world.ask({ op: 'status' });
    if (!reply.ok) shell.say(reply.error);
    else if (reply.status === null) shell.say(NOT_CONFIGURED);
    else await then(reply.status);
  };
  return [
    {
      syntax: `show ${name}`,
      help,
      run: (shell) => withStatus(shell, async (status) => shell.print(await lines(shell, status))),
    },
    {
      syntax: `show ${name} json`,
      help: 'for programs',
      run: (shell) =>
        withStatus(shell, (status) => shell.print(JSON.stringify(value(status), null, 2).split('\n'))),
    },
  ];
}

async function showInterfaces({ world }: Shell, status: Status): Promise<string[]> {
  const text = await outputOf(world, ['/sbin/ip', '-o', 'addr']);
  const addresses = new Map<string, string[]>();
  for (const [, name, address] of text.matchAll(/^\d+: (\S+) +inet6? (\S+)/gm))
    addresses.set(name!, [...(addresses.get(name!) ?? []), address!]);
  return interfaceLines(status, addresses);
}

async function showLog(shell: Shell, count: number): Promise<void> {
  if (!(Number.isInteger(count) && count > 0 && count <= LOG_LINES_MOST)) {
    shell.say(`show log takes a number of lines from 1 to ${LOG_LINES_MOST}.`);
    return;
  }
  const [older, newer] = [`${LOG_FILE}.1`, LOG_FILE].map((path) => shell.world.readFile(path));
  if (newer!.ok) await shell.print(logLines(older!.ok ? older!.value : '', newer!.value, count));
  else shell.say(newer!.error);
}

async function showConfig(shell: Shell): Promise<void> {
  const running = await shell.world.ask({ op: 'config' });
  if (!running.ok) return shell.say(running.error);
  if (running.text === '') return shell.say(NOT_CONFIGURED);
  const { saved, pending } = running;
  const document = readDocument(running.text);
  const about =
    pending === null
      ? `# revision ${saved?.revision ?? 0}, ${dateOf(saved)}, by ${saved?.who ?? 'nobody'}`
      : `# not confirmed: goes back in ${age(pending.leftMs)}`;
  if (document.ok)
    await shell.print([about, ...printDocument(document.value, 'hidden').trimEnd().split('\n')]);
  else shell.say(document.error);
}

async function showArchive(shell: Shell): Promise<void> {
  const archive = await shell.world.ask({ op: 'archive' });
  if (!archive.ok) return shell.say(archive.error);
  if (archive.entries.length === 0) return shell.say('Nothing has been committed on this box.');
  const rows = archive.entries.map((entry, back) => [
    String(back),
    String(entry.revision),
    dateOf(entry),
    entry.who,
    entry.comment,
  ]);
  await shell.print(columns(['rollback', 'revision', 'date', 'by', 'comment'], rows));
}

function dateOf(revision: { readonly dateMs: number | null } | null): string {
  const dateMs = revision?.dateMs ?? null;
  return dateMs === null ? 'unknown date' : dateText(dateMs);
}

async function move(shell: Shell, op: 'standby' | 'takeover', word: string): Promise<void> {
  const scope = word === 'failback' ? 'foreign' : (word as Scope);
  const reply = await shell.world.ask({ op, scope });
  shell.say(reply.ok ? reply.text : reply.error);
}

async function runProgram(shell: Shell, argv: readonly string[]): Promise<void> {
  let pending = '';
  const program = shell.world.run(argv, (text) => {
    const lines = `${pending}${text}`.split('\n');
    pending = lines.pop()!;
    for (const line of lines) shell.say(line);
  });
  await shell.untilStopped(program.ended, () => program.stop());
}

async function endBox(shell: Shell, text: string, program: string): Promise<void> {
  if (!(await shell.confirm(text))) return shell.say('Nothing was done.');
  await shell.world.run([program], (line) => shell.say(line)).ended;
  shell.leave();
}

async function panel(shell: Shell): Promise<void> {
  let stopped = false;
  const repaint = async (): Promise<void> => {
    while (!stopped) {
      const reply = await shell.world.ask({ op: 'status' });
      const lines = reply.ok
        ? reply.status === null
          ? [NOT_CONFIGURED]
          : statusText(reply.status)
        : [reply.error];
      shell.paint(HOME + lines.map((line) => `${line}${ERASE_LINE}\r\n`).join('') + ERASE_BELOW);
      await shell.world.wait(PANEL_EVERY_MS);
    }
  };
  await shell.untilStopped(repaint(), () => {
    stopped = true;
  });
}
