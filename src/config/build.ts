/** From settings to the typed configuration, defaults filled in. Judges nothing: what does not fit is validate.ts's. */

import { buildIpvs, buildServices } from './build-services';
import type {
  AuthConfig,
  AuthKey,
  Config,
  HeartbeatConfig,
  HeartbeatLink,
  NodeConfig,
  Period,
  PingGroup,
  Watch,
} from './config';
import { readEndpoint } from './endpoint';
import { choice, number, text, texts } from './pick';
import { TIMINGS } from './schema';
import { type Settings, timingOf } from './settings';
import { splitWords } from './text';
import { buildPeriodRules, buildServiceRules, buildTraps } from './watch-rules';

/** A NIC or a switch port may need seconds at boot; boxes that hear each other do not wait for it. */
const INITDEAD_FACTOR = 2;
const INITDEAD_LEAST_MS = 5000;

export const DIGESTS = ['sha256', 'sha1', 'md5', 'crc'] as const;

/** Whole even when settings are missing: those are then empty, and validate.ts has said so. */
export function buildConfig(settings: Settings): Config {
  const nodes = [...settings.names('node')].sort(byText).map((name) => buildNode(settings, name));
  const hostgroups = settings.names('hostgroup').map((name) => ({
    name,
    hosts: texts(settings, 'hostgroup HOSTGROUP host', name),
  }));
  return {
    nodes,
    heartbeat: buildHeartbeat(settings),
    group: {
      preferred: text(settings, 'group preferred') || (nodes[0]?.name ?? ''),
      vips: texts(settings, 'group vip'),
      gateways: texts(settings, 'group gateway'),
    },
    console: {
      idleTimeoutMs: number(settings, 'console idle-timeout'),
      screen: choice(settings, 'console screen', ['panel', 'log']),
    },
    panel: {
      lines: settings.names('panel line').map((device) => ({
        device,
        baud: number(settings, 'panel line DEVICE baud', device),
        intervalMs: number(settings, 'panel line DEVICE interval', device),
      })),
      lcds: settings.names('panel lcd').map((device) => ({
        device,
        module: text(settings, 'panel lcd DEVICE module', device),
        baud: number(settings, 'panel lcd DEVICE baud', device) || null,
        hasStandbyKey: choice(settings, 'panel lcd DEVICE standby-key', ['off', 'on'], device) === 'on',
      })),
      lamps: settings.names('panel lamps'),
    },
    services: buildServices(settings),
    ...buildIpvs(settings),
    hostgroups,
    watches: settings.names('watch').map((name) => buildWatch(settings, name)),
    ...buildTraps(settings),
    ...buildAlerting(settings),
  };
}

function buildAlerting(settings: Settings): Pick<Config, 'alerting'> {
  const relay = readEndpoint(text(settings, 'alerting mail relay'));
  const from = text(settings, 'alerting mail from') || null;
  const hostname = text(settings, 'alerting mail hostname') || null;
  const isOnBoth = text(settings, 'alerting boxes') === 'both';
  if (relay === null && from === null && hostname === null && !isOnBoth) return {};
  return { alerting: { ...(isOnBoth ? { boxes: 'both' } : {}), mail: { relay, from, hostname } } };
}

function buildNode(settings: Settings, node: string): NodeConfig {
  const interfaces = settings.names('node NODE interface', node).map((name) => ({
    name,
    addresses: texts(settings, 'node NODE interface INTERFACE address', node, name),
  }));
  const routes = settings.names('node NODE route', node).map((destination) => ({
    destination,
    via: text(settings, 'node NODE route NETWORK via', node, destination),
  }));
  return { name: node, interfaces, routes };
}

