/**
 * From the typed configuration to `set` lines, every value spelt out: times stand as they are, not as the preset that
 * they may have come from. `parseConfig` reads the lines back as they were.
 */

import { placeOf } from './build-services';
import type {
  Config,
  HeartbeatLink,
  IpvsConfig,
  NodeConfig,
  PanelConfig,
  PanelLcd,
  PanelLine,
  PingGroup,
  RealServer,
  TrapsConfig,
  VirtualService,
  Watch,
} from './config';
import { printEndpoint } from './endpoint';
import { entryOf, fillIn } from './settings';
import { joinWords, quoteWord } from './text';
import { printValue, type Value } from './values';
import { periodRuleLines, serviceRuleLines } from './watch-rules';

type Args = readonly (string | number)[];

/** One `set` line before it is text. */
export interface Assignment {
  /** As in the schema. */
  readonly pattern: string;
  readonly args: Args;
  /** Null where the path says it all. */
  readonly value: Value | null;
}

/** The whole configuration as text, secrets included. */
export function printConfig(config: Config): string {
  return `${assignments(config).map(printLine).join('\n')}\n`;
}

/** Everything that makes the configuration what it is. */
export function assignments(config: Config): readonly Assignment[] {
  const { heartbeat, group } = config;
  return [
    ...config.nodes.flatMap(assignNode),
    set('heartbeat keepalive', [], heartbeat.keepaliveMs),
    set('heartbeat warntime', [], heartbeat.warntimeMs),
    set('heartbeat deadtime', [], heartbeat.deadtimeMs),
    set('heartbeat initdead', [], heartbeat.initdeadMs),
    set('heartbeat auto-failback', [], heartbeat.autoFailback),
    set('heartbeat hopfudge', [], heartbeat.hopfudge),
    set('heartbeat deadping', [], heartbeat.deadpingMs),
    ...heartbeat.pings.flatMap(assignPing),
    ...optional('heartbeat watchdog', heartbeat.watchdog),
    ...assignStonith(heartbeat.stonith),
    ...heartbeat.helpers.map(assignHelper),
    ...heartbeat.links.flatMap(assignLink),
    ...heartbeat.auth.keys.map(({ id, method, secret }) =>
      method === 'crc'
        ? set('heartbeat key KEY crc', [id])
        : set(`heartbeat key KEY ${method}`, [id], secret),
    ),
    set('heartbeat sign-with', [], heartbeat.auth.signWith),
    set('group preferred', [], group.preferred),
    ...group.vips.map((vip) => set('group vip', [], vip)),
    ...group.gateways.map((gateway) => set('group gateway', [], gateway)),
    ...config.services.flatMap(assignService),
    ...(config.ipvs === undefined ? [] : assignIpvs(config.ipvs)),
    ...config.hostgroups.flatMap(({ name, hosts }) =>
      hosts.map((host) => set('hostgroup HOSTGROUP host', [name], host)),
    ),
    ...config.watches.flatMap(assignWatch),
    ...assignTraps(config.traps),
    ...assignAlerting(config),
    ...assignPanels(config),
  ];
}

export function assignNode({ name, interfaces, routes }: NodeConfig): readonly Assignment[] {
  return [
    set('node NODE', [name]),
    ...interfaces.flatMap((port) => [
      set('node NODE interface INTERFACE', [name, port.name]),
      ...port.addresses.map((own) => set('node NODE interface INTERFACE address', [name, port.name], own)),
    ]),
    ...routes.map(({ destination, via }) => set('node NODE route NETWORK via', [name, destination], via)),
  ];
}

export function assignStonith(words: readonly string[] | null): readonly Assignment[] {
  return optional('heartbeat stonith', words && joinWords(words));
}

export function assignHelper(words: readonly string[]): Assignment {
  return set('heartbeat respawn', [], joinWords(words));
}

/** What is shown to people. */
function assignPanels({ console, panel }: Config): readonly Assignment[] {
  return [
    set('console idle-timeout', [], console.idleTimeoutMs),
    set('console screen', [], console.screen),
    ...assignDisplays(panel),
  ];
}

export function assignDisplays({ lines, lcds, lamps }: PanelConfig): readonly Assignment[] {
  return [
    ...lines.flatMap(assignPanelLine),
    ...lcds.flatMap(assignPanelLcd),
    ...lamps.map((device) => set('panel lamps DEVICE', [device])),
  ];
}

function assignPanelLcd({ device, module, baud, hasStandbyKey }: PanelLcd): readonly Assignment[] {
  return [
    set('panel lcd DEVICE module', [device], module),
    ...(baud === null ? [] : [set('panel lcd DEVICE baud', [device], baud)]),
    set('panel lcd DEVICE standby-key', [device], hasStandbyKey ? 'on' : 'off'),
  ];
}

function assignPanelLine({ device, baud, intervalMs }: PanelLine): readonly Assignment[] {
  return [
    set('panel line DEVICE interval', [device], intervalMs),
    set('panel line DEVICE baud', [device], baud),
  ];
}

function assignAlerting({ alerting }: Config): readonly Assignment[] {
  const { relay, from, hostname } = alerting?.mail ?? { relay: null, from: null, hostname: null };
  return [
    ...optional('alerting boxes', alerting?.boxes ?? null),
    ...optional('alerting mail relay', relay && printEndpoint(relay)),
    ...optional('alerting mail from', from),
    ...optional('alerting mail hostname', hostname),
  ];
}

function optional(pattern: string, value: Value | null): readonly Assignment[] {
  return value === null ? [] : [set(pattern, [], value)];
}

