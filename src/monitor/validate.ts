/**
 * What is wrong with the watches of a configuration, beyond its syntax: everything that would otherwise surface only
 * when a check or an alert is due. Pure; it takes a draft too, in which settings may still be missing.
 */

import { isAddress } from '../config/address';
import type {
  AlertingConfig,
  Config,
  Period,
  RealServer,
  VirtualService,
  Watch,
  WatchService,
} from '../config/config';
import { readIpv6 } from '../config/ipv6';
import type { Fault } from '../config/parse';
import { destinationName, serviceName } from '../director/table';
import { exitRange, withoutExit } from './alert-decision';
import { alertFault, noAlerting } from './alerts/index';
import { builtInMonitor } from './checks/index';
import { dependencyFaults } from './dependency-faults';
import { isLvsAlert, type LvsAlert, parseLvsAlert } from './lvs-alert';
import { parsePeriod } from './period';

type Part = Pick<Config, 'watches' | 'hostgroups' | 'services' | 'alerting'>;

/** Every fault, in the order of the configuration; none when the watches can run. */
export function monitorFaults(config: Part): readonly Fault[] {
  const groups = new Map(config.hostgroups.map((group) => [group.name, group.hosts]));
  const table = tableOf(config.services);
  const alerting = config.alerting ?? noAlerting;
  const alerts: AlertJudge = (argv) => alertFaultsOf(argv, table, alerting);
  const faults = config.watches.flatMap((watch) => [
    ...hostFaults(watch, groups.get(watch.hostgroup)),
    ...watch.services.flatMap((service) => {
      const path = `watch ${watch.hostgroup} service ${service.name}`;
      return [
        ...monitorFault(service, path),
        ...ruleFaults(service, path),
        ...service.periods.flatMap((period) =>
          periodFaults(period, `${path} period ${period.label}`, alerts),
        ),
      ];
    }),
  ]);
  return [...faults, ...dependencyFaults(config.watches)];
}

function periodFaults(period: Period, path: string, judge: AlertJudge): readonly Fault[] {
  const { time, alerts, upalerts, startupalerts = [], ackalerts = [], disablealerts = [] } = period;
  const read = parsePeriod(time);
  return [
    ...(read.ok ? [] : [{ path: `${path} time`, index: 0, sources: [], sentence: read.error }]),
    ...alertFaults(alerts, `${path} alert`, judge),
    ...alertFaults(upalerts, `${path} upalert`, judge),
    ...exitFaults(alerts, `${path} alert`, true),
    ...exitFaults(upalerts, `${path} upalert`, false),
    ...otherFaults(startupalerts, `${path} startupalert`, judge),
    ...otherFaults(ackalerts, `${path} ackalert`, judge),
    ...otherFaults(disablealerts, `${path} disablealert`, judge),
  ];
}

/** Of alerts that say nothing of a server. */
function otherFaults(
  alerts: readonly (readonly string[])[],
  path: string,
  judge: AlertJudge,
): readonly Fault[] {
  const never: AlertJudge = (argv) => ({
    sources: [],
    sentences: [`${argv[0]} can only be an alert or an upalert`],
  });
  const faults = alertFaults(alerts, path, (argv) => (isLvsAlert(argv) ? never(argv) : judge(argv)));
  return [...faults, ...exitFaults(alerts, path, false)];
}

/** @param isPossible whether there is an exit value of which it could be told */
function exitFaults(
  alerts: readonly (readonly string[])[],
  path: string,
  isPossible: boolean,
): readonly Fault[] {
  return alerts.flatMap((argv, index) => {
    const [first = ''] = argv;
    if (!/^exit=/i.test(first)) return [];
    const range = exitRange(argv);
    const fault = (sentence: string) => [{ path, index, sources: [], sentence }];
    if (!isPossible) return fault(`${first} can only stand in front of an alert, which a failure sets off`);
    if (range === null || range.from > range.to || range.to > 255)
      return fault(`${JSON.stringify(first)} is not like exit=2 or exit=1-9, of numbers up to 255`);
    return argv.length > 1 ? [] : fault(`behind ${first}, the program is missing`);
  });
}

function ruleFaults(
  { excludePeriod = '', allowEmptyGroup, monitor }: WatchService,
  path: string,
): readonly Fault[] {
  const read = parsePeriod(excludePeriod);
  const isOfNoUse = allowEmptyGroup === true && builtInMonitor(monitor) !== null;
  return [
    ...(read.ok ? [] : [{ path: `${path} exclude-period`, index: 0, sources: [], sentence: read.error }]),
    ...(isOfNoUse
      ? [
          {
            path: `${path} allow-empty-group`,
            index: 0,
            sources: [`${path} monitor`],
            sentence: `${monitor[0]} is built in, and has nothing to do without a host`,
          },
        ]
      : []),
  ];
}