function buildHeartbeat(settings: Settings): HeartbeatConfig {
  const timing = TIMINGS[timingOf(settings)];
  const deadtimeMs = number(settings, 'heartbeat deadtime') || timing.deadtimeMs;
  const stonith = commandWords(text(settings, 'heartbeat stonith'));
  return {
    keepaliveMs: number(settings, 'heartbeat keepalive') || timing.keepaliveMs,
    warntimeMs: number(settings, 'heartbeat warntime') || Math.floor(deadtimeMs / 2),
    deadtimeMs,
    initdeadMs:
      number(settings, 'heartbeat initdead') || Math.max(INITDEAD_FACTOR * deadtimeMs, INITDEAD_LEAST_MS),
    autoFailback: choice(settings, 'heartbeat auto-failback', ['off', 'on', 'legacy']),
    hopfudge: number(settings, 'heartbeat hopfudge'),
    links: buildLinks(settings),
    auth: buildAuth(settings),
    deadpingMs: number(settings, 'heartbeat deadping') || deadtimeMs,
    pings: buildPings(settings),
    watchdog: text(settings, 'heartbeat watchdog') || null,
    stonith: stonith.length === 0 ? null : stonith,
    helpers: texts(settings, 'heartbeat respawn').map(commandWords),
  };
}

function buildPings(settings: Settings): readonly PingGroup[] {
  return [
    ...texts(settings, 'heartbeat ping').map((host) => ({ name: host, hosts: [host] })),
    ...settings.names('heartbeat ping-group').map((name) => ({
      name,
      hosts: texts(settings, 'heartbeat ping-group PINGGROUP host', name),
    })),
  ];
}

function buildLinks(settings: Settings): readonly HeartbeatLink[] {
  return [
    ...settings.names('heartbeat serial').map((device) => ({
      kind: 'serial' as const,
      device,
      baud: number(settings, 'heartbeat serial DEVICE baud', device),
    })),
    ...settings.names('heartbeat bcast').map((name) => ({
      kind: 'bcast' as const,
      interface: name,
      port: number(settings, 'heartbeat bcast INTERFACE port', name),
    })),
    ...settings.names('heartbeat mcast').flatMap((name) =>
      settings.names('heartbeat mcast INTERFACE group', name).map((group) => ({
        kind: 'mcast' as const,
        interface: name,
        group,
        port: number(settings, 'heartbeat mcast INTERFACE group MULTICAST port', name, group),
        ttl: number(settings, 'heartbeat mcast INTERFACE group MULTICAST ttl', name, group),
      })),
    ),
    ...settings.names('heartbeat ucast').flatMap((name) =>
      settings.names('heartbeat ucast INTERFACE peer', name).map((peer) => ({
        kind: 'ucast' as const,
        interface: name,
        peer,
        port: number(settings, 'heartbeat ucast INTERFACE peer PEER port', name, peer),
      })),
    ),
  ];
}

function buildAuth(settings: Settings): AuthConfig {
  const keys = settings.names('heartbeat key').map((id): AuthKey => {
    const method = DIGESTS.find((digest) => settings.has(`heartbeat key KEY ${digest}`, id)) ?? 'sha256';
    return { id: Number(id), method, secret: text(settings, `heartbeat key KEY ${method}`, id) };
  });
  const only = keys.length === 1 ? keys[0]!.id : 0;
  return { signWith: Number(settings.value('heartbeat sign-with') ?? only), keys };
}

function buildWatch(settings: Settings, hostgroup: string): Watch {
  const path = 'watch HOSTGROUP service SERVICE';
  const services = settings.names('watch HOSTGROUP service', hostgroup).map((name) => ({
    name,
    intervalMs: number(settings, `${path} interval`, hostgroup, name),
    monitor: commandWords(text(settings, `${path} monitor`, hostgroup, name)),
    timeoutMs: number(settings, `${path} timeout`, hostgroup, name),
    periods: settings
      .names(`${path} period`, hostgroup, name)
      .map((label) => buildPeriod(settings, hostgroup, name, label)),
    ...buildServiceRules(settings, hostgroup, name),
  }));
  return { hostgroup, services };
}

function buildPeriod(settings: Settings, hostgroup: string, service: string, label: string): Period {
  const path = 'watch HOSTGROUP service SERVICE period PERIOD';
  return {
    label,
    time: text(settings, `${path} time`, hostgroup, service, label),
    alerts: texts(settings, `${path} alert`, hostgroup, service, label).map(commandWords),
    upalerts: texts(settings, `${path} upalert`, hostgroup, service, label).map(commandWords),
    ...buildPeriodRules(settings, hostgroup, service, label),
  };
}

/** The schema has checked that it can be split. */
function commandWords(command: string): readonly string[] {
  const words = splitWords(command);
  return words.ok ? words.value : [];
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