/** A name that is an address cannot be one of a group. */
function assignPing({ name, hosts }: PingGroup): readonly Assignment[] {
  if (name === hosts[0]) return [set('heartbeat ping', [], name)];
  return hosts.map((host) => set('heartbeat ping-group PINGGROUP host', [name], host));
}

export function assignLink(link: HeartbeatLink): readonly Assignment[] {
  switch (link.kind) {
    case 'serial':
      return [set('heartbeat serial DEVICE baud', [link.device], link.baud)];
    case 'bcast':
      return [set('heartbeat bcast INTERFACE port', [link.interface], link.port)];
    case 'mcast': {
      const args = [link.interface, link.group];
      const path = 'heartbeat mcast INTERFACE group MULTICAST';
      return [set(`${path} port`, args, link.port), set(`${path} ttl`, args, link.ttl)];
    }
    case 'ucast':
      return [set('heartbeat ucast INTERFACE peer PEER port', [link.interface, link.peer], link.port)];
  }
}

/** What is not set is left out: it has its default on any box. */
export function assignService(service: VirtualService): readonly Assignment[] {
  const { persistence, sorry } = service;
  const { path, args } = placeOf(
    service.protocol,
    service.protocol === 'fwmark' ? String(service.mark) : printEndpoint(service),
  );
  const given = (name: string, value: Value | undefined): readonly Assignment[] =>
    value === undefined ? [] : [set(`${path} ${name}`, args, value)];
  return [
    ...(service.protocol === 'fwmark' ? given('family', service.family) : []),
    set(`${path} scheduler`, args, service.scheduler),
    ...(service.schedulerFlags ?? []).map((flag) => set(`${path} hash-flag`, args, flag)),
    ...given('persistence', persistence?.timeoutMs),
    ...given('persistence-prefix', persistence?.prefix),
    ...given('persistence-engine', persistence?.engine),
    ...(service.onePacket ? [set(`${path} one-packet`, args)] : []),
    ...given('down', service.down),
    ...given('quorum', service.quorum),
    ...given('hysteresis', service.hysteresis),
    ...given('sorry-server', sorry && printEndpoint(sorry)),
    ...given('sorry-method', sorry?.method),
    ...given('slow-start', service.slowStartMs),
    ...given('drain-connections', service.drainConnections),
    ...given('drain-time', service.drainTimeMs),
    ...service.servers.flatMap((server) =>
      assignServer(`${path} server SERVER`, [...args, printEndpoint(server)], server),
    ),
  ];
}

function assignServer(path: string, args: Args, server: RealServer): readonly Assignment[] {
  const { weight, method, upperThreshold, lowerThreshold, tunnel } = server;
  const given = (name: string, value: Value | undefined): readonly Assignment[] =>
    value === undefined ? [] : [set(`${path} ${name}`, args, value)];
  return [
    set(`${path} weight`, args, weight),
    set(`${path} method`, args, method),
    ...given('upper-threshold', upperThreshold),
    ...given('lower-threshold', lowerThreshold),
    ...given('tunnel', tunnel?.kind),
    ...given('tunnel-port', tunnel?.port || undefined),
    ...given('tunnel-checksum', tunnel?.checksum),
  ];
}

export function assignIpvs({ timeouts, sync }: IpvsConfig): readonly Assignment[] {
  return [
    set('ipvs timeout tcp', [], timeouts.tcpMs),
    set('ipvs timeout tcpfin', [], timeouts.tcpFinMs),
    set('ipvs timeout udp', [], timeouts.udpMs),
    ...(sync === null
      ? []
      : [
          set('ipvs sync interface', [], sync.interface),
          set('ipvs sync id', [], sync.id),
          set('ipvs sync group', [], sync.group),
          set('ipvs sync port', [], sync.port),
          set('ipvs sync ttl', [], sync.ttl),
          ...optional('ipvs sync maxlen', sync.maxBytes),
        ]),
  ];
}

export function assignWatch({ hostgroup, services }: Watch): readonly Assignment[] {
  const path = 'watch HOSTGROUP service SERVICE';
  return services.flatMap((service) => {
    const { name, intervalMs, monitor, timeoutMs, periods } = service;
    return [
      set(`${path} interval`, [hostgroup, name], intervalMs),
      ...(monitor.length === 0 ? [] : [set(`${path} monitor`, [hostgroup, name], joinWords(monitor))]),
      set(`${path} timeout`, [hostgroup, name], timeoutMs),
      ...serviceRuleLines(service).map(([pattern, value, variable]) =>
        set(pattern, variable === undefined ? [hostgroup, name] : [hostgroup, name, variable], value),
      ),
      ...periods.flatMap((period) => {
        const { label, time, alerts, upalerts } = period;
        const args = [hostgroup, name, label];
        return [
          set(`${path} period PERIOD time`, args, time),
          ...alerts.map((words) => set(`${path} period PERIOD alert`, args, joinWords(words))),
          ...upalerts.map((words) => set(`${path} period PERIOD upalert`, args, joinWords(words))),
          ...periodRuleLines(period).map(([pattern, value]) => set(pattern, args, value)),
        ];
      }),
    ];
  });
}

function assignTraps(traps: TrapsConfig | undefined): readonly Assignment[] {
  if (traps === undefined) return [];
  return [
    set('traps port', [], traps.port),
    ...traps.from.map((network) => set('traps from', [], network)),
    ...traps.users.map(({ name, password }) => set('traps user USER password', [name], password)),
  ];
}

function set(pattern: string, args: Args, value: Value | null = null): Assignment {
  return { pattern, args, value };
}

export function printLine({ pattern, args, value }: Assignment): string {
  const type = entryOf(pattern).value;
  const path = `set ${fillIn(pattern, args)}`;
  return type === null || value === null ? path : `${path} ${quoteWord(printValue(type, value))}`;
}
