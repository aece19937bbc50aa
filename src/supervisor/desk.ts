/** Where operators' requests come in and are answered. Decides nothing: it passes on, and puts answers into words. */

import type { Command } from '../cluster/types';
import type { Host } from '../host/host';
import { type Answer, parseRequest, printAnswer } from './control';
import type { Status } from './status';

export const NOT_JOINED = 'this box has not joined the cluster yet; try again in a second';

export interface Supervised {
  command(command: Command, reply: (answer: Answer) => void): void;
  status(): Status | null;
}

/** Opens the local socket; what fails is logged. */
export function openDesk(host: Pick<Host, 'serve' | 'log'>, path: string, box: Supervised): void {
  const served = host.serve(path, (line, reply) =>
    request(box, line.trim().split(/\s+/), (answer) => reply(printAnswer(answer))),
  );
  if (!served.ok) host.log('error', 'control-failed', `no commands can be given: ${served.error}`);
}

function request(box: Supervised, words: readonly string[], reply: (answer: Answer) => void): void {
  const asked = parseRequest(words);
  if (typeof asked === 'string') reply({ accepted: false, text: asked });
  else if (asked.type === 'command') box.command(asked.command, reply);
  else {
    const status = box.status();
    reply(
      status === null
        ? { accepted: false, text: NOT_JOINED }
        : { accepted: true, text: JSON.stringify(status) },
    );
  }
}
