/** The commands about watches: what they see, and what an operator says of them. They change no configuration. */

import type { WatchState } from '../supervisor/control';
import { age } from '../supervisor/status-text';
import { columns } from './columns';
import type { CommandEntry, Given } from './grammar';
import type { Shell } from './shell';

type Entry = CommandEntry<Shell>;

const STATES = { ok: 'good', failed: 'FAILS', unknown: 'not checked yet' } as const;

const parameters = {
  HOSTGROUP: { help: 'of the watch, as show watches has it' },
  SERVICE: { help: 'of the watch' },
  HOST: { help: 'a host that is watched' },
};

const TARGETS = [
  ['group HOSTGROUP', 'of all services of a watch'],
  ['service HOSTGROUP SERVICE', 'of one service'],
] as const;

export const WATCHES: readonly Entry[] = [
  { syntax: 'show watches', help: 'what is watched, and what the checks say', run: showWatches },
  { syntax: 'show watches json', help: 'for programs', run: showJson },
  {
    syntax: 'watch ack HOSTGROUP SERVICE ...',
    help: 'a failure is known of: no alert repeats it; words for others may follow',
    parameters,
    run: async (shell, { values, rest }) => {
      const { HOSTGROUP: watch = '', SERVICE: service = '' } = values;
      const reply = await shell.world.ask({ op: 'ack', watch, service, comment: rest.join(' ') });
      shell.say(reply.ok ? reply.text : reply.error);
    },
  },
  ...(['disable', 'enable'] as const).flatMap((op): readonly Entry[] => [
    ...TARGETS.map(([target, of]) => ({
      syntax: `watch ${op} ${target}`,
      help: `${op === 'disable' ? 'hold back' : 'give again'} the alerts ${of}`,
      parameters,
      run: (shell: Shell, given: Given) => order(shell, op, given),
    })),
    {
      syntax: `watch ${op} host HOST`,
      help: op === 'disable' ? 'check a host no more' : 'check a host again',
      parameters,
      run: (shell, given) => order(shell, op, given),
    },
  ]),
];

async function order(shell: Shell, op: 'disable' | 'enable', { values }: Given): Promise<void> {
  const { HOSTGROUP: watch = '', SERVICE: service = '', HOST: host = '' } = values;
  const reply = await shell.world.ask({ op, watch, service, host });
  shell.say(reply.ok ? reply.text : reply.error);
}

async function showWatches(shell: Shell): Promise<void> {
  const reply = await shell.world.ask({ op: 'watches' });
  if (!reply.ok) return shell.say(reply.error);
  const { nowMs, watches, hosts } = reply;
  if (watches.length === 0) return shell.say('Nothing is watched.');
  await shell.print([
    ...columns(
      ['watch', 'service', 'state', 'since', ''],
      watches.map((one) => cells(one, nowMs)),
    ),
    ...(hosts.length === 0 ? [] : [`hosts that are disabled: ${hosts.join(' ')}`]),
  ]);
}

function cells(
  { watch, service, state, sinceMs, disabled, ack, summary }: WatchState,
  nowMs: number,
): string[] {
  const known = ack === null ? [] : [`acknowledged${ack === '' ? '' : `: ${ack}`}`];
  const notes = [...(disabled ? ['disabled'] : []), ...known, ...(state === 'failed' ? [summary] : [])];
  return [
    watch,
    service,
    STATES[state],
    age(nowMs - sinceMs),
    notes.filter((note) => note !== '').join('; '),
  ];
}

async function showJson(shell: Shell): Promise<void> {
  const reply = await shell.world.ask({ op: 'watches' });
  if (!reply.ok) return shell.say(reply.error);
  const { nowMs, watches, hosts } = reply;
  await shell.print(JSON.stringify({ nowMs, watches, hosts }, null, 2).split('\n'));
}
