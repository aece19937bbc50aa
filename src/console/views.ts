/**
 * Parts of the status, each as the lines of one `show` command. Pure; renders `Status` and nothing else. The whole of it
 * on one screen is `supervisor/status-text.ts`.
 */

import type { LinkStatus } from '../cluster/types';
import type { Status } from '../supervisor/status';
import { age } from '../supervisor/status-text';
import { columns } from './columns';

const HEALTH = { up: 'up', down: 'DOWN', unknown: 'not checked yet' } as const;

export function serviceLines({ services }: Status): string[] {
  if (services.length === 0) return ['no virtual service is configured'];
  return services.flatMap(({ name, scheduler, servers }) => [
    `${name}, ${scheduler}`,
    ...columns(
      ['  real server', 'weight', 'state'],
      servers.map((server) => [`  ${server.name}`, String(server.weight), HEALTH[server.health]]),
    ),
  ]);
}

export function heartbeatLines({ cluster, nowMs }: Status): string[] {
  const { peer, counters } = cluster;
  const heard = peer.lastHeardMs === null ? 'never heard' : `last heard ${age(nowMs - peer.lastHeardMs)} ago`;
  return [
    `peer ${peer.name}: ${peer.state}, ${heard}, its deadtime is ${age(peer.deadtimeMs)}`,
    '',
    ...columns(
      ['link', 'state', 'last heard', 'heard', 'lost', 'refused'],
      cluster.links.map((link) => linkCells(link, nowMs)),
    ),
    '',
    `${counters.heard} beats heard, ${counters.lateBeats} late, ${counters.refused} refused, ${counters.replays} replayed`,
  ];
}

function linkCells({ name, state, fault, lastHeardMs, heard, missed, refused }: LinkStatus, nowMs: number) {
  const words = { unknown: 'not heard yet', up: 'ok', silent: 'SILENT' }[state];
  return [
    name,
    fault === null ? words : `FAULT: ${fault}`,
    lastHeardMs === null ? 'never' : `${age(nowMs - lastHeardMs)} ago`,
    String(heard),
    String(missed),
    String(refused),
  ];
}

/** @param addresses of each interface, as the kernel has them */
export function interfaceLines(status: Status, addresses: ReadonlyMap<string, readonly string[]>): string[] {
  return columns(
    ['interface', 'state', 'addresses'],
    status.interfaces.map(({ name, up, carrier }) => [
      name,
      up ? (carrier ? 'up' : 'NO CARRIER') : 'DOWN',
      addresses.get(name)?.join(', ') ?? '',
    ]),
  );
}