/** Service by name, with its real servers by name. */
type Table = ReadonlyMap<
  string,
  { readonly scheduler: string; readonly servers: ReadonlyMap<string, RealServer> }
>;

function tableOf(services: readonly VirtualService[]): Table {
  return new Map(
    services.map((service) => [
      serviceName(service),
      {
        scheduler: service.scheduler,
        servers: new Map(service.servers.map((server) => [destinationName(server), server])),
      },
    ]),
  );
}

function monitorFault({ monitor, timeoutMs }: WatchService, path: string): readonly Fault[] {
  const probe = builtInMonitor(monitor)?.(monitor, timeoutMs);
  if (probe === undefined || probe.ok) return [];
  return [{ path: `${path} monitor`, index: 0, sources: [], sentence: probe.error }];
}

/**
 * Built-in monitors need addresses. Each host is told once, however many services are watched on it.
 * @param hosts of the hostgroup; a watch on none is on the host that it names
 */
function hostFaults({ hostgroup, services }: Watch, hosts: readonly string[] | undefined): readonly Fault[] {
  const probes = services.flatMap((service) => {
    const probe = builtInMonitor(service.monitor)?.(service.monitor, service.timeoutMs);
    return probe === undefined ? [] : [{ service, isIpv4Only: probe.ok && probe.value.isIpv4Only === true }];
  });
  const strictest = probes.find(({ isIpv4Only }) => isIpv4Only) ?? probes[0];
  if (strictest === undefined) return [];
  const { service, isIpv4Only } = strictest;
  const what = isIpv4Only ? 'an IPv4 address' : 'an IP address';
  const needs = `as ${service.monitor[0]} of watch ${hostgroup} service ${service.name} needs it`;
  const path = hosts === undefined ? `watch ${hostgroup}` : `hostgroup ${hostgroup} host`;
  return (hosts ?? [hostgroup]).flatMap((host, index) => {
    const sentence = `${JSON.stringify(host)} is not ${what}, ${needs}`;
    const isRight = isAddress(host) || (!isIpv4Only && readIpv6(host) !== null);
    return isRight ? [] : [{ path, index, sources: ['hostgroup'], sentence }];
  });
}

/** What is wrong with one line, and the settings that it also depends on. */
type AlertJudge = (
  argv: readonly string[],
) => Pick<Fault, 'sources'> & { readonly sentences: readonly string[] };

function alertFaults(
  alerts: readonly (readonly string[])[],
  path: string,
  judge: AlertJudge,
): readonly Fault[] {
  return alerts.flatMap((argv, index) => {
    const { sources, sentences } = judge(withoutExit(argv));
    return sentences.map((sentence) => ({ path, index, sources, sentence }));
  });
}

function alertFaultsOf(
  argv: readonly string[],
  table: Table,
  alerting: AlertingConfig,
): ReturnType<AlertJudge> {
  if (!isLvsAlert(argv)) {
    const fault = alertFault(argv, alerting);
    return { sources: ['alerting'], sentences: fault === null ? [] : [fault] };
  }
  const alert = parseLvsAlert(argv);
  if (!alert.ok) return { sources: [], sentences: [alert.error] };
  return { sources: ['service'], sentences: tableFaults(alert.value, table) };
}

function tableFaults(alert: LvsAlert, table: Table): readonly string[] {
  const service = serviceName(alert.service);
  const entry = table.get(service);
  if (entry === undefined) return [`${alert.name} names ${service}, but there is no such service`];
  const wanted = destinationName(alert.server);
  const server = entry.servers.get(wanted);
  if (server === undefined)
    return [`${alert.name} names server ${wanted}, but service ${service} has no such server`];
  return differences(alert, service, entry.scheduler, wanted, server);
}

/** The table belongs to the configuration: -W, -F and -S may repeat what it says, not change it. */
function differences(
  { name, weight, method, scheduler }: LvsAlert,
  service: string,
  ownScheduler: string,
  wanted: string,
  server: RealServer,
): readonly string[] {
  return [
    ...(weight === null || weight === server.weight
      ? []
      : [`${name} has -W ${weight}, but server ${wanted} has weight ${server.weight}`]),
    ...(method === null || method === server.method
      ? []
      : [`${name} has -F for ${method}, but server ${wanted} has method ${server.method}`]),
    ...(scheduler === null || scheduler === ownScheduler
      ? []
      : [`${name} has -S ${scheduler}, but service ${service} has scheduler ${ownScheduler}`]),
  ];
}
