/**
 * Parts of the status, each as the lines of one `show` command. Pure; renders `Status` and nothing else. The whole of it
 * on one screen is `supervisor/status-text.ts`.
 */

import type { LinkStatus } from '../cluster/types';
import type { StandingState } from '../director/standings';
import type { ServerStatus, Status } from '../supervisor/status';
import { age } from '../supervisor/status-text';
import { columns } from './columns';

const STATE: Readonly<Record<StandingState, string>> = {
  up: 'up',
  down: 'DOWN',
  unknown: 'unchecked',
  disabled: 'disabled',
  draining: 'draining',
};

const UNITS = [
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
] as const;

export function serviceLines({ services, nowMs, wallMs }: Status): string[] {
  if (services.length === 0) return ['no virtual service is configured'];
  return services.flatMap(({ name, scheduler, servers }) => [
    `service ${name}, ${scheduler}`,
    ...columns(
      ['real server', 'weight', 'state', 'since', 'check', 'act', 'inact', 'conn/s', 'B/s'],
      servers.map((server) => serverCells(server, nowMs, wallMs)),
    ),
  ]);
}

function serverCells(server: ServerStatus, nowMs: number, wallMs: number): string[] {
  const { name, weight, health, state = health, sinceMs, lastCheck, kernel } = server;
  const { connections, rates } = kernel ?? {};
  const has = kernel === undefined ? weight : (kernel?.weight ?? 'out');
  return [
    name,
    has === weight ? String(weight) : `${has}/${weight}`,
    STATE[state],
    sinceMs === undefined ? '' : age(nowMs - sinceMs),
    lastCheck === undefined ? 'none' : `${lastCheck.ok ? 'good' : 'BAD'} ${age(wallMs - lastCheck.wallMs)}`,
    connections === undefined ? '' : String(connections.active),
    connections === undefined ? '' : String(connections.inactive),
    rates === undefined ? '' : String(rates.connections),
    rates === undefined ? '' : `${amount(rates.inBytes)}/${amount(rates.outBytes)}`,
  ];
}

/** Short, as a terminal has 80 columns: `340`, `1.2k`, `34M`. */
function amount(bytes: number): string {
  if (bytes < 1000) return String(bytes);
  const [unit, size] = UNITS.find(([, least]) => bytes < least * 1000) ?? UNITS[2];
  const many = bytes / size;
  return `${many < 10 ? many.toFixed(1) : Math.round(many)}${unit}`;
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
