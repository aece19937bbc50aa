/**
 * What is wrong with the watches of a configuration, beyond its syntax: everything that would otherwise surface only
 * when a check or an alert is due. Pure; one sentence per fault, with the place of the fault in front.
 */

import { isAddress } from '../config/address';
import type { Config, RealServer, WatchService } from '../config/config';
import { destinationName, serviceName } from '../director/table';
import { builtInMonitor } from './checks/index';
import { isLvsAlert, type LvsAlert, parseLvsAlert } from './lvs-alert';
import { parsePeriod } from './period';

type Part = Pick<Config, 'watches' | 'hostgroups' | 'services'>;

/** Every fault, in the order of the configuration; none when the watches can run. */
export function monitorFaults(config: Part): readonly string[] {
  const groups = new Map(config.hostgroups.map((group) => [group.name, group.hosts]));
  return config.watches.flatMap((watch) =>
    watch.services.flatMap((service) => {
      const faults = [
        ...checkFaults(service, groups.get(watch.hostgroup) ?? [watch.hostgroup]),
        ...service.periods.flatMap((period) => {
          const time = parsePeriod(period.time);
          const alerts = [...period.alerts, ...period.upalerts].filter(isLvsAlert);
          const inside = [
            ...(time.ok ? [] : [time.error]),
            ...alerts.flatMap((alert) => alertFaults(alert, config)),
          ];
          return inside.map((fault) => `period ${period.label}: ${fault}`);
        }),
      ];
      return faults.map((fault) => `watch ${watch.hostgroup} service ${service.name}: ${fault}`);
    }),
  );
}

function checkFaults(service: WatchService, hosts: readonly string[]): readonly string[] {
  const probeOf = builtInMonitor(service.monitor);
  if (probeOf === null) return [];
  const probe = probeOf(service.monitor, service.timeoutMs);
  const names = hosts.filter((host) => !isAddress(host));
  return [
    ...(probe.ok ? [] : [`monitor: ${probe.error}`]),
    ...names.map(
      (name) => `host ${JSON.stringify(name)} is not an IPv4 address, as ${service.monitor[0]} needs it`,
    ),
  ];
}

function alertFaults(argv: readonly string[], config: Part): readonly string[] {
  const alert = parseLvsAlert(argv);
  if (!alert.ok) return [alert.error];
  const name = serviceName(alert.value.service);
  const service = config.services.find((candidate) => serviceName(candidate) === name);
  if (service === undefined) return [`lvs.alert names ${name}, but there is no such service`];
  const wanted = destinationName(alert.value.server);
  const server = service.servers.find((candidate) => destinationName(candidate) === wanted);
  if (server === undefined)
    return [`lvs.alert names server ${wanted}, but service ${name} has no such server`];
  return differences(alert.value, server, wanted);
}

/** The table belongs to the configuration: -W and -F may repeat what it says, not change it. */
function differences({ weight, method }: LvsAlert, server: RealServer, name: string): readonly string[] {
  return [
    ...(weight === null || weight === server.weight
      ? []
      : [`lvs.alert has -W ${weight}, but server ${name} has weight ${server.weight}`]),
    ...(method === null || method === server.method
      ? []
      : [`lvs.alert has -F for ${method}, but server ${name} has method ${server.method}`]),
  ];
}
