/**
 * From the typed configuration to `set` lines, every value spelt out: times stand as they are, not as the preset that
 * they may have come from. `parseConfig` reads the lines back as they were.
 */

import type {
  Config,
  HeartbeatLink,
  NodeConfig,
  PanelConfig,
  PanelLcd,
  PanelLine,
  PingGroup,
  VirtualService,
  Watch,
} from './config';
import { entryOf, fillIn } from './settings';
import { joinWords, quoteWord } from './text';
import { printValue, type Value } from './values';

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
    ...config.hostgroups.flatMap(({ name, hosts }) =>
      hosts.map((host) => set('hostgroup HOSTGROUP host', [name], host)),
    ),
    ...config.watches.flatMap(assignWatch),
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

function assignService(service: VirtualService): readonly Assignment[] {
  const path = 'service PROTOCOL ENDPOINT';
  const args = [service.protocol, `${service.address}:${service.port}`];
  return [
    set(`${path} scheduler`, args, service.scheduler),
    ...service.servers.flatMap(({ address, port, weight, method }) => {
      const server = [...args, `${address}:${port}`];
      return [
        set(`${path} server SERVER weight`, server, weight),
        set(`${path} server SERVER method`, server, method),
      ];
    }),
  ];
}

export function assignWatch({ hostgroup, services }: Watch): readonly Assignment[] {
  const path = 'watch HOSTGROUP service SERVICE';
  return services.flatMap(({ name, intervalMs, monitor, timeoutMs, periods }) => [
    set(`${path} interval`, [hostgroup, name], intervalMs),
    set(`${path} monitor`, [hostgroup, name], joinWords(monitor)),
    set(`${path} timeout`, [hostgroup, name], timeoutMs),
    ...periods.flatMap(({ label, time, alerts, upalerts }) => {
      const args = [hostgroup, name, label];
      return [
        set(`${path} period PERIOD time`, args, time),
        ...alerts.map((words) => set(`${path} period PERIOD alert`, args, joinWords(words))),
        ...upalerts.map((words) => set(`${path} period PERIOD upalert`, args, joinWords(words))),
      ];
    }),
  ]);
}

function set(pattern: string, args: Args, value: Value | null = null): Assignment {
  return { pattern, args, value };
}

export function printLine({ pattern, args, value }: Assignment): string {
  const type = entryOf(pattern).value;
  const path = `set ${fillIn(pattern, args)}`;
  return type === null || value === null ? path : `${path} ${quoteWord(printValue(type, value))}`;
}
