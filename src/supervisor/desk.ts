/** Where operators' requests come in and are answered. Decides nothing: it passes on, and puts answers into words. */

import type { Command } from '../cluster/types';
import type { Host } from '../host/host';
import type { WatchOrder } from '../monitor/orders';
import type { Committer, Keeper } from './committer';
import { type Answer, commandOf, printReply, type Reply, type Request, watchOrderOf } from './control';
import type { Farm } from './farm';
import { readRequest } from './request-reader';
import type { Status } from './status';
import { WATCHERS_LIMIT, Watchers } from './watchers';

export const NOT_JOINED = 'this box has not joined the cluster yet; try again in a second';
export const NOT_CONFIGURED = 'this box has no configuration yet; setup on its console makes one';

export interface Supervised {
  command(command: Command, reply: (answer: Answer) => void): void;
  status(): Status | null;
  readonly farm: Pick<Farm, 'look' | 'orderServer' | 'watches' | 'orderWatch'>;
}

/** Whom the desk asks. */
export interface Staff {
  /** Null on a box without a configuration. */
  supervised(): Supervised | null;
  /** Commits, on the peer too where it is there. */
  commit: Committer['commit'];
  readonly committer: Pick<Committer, 'confirm' | 'revert' | 'configuration'>;
  readonly keeper: Pick<Keeper, 'archive' | 'archived'>;
  /** Keeps the supervisor off a serial device. @returns what gives it back */
  lend(device: string): () => void;
  /** Keeps the log off the console. */
  readonly hush: (on: boolean) => void;
}

/** @param onGone the connection stays open after the answer until the other side closes it, which this tells */
type Send = (reply: Reply, onGone?: () => void) => void;

/**
 * Opens the local socket; what fails is logged.
 * @returns is to be called when something has happened that those who watch may want to know
 */
export function openDesk(
  host: Pick<Host, 'serve' | 'log' | 'clock'>,
  path: string,
  staff: Staff,
): () => void {
  const refresh = (done: () => void): void => look(staff.supervised(), done);
  const watchers = new Watchers(host.clock, () => statusOf(staff.supervised()), refresh, staff.hush);
  const served = host.serve(path, (line, reply) => {
    const request = readRequest(line);
    const send: Send = (answer, onGone) => reply(printReply(answer), onGone);
    if (typeof request === 'string') send({ ok: false, error: request });
    else if (request.op === 'watch') watch(request.console, watchers, send);
    else answer(request, staff, send);
  });
  if (!served.ok) host.log('error', 'control-failed', `no commands can be given: ${served.error}`);
  return () => watchers.touch();
}

function answer(request: Exclude<Request, { readonly op: 'watch' }>, staff: Staff, send: Send): void {
  const { committer, keeper } = staff;
  switch (request.op) {
    case 'config':
      send({ ok: true, ...committer.configuration() });
      break;
    case 'commit':
      staff.commit(request, send);
      break;
    case 'confirm':
      committer.confirm(send);
      break;
    case 'revert':
      committer.revert(send);
      break;
    case 'archive':
      keeper.archive((got) => send(got.ok ? { ok: true, entries: got.value } : got));
      break;
    case 'archived':
      keeper.archived(request.n, (got) => send(got.ok ? { ok: true, ...got.value } : got));
      break;
    case 'lend':
      lend(request.device, staff, send);
      break;
    case 'status':
      look(staff.supervised(), () => send(statusOf(staff.supervised())));
      break;
    case 'server':
      orderServer(request, staff.supervised(), send);
      break;
    case 'watches':
      watches(staff.supervised(), send);
      break;
    case 'ack':
    case 'disable':
    case 'enable':
      orderWatch(watchOrderOf(request), staff.supervised(), send);
      break;
    default:
      command(commandOf(request), staff.supervised(), send);
  }
}

function lend(device: string, staff: Staff, send: Send): void {
  send({ ok: true, text: `${device} is lent until this connection ends` }, staff.lend(device));
}

function look(box: Supervised | null, done: () => void): void {
  if (box === null) done();
  else box.farm.look(done);
}

function orderServer(
  { action, service, server }: Extract<Request, { readonly op: 'server' }>,
  box: Supervised | null,
  send: Send,
): void {
  if (box === null) {
    send({ ok: false, error: NOT_CONFIGURED });
    return;
  }
  send(said(box.farm.orderServer(action, service, server)));
}

function statusOf(box: Supervised | null): Reply<'status'> {
  const now = box?.status() ?? null;
  return box !== null && now === null ? { ok: false, error: NOT_JOINED } : { ok: true, status: now };
}

function watch(isConsole: boolean, watchers: Watchers, send: Send): void {
  if (watchers.isFull) {
    send({ ok: false, error: `${WATCHERS_LIMIT} panels and consoles watch already` });
    return;
  }
  const end = watchers.add((reply) => send(reply, () => end()), isConsole);
}

function watches(box: Supervised | null, send: Send): void {
  send(box === null ? { ok: false, error: NOT_CONFIGURED } : { ok: true, ...box.farm.watches() });
}

function orderWatch(order: WatchOrder | string, box: Supervised | null, send: Send): void {
  if (typeof order === 'string') send({ ok: false, error: order });
  else if (box === null) send({ ok: false, error: NOT_CONFIGURED });
  else send(said(box.farm.orderWatch(order)));
}

function command(wanted: Command, box: Supervised | null, send: Send): void {
  if (box === null) send({ ok: false, error: NOT_CONFIGURED });
  else box.command(wanted, (answered) => send(said(answered)));
}

function said({ accepted, text }: Answer): Reply<'standby'> {
  return accepted ? { ok: true, text } : { ok: false, error: text };
}
