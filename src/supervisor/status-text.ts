/** The status for a person at a terminal: at most 80 columns, what matters first. Pure; renders `Status` and nothing else. */

import type { ClusterStatus, LinkStatus, PeerState, Role } from '../cluster/types';
import type { Status } from './status';

const COLUMNS = 80;
/** Width of the first column. */
const LABEL = 11;

const ROLE: Readonly<Record<Role, string>> = {
  init: 'STARTING',
  standby: 'STANDBY',
  acquiring: 'TAKING OVER',
  active: 'ACTIVE',
  releasing: 'LETTING GO',
  leaving: 'LEAVING',
  stopped: 'STOPPED',
};

const PEER: Readonly<Record<PeerState, string>> = {
  unknown: 'not heard yet',
  alive: 'alive',
  late: 'alive, late',
  dead: 'DEAD',
  left: 'has shut down',
};

/** @returns lines without line feeds */
export function statusText(status: Status): readonly string[] {
  const { cluster, nowMs } = status;
  return [
    ...header(status),
    ...peer(cluster, nowMs),
    ...cluster.links.map((link) => row('link', linkText(link, nowMs))),
    ...cluster.pings.map(({ name, reachable }) => row('ping', `${name} ${reachable ? 'ok' : 'UNREACHABLE'}`)),
    ...guards(cluster),
    ...cluster.mismatches.map(({ what, own, peers }) =>
      row('DIFFERS', `${what}: ${own} here, ${peers} on ${cluster.peer.name}`),
    ),
    ...status.interfaces
      .filter(({ up, carrier }) => !up || !carrier)
      .map(({ name, up }) => row('interface', `${name} ${up ? 'has NO CARRIER' : 'is DOWN'}`)),
    ...services(status),
    ...counters(status),
  ].map((line) => line.slice(0, COLUMNS).trimEnd());
}

function header({ cluster, nowMs }: Status): string[] {
  const role = `${ROLE[cluster.role]} for ${age(nowMs - cluster.sinceMs)}`;
  const preferred = cluster.preferred ? ', the preferred node' : '';
  return [
    `${cluster.node}: ${role}${preferred}`,
    row('because', cluster.why),
    ...(cluster.unableBecause === null ? [] : [row('UNABLE', cluster.unableBecause)]),
    ...(cluster.maintenance ? [row('MAINTENANCE', `ends with: understudy maintenance off`)] : []),
    ...(cluster.dampedUntilMs === null
      ? []
      : [row('DAMPED', `for another ${age(cluster.dampedUntilMs - nowMs)}`)]),
  ];
}

function peer({ peer: other }: ClusterStatus, nowMs: number): string[] {
  const heard = other.lastHeardMs === null ? '' : `, last heard ${age(nowMs - other.lastHeardMs)} ago`;
  const version = other.version === null ? '' : `, version ${other.version}`;
  const unable = other.unableBecause === null ? [] : [row('', `could not take over: ${other.unableBecause}`)];
  return [row('peer', `${other.name} ${PEER[other.state]}${heard}${version}`), ...unable];
}

function linkText(
  { name, state, fault, lastHeardMs, heard, missed, refused }: LinkStatus,
  nowMs: number,
): string {
  if (fault !== null) return `${name} FAULT: ${fault}`;
  const words = { unknown: 'not heard yet', up: 'ok', silent: 'SILENT' }[state];
  const last = lastHeardMs === null ? '' : `, last ${age(nowMs - lastHeardMs)} ago`;
  const total = heard + missed;
  const loss = total === 0 ? '' : `, ${((100 * missed) / total).toFixed(1)} % lost`;
  return `${name} ${words}${last}${loss}${refused === 0 ? '' : `, ${refused} refused`}`;
}

function guards({ watchdog, fencing }: ClusterStatus): string[] {
  const lines: string[] = [];
  if (watchdog !== null) {
    const { armed, timeoutMs, overlapMs, fault } = watchdog;
    const overlap = overlapMs ? `: up to ${age(overlapMs)} beside its successor` : ' when it hangs';
    const state = armed ? `armed, resets after ${age(timeoutMs ?? 0)}${overlap}` : 'not armed';
    lines.push(row('watchdog', fault === null ? state : `FAULT: ${fault}`));
  }
  if (fencing !== null)
    lines.push(row('fencing', fencing === 'failed' ? 'FAILED, another attempt follows' : fencing));
  return lines;
}

function services({ services: all }: Status): string[] {
  return all.flatMap(({ name, scheduler, servers }) => [
    row('service', `${name} ${scheduler}`),
    ...servers.map((server) => {
      const words = { up: 'up', down: 'DOWN', unknown: 'not checked yet' }[server.health];
      return row('', `${server.name} weight ${server.weight} ${words}`);
    }),
  ]);
}

function counters({ cluster, nowMs, startedMs, announcements }: Status): string[] {
  const { counters: counted, version } = cluster;
  const { takeovers, handovers, conflicts, failedAcquires, lateBeats, refused, replays, oversleeps } =
    counted;
  return [
    row(
      'moves',
      `${takeovers} takeovers, ${handovers} hand-overs, ${conflicts} conflicts, ${failedAcquires} failed`,
    ),
    row('heartbeats', `${counted.heard} heard, ${lateBeats} late, ${refused} refused, ${replays} replayed`),
    row(
      'this run',
      `version ${version}, up ${age(nowMs - startedMs)}, overslept ${oversleeps} times, ${announcements} ARP frames`,
    ),
  ];
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL)} ${text}`;
}

/** `340 ms`, `12.3 s`, `5 min`, `7 h 3 min`, `12 days` */
export function age(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
