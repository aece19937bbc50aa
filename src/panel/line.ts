/**
 * The state of a box as one line of words for scripts, and for people at a printer or a dumb terminal. Pure.
 *
 * The form is version 1 and documented in the README: two words, then `name=value` with no blank in it. New names may
 * come, at the end; what is there keeps its name, its place and its meaning, or the version is raised.
 */

import type { LinkStatus, PeerState } from '../cluster/types';
import type { Status } from '../supervisor/status';
import { faultsOf } from './faults';
import { countsOf, total } from './servers';
import { linkParts, ROLES } from './words';

const PAIR: Readonly<Record<PeerState, string>> = {
  unknown: 'unheard',
  alive: 'ok',
  late: 'late',
  dead: 'lost',
  left: 'off',
};

/** E.g. `ACTIVE lead pair=ok serial=ok eth1=ok rs=2/2 conn=14 since=2003-05-17T10:58:27Z fault=none`. */
export function statusLine(status: Status): string {
  const { cluster, services, nowMs, wallMs } = status;
  const servers = services.flatMap((service) => service.servers);
  const connections = total(servers.map((server) => countsOf(server).connections));
  const up = servers.filter(({ health }) => health === 'up').length;
  const isSingle = cluster.links.filter(({ name }) => linkParts(name).isSerial).length === 1;
  const since = new Date(Math.round((wallMs - nowMs + cluster.sinceMs) / 1000) * 1000);
  const worst = faultsOf(status)[0];
  return [
    ROLES[cluster.role],
    cluster.node,
    `pair=${PAIR[cluster.peer.state]}`,
    ...cluster.links.map((link) => `${linkWord(link.name, isSingle)}=${linkState(link)}`),
    `rs=${up}/${servers.length}`,
    `conn=${connections ?? '-'}`,
    `since=${since.toISOString().replace('.000', '')}`,
    `fault=${worst === undefined ? 'none' : worst.word.replace(/ /g, '-').toLowerCase()}`,
  ].join(' ');
}

/** Where the supervisor tells no state: without a configuration, or without an answer. */
export function lineWithout(node: string, state: 'NEW' | 'SILENT'): string {
  return `${state} ${node}`;
}

/** The only serial link is `serial`, others are named by their device; several on one interface share its name. */
function linkWord(name: string, isSingle: boolean): string {
  const { isSerial, device } = linkParts(name);
  return isSerial && isSingle ? 'serial' : device;
}

function linkState({ state, fault }: LinkStatus): string {
  if (fault !== null) return 'fault';
  return { unknown: 'unheard', up: 'ok', silent: 'silent' }[state];
}
