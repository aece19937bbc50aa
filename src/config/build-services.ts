/** From settings to virtual services with their real servers, and to what holds for IPVS as a whole. Judges nothing. */

import type {
  IpvsConfig,
  PersistenceConfig,
  RealServer,
  SchedulerFlag,
  ServiceKey,
  ServiceSettings,
  TunnelConfig,
  VirtualService,
} from './config';
import { readEndpoint } from './endpoint';
import { choice, number, text, texts } from './pick';
import type { Settings } from './settings';

const PROTOCOLS = ['tcp', 'udp', 'fwmark'] as const;
const METHODS = ['nat', 'dr', 'tun'] as const;

/** A service among the settings: its path as the schema has it, and the words for those in capitals. */
export interface ServicePlace {
  readonly path: 'service PROTOCOL ENDPOINT' | 'service fwmark MARK';
  readonly args: readonly string[];
}

export function placeOf(protocol: VirtualService['protocol'], name: string): ServicePlace {
  return protocol === 'fwmark'
    ? { path: 'service fwmark MARK', args: [name] }
    : { path: 'service PROTOCOL ENDPOINT', args: [protocol, name] };
}

export function buildServices(settings: Settings): readonly VirtualService[] {
  return PROTOCOLS.flatMap((protocol) =>
    settings.names('service PROTOCOL', protocol).map((name) => {
      const place = placeOf(protocol, name);
      return { ...buildKey(settings, protocol, name), ...buildSettings(settings, place) };
    }),
  );
}

function buildKey(settings: Settings, protocol: VirtualService['protocol'], name: string): ServiceKey {
  if (protocol !== 'fwmark') return { protocol, ...splitEndpoint(name) };
  const family = choice(settings, 'service fwmark MARK family', ['ipv4', 'ipv6'], name);
  return { protocol, mark: Number(name), family };
}

/** What is not set is left out. */
function buildSettings(settings: Settings, { path, args }: ServicePlace): ServiceSettings {
  const given = <T>(name: string, value: T): T | undefined =>
    settings.has(`${path} ${name}`, ...args) ? value : undefined;
  const count = (name: string): number => number(settings, `${path} ${name}`, ...args);
  const flags = texts(settings, `${path} hash-flag`, ...args) as readonly SchedulerFlag[];
  const sorry = text(settings, `${path} sorry-server`, ...args);
  const sorryMethod = choice(settings, `${path} sorry-method`, METHODS, ...args);
  return compact({
    scheduler: text(settings, `${path} scheduler`, ...args),
    schedulerFlags: flags.length === 0 ? undefined : flags,
    persistence: buildPersistence(settings, { path, args }),
    onePacket: given('one-packet', true as const),
    down: given('down', choice(settings, `${path} down`, ['remove', 'weight-0'], ...args)),
    quorum: given('quorum', count('quorum')),
    hysteresis: given('hysteresis', count('hysteresis')),
    sorry: sorry === '' ? undefined : { ...splitEndpoint(sorry), method: sorryMethod },
    slowStartMs: given('slow-start', count('slow-start')),
    drainConnections: given('drain-connections', count('drain-connections')),
    drainTimeMs: given('drain-time', count('drain-time')),
    servers: settings
      .names(`${path} server`, ...args)
      .map((server) => buildServer(settings, `${path} server SERVER`, [...args, server])),
  });
}

/** With a time of 0 where only the rest of it is set, which validation refuses. */
function buildPersistence(settings: Settings, { path, args }: ServicePlace): PersistenceConfig | undefined {
  const isSet = ['persistence', 'persistence-prefix', 'persistence-engine'].some((name) =>
    settings.has(`${path} ${name}`, ...args),
  );
  if (!isSet) return undefined;
  return compact({
    timeoutMs: number(settings, `${path} persistence`, ...args),
    prefix: number(settings, `${path} persistence-prefix`, ...args) || undefined,
    engine: settings.has(`${path} persistence-engine`, ...args) ? ('sip' as const) : undefined,
  });
}

function buildServer(settings: Settings, path: string, args: readonly string[]): RealServer {
  const plain = {
    ...splitEndpoint(args.at(-1) ?? ''),
    weight: number(settings, `${path} weight`, ...args),
    method: choice(settings, `${path} method`, METHODS, ...args),
  };
  // Most have nothing more, and there may be a thousand.
  if (settings.names(path, ...args).every((word) => word === 'weight' || word === 'method')) return plain;
  return compact({
    ...plain,
    upperThreshold: number(settings, `${path} upper-threshold`, ...args) || undefined,
    lowerThreshold: number(settings, `${path} lower-threshold`, ...args) || undefined,
    tunnel: buildTunnel(settings, path, args),
  });
}

/** Nothing for IPIP, which needs no word. */
function buildTunnel(settings: Settings, path: string, args: readonly string[]): TunnelConfig | undefined {
  const tunnel: TunnelConfig = {
    kind: choice(settings, `${path} tunnel`, ['ipip', 'gue', 'gre'], ...args),
    port: number(settings, `${path} tunnel-port`, ...args),
    checksum: choice(settings, `${path} tunnel-checksum`, ['none', 'csum', 'remcsum'], ...args),
  };
  return tunnel.kind === 'ipip' && tunnel.port === 0 && tunnel.checksum === 'none' ? undefined : tunnel;
}

/** Nothing where nothing is set. */
export function buildIpvs(settings: Settings): { readonly ipvs?: IpvsConfig } {
  if (settings.names('ipvs').length === 0) return {};
  const name = text(settings, 'ipvs sync interface');
  const sync = {
    interface: name,
    id: number(settings, 'ipvs sync id'),
    group: text(settings, 'ipvs sync group'),
    port: number(settings, 'ipvs sync port'),
    ttl: number(settings, 'ipvs sync ttl'),
    maxBytes: number(settings, 'ipvs sync maxlen') || null,
  };
  const timeouts = {
    tcpMs: number(settings, 'ipvs timeout tcp'),
    tcpFinMs: number(settings, 'ipvs timeout tcpfin'),
    udpMs: number(settings, 'ipvs timeout udp'),
  };
  return { ipvs: { timeouts, sync: name === '' ? null : sync } };
}

/** The schema has checked it. */
function splitEndpoint(endpoint: string): { readonly address: string; readonly port: number } {
  return readEndpoint(endpoint) ?? { address: '', port: 0 };
}

type Whole<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is undefined: what is not set takes no memory. */
function compact<T extends object>(object: T): Whole<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Whole<T>;
}
