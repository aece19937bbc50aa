/** The commands that take a real server out, drain it, or let it serve again. They change no configuration. */

import type { ServerAction } from '../supervisor/order-book';
import type { CommandEntry } from './grammar';
import type { Shell } from './shell';

const HELP: Readonly<Record<ServerAction, string>> = {
  enable: 'let a real server serve again',
  disable: 'take a real server out, also over a reboot; its connections end',
  drain: 'give a real server no new connections, and take it out when the old ones have ended',
};

const parameters = {
  PROTOCOL: { help: 'of the virtual service', words: ['tcp', 'udp', 'fwmark'] },
  SERVICE: { help: 'address and port of the virtual service, or its mark, as show services has it' },
  SERVER: { help: 'address and port of the real server' },
};

export const SERVER: readonly CommandEntry<Shell>[] = (['disable', 'drain', 'enable'] as const).map(
  (action) => ({
    syntax: `server ${action} PROTOCOL SERVICE SERVER`,
    help: HELP[action],
    parameters,
    run: async (shell, { values }) => {
      const service = `${values.PROTOCOL} ${values.SERVICE}`;
      const reply = await shell.world.ask({ op: 'server', action, service, server: values.SERVER! });
      shell.say(reply.ok ? reply.text : reply.error);
    },
  }),
);
