/**
 * From the kernel's IPVS table to the desired one in as few operations as it takes. Pure; never flushes, never
 * touches an entry that is already right, and lets servers in before it takes others out, so that no service is
 * empty in between.
 */

import type { TunnelConfig } from '../config/config';
import { allOf, isPause } from './slices';
import {
  type BareService,
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsService,
  type IpvsSettings,
  type IpvsTable,
  keyOf,
  type SyncDaemon,
  serverName,
  serviceName,
} from './table';

export interface Step {
  readonly operation: IpvsOperation;
  /** One clause for the log: what differs, and why it should not. */
  readonly reason: string;
}

type Reasons = ReadonlyMap<string, string>;

/**
 * The steps in the order in which they must be carried out; none when nothing differs. Time is linear in the size
 * of the tables. Services that are not desired are removed, as the table belongs to the configuration.
 * @param reasons by `serverName`: why a server does not serve as configured
 */
export function difference(desired: IpvsTable, actual: IpvsTable, reasons: Reasons): readonly Step[] {
  return allOf(differenceSteps(desired, actual, reasons));
}

/** The same, with stops between some servers and the next. */
export function* differenceSteps(
  desired: IpvsTable,
  actual: IpvsTable,
  reasons: Reasons,
): Generator<void, Step[]> {
  const there = new Map(actual.map((service) => [serviceName(service), service]));
  const steps: Step[] = [];
  for (const service of desired) {
    const name = serviceName(service);
    const found = there.get(name);
    there.delete(name);
    const { destinations: _, ...bare } = service;
    if (found === undefined) {
      steps.push({ operation: { type: 'service-add', service: bare }, reason: `${name} is missing` });
    } else {
      const [wanted, has] = [settingsText(service), settingsText(found)];
      const reason = `${name} has ${has} instead of ${wanted}`;
      if (wanted !== has) steps.push({ operation: { type: 'service-set', service: bare }, reason });
    }
    yield* destinationSteps(steps, service, found?.destinations ?? [], reasons);
  }
  for (const [name, service] of there)
    steps.push({
      operation: { type: 'service-delete', service: keyOf(service) },
      reason: `${name} is not in the configuration`,
    });
  return steps;
}

function* destinationSteps(
  steps: Step[],
  desired: IpvsService,
  actual: readonly IpvsDestination[],
  reasons: Reasons,
): Generator<void, void> {
  const service = keyOf(desired);
  const there = new Map<string, IpvsDestination>();
  for (const [at, destination] of actual.entries()) {
    if (isPause(at)) yield;
    there.set(destinationName(destination), destination);
  }
  for (const [at, destination] of desired.destinations.entries()) {
    if (isPause(at)) yield;
    const key = destinationName(destination);
    const found = there.get(key);
    there.delete(key);
    if (found !== undefined && isSame(found, destination)) continue;
    const name = serverName(service, destination);
    const why = reasons.get(name);
    const has = found === undefined ? 'is missing' : `has ${destinationText(found)}`;
    const wanted = found === undefined ? '' : ` instead of ${destinationText(destination)}`;
    steps.push({
      operation: { type: found === undefined ? 'destination-add' : 'destination-set', service, destination },
      reason: `${name} ${has}${wanted}${why === undefined ? '' : `: it ${why}`}`,
    });
  }
  for (const { address, port } of there.values()) {
    const name = serverName(service, { address, port });
    steps.push({
      operation: { type: 'destination-delete', service, destination: { address, port } },
      reason: `${name} ${reasons.get(name) ?? 'should not serve'}`,
    });
  }
}

/** What leads from the settings of IPVS that there are to those that should be. */
export function settingsDifference(desired: IpvsSettings, actual: IpvsSettings): readonly Step[] {
  const steps: Step[] = [];
  const [wanted, has] = [timeoutText(desired), timeoutText(actual)];
  if (wanted !== has)
    steps.push({
      operation: { type: 'timeouts-set', timeouts: desired.timeouts },
      reason: `the timeouts (tcp, tcpfin, udp) are ${has} instead of ${wanted}`,
    });
  // A new master is there before the old backup ends, but two of one role cannot be at once.
  for (const daemon of desired.daemons) {
    const found = actual.daemons.find(({ role }) => role === daemon.role);
    if (found !== undefined && isSameDaemon(daemon, found)) continue;
    const text = daemonText(daemon);
    const reason =
      found === undefined ? `${text} is missing` : `there is ${daemonText(found)} instead of ${text}`;
    if (found !== undefined) steps.push({ operation: { type: 'daemon-stop', daemon: found }, reason });
    steps.push({ operation: { type: 'daemon-start', daemon }, reason });
  }
  for (const daemon of actual.daemons)
    if (!desired.daemons.some(({ role }) => role === daemon.role))
      steps.push({
        operation: { type: 'daemon-stop', daemon },
        reason: `${daemonText(daemon)} does not go with the role of this box`,
      });
  return steps;
}

function isSame(a: IpvsDestination, b: IpvsDestination): boolean {
  return (
    a.weight === b.weight &&
    a.method === b.method &&
    (a.upper ?? 0) === (b.upper ?? 0) &&
    (a.lower ?? 0) === (b.lower ?? 0) &&
    tunnelText(a.tunnel) === tunnelText(b.tunnel)
  );
}

function destinationText({ weight, method, upper, lower, tunnel }: IpvsDestination): string {
  const limits = upper || lower ? ` thresholds ${upper ?? 0}/${lower ?? 0}` : '';
  return `weight ${weight} ${method}${tunnelText(tunnel)}${limits}`;
}

function tunnelText(tunnel: TunnelConfig | undefined): string {
  if (tunnel === undefined) return '';
  const { kind, port, checksum } = tunnel;
  if (kind === 'ipip' && port === 0 && checksum === 'none') return '';
  return ` ${kind} port ${port} checksum ${checksum}`;
}

/** Equal settings have equal texts. */
function settingsText({ scheduler, flags, timeoutS, mask, engine }: BareService): string {
  const more = [
    flags ? ` flags ${flags}` : '',
    timeoutS ? ` persistence ${timeoutS} s` : '',
    mask === undefined ? '' : ` mask ${mask > 128 ? dotted(mask) : mask}`,
    engine === undefined ? '' : ` engine ${engine}`,
  ];
  return `scheduler ${scheduler}${more.join('')}`;
}

function dotted(mask: number): string {
  return [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join('.');
}

function timeoutText({ timeouts }: IpvsSettings): string {
  return [timeouts.tcpS, timeouts.tcpFinS, timeouts.udpS].map((seconds) => `${seconds} s`).join(', ');
}

/** @param wanted whose length of messages may be the kernel's choice */
function isSameDaemon(wanted: SyncDaemon, actual: SyncDaemon): boolean {
  const maxBytes = wanted.maxBytes ?? actual.maxBytes;
  return daemonText({ ...wanted, maxBytes }) === daemonText(actual);
}

function daemonText({ role, interface: name, id, group, port, ttl, maxBytes }: SyncDaemon): string {
  const bytes = maxBytes === null ? '' : ` with ${maxBytes} bytes`;
  return `the sync ${role} ${id} on ${name} to ${group}:${port} TTL ${ttl}${bytes}`;
}
