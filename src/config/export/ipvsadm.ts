/**
 * Services as `ipvsadm -S -n` prints them, and behind them what it does not print although `ipvsadm -R` takes it: timeouts
 * and sync daemons. It takes no comments: there are none. What is no rule of the kernel's (quorum, sorry server, drain, slow
 * start, what becomes of a server that is down) has no place here.
 */
import type {
  Config,
  IpvsConfig,
  PersistenceConfig,
  RealServer,
  SyncConfig,
  VirtualService,
} from '../config';
import { printEndpoint } from '../endpoint';
import { isIpv6 } from '../ipv6';

/** Options of ipvsadm(8). */
const METHODS: Readonly<Record<RealServer['method'], string>> = { nat: '-m', dr: '-g', tun: '-i' };
const CHECKSUMS = { none: '', csum: ' --tun-csum', remcsum: ' --tun-remcsum' } as const;

/** What ipvsadm and the kernel take where a sync daemon's option is not given. */
const USUAL_SYNC = { id: 0, group: '224.0.0.81', port: 8848, ttl: 1, maxBytes: null } as const;

export function ipvsadm({ services, ipvs }: Pick<Config, 'services' | 'ipvs'>): readonly string[] {
  const rules = services.flatMap((service) => {
    const name = nameOf(service);
    return [
      `-A ${name} -s ${service.scheduler}${settings(service)}`,
      ...service.servers.map(
        (server) =>
          `-a ${name} -r ${printEndpoint(server)} ${METHODS[server.method]} -w ${server.weight}${more(server)}`,
      ),
    ];
  });
  return ipvs === undefined ? rules : [...rules, timeouts(ipvs), ...daemons(ipvs.sync)];
}

function timeouts({ timeouts: { tcpMs, tcpFinMs, udpMs } }: IpvsConfig): string {
  return `--set ${[tcpMs, tcpFinMs, udpMs].map((ms) => ms / 1000).join(' ')}`;
}

/** A box of ipvsadm's has one role, or both at once: without something that moves it, both. */
function daemons(sync: SyncConfig | null): readonly string[] {
  if (sync === null) return [];
  const given = (name: string, key: keyof typeof USUAL_SYNC): string =>
    sync[key] === USUAL_SYNC[key] ? '' : ` --${name} ${sync[key]}`;
  const options = [
    ` --mcast-interface ${sync.interface}`,
    given('syncid', 'id'),
    given('sync-maxlen', 'maxBytes'),
    given('mcast-group', 'group'),
    given('mcast-port', 'port'),
    given('mcast-ttl', 'ttl'),
  ];
  return ['master', 'backup'].map((role) => `--start-daemon ${role}${options.join('')}`);
}

function nameOf(service: VirtualService): string {
  if (service.protocol === 'fwmark') return `-f ${service.mark}${service.family === 'ipv6' ? ' -6' : ''}`;
  return `-${service.protocol === 'tcp' ? 't' : 'u'} ${printEndpoint(service)}`;
}

function settings(service: VirtualService): string {
  const { schedulerFlags = [], persistence, onePacket } = service;
  const family = service.protocol === 'fwmark' ? service.family : isIpv6(service.address) ? 'ipv6' : 'ipv4';
  return [
    schedulerFlags.length === 0 ? '' : ` -b ${schedulerFlags.join(',')}`,
    persistence === undefined ? '' : persistent(persistence, family),
    onePacket ? ' -o' : '',
  ].join('');
}

function persistent({ timeoutMs, prefix, engine }: PersistenceConfig, family: 'ipv4' | 'ipv6'): string {
  const mask = prefix === undefined ? '' : ` -M ${family === 'ipv6' ? prefix : netmask(prefix)}`;
  return ` -p ${timeoutMs / 1000}${mask}${engine === undefined ? '' : ` --pe ${engine}`}`;
}

function netmask(prefix: number): string {
  return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - at)))).join('.');
}

function more({ upperThreshold, lowerThreshold, tunnel }: RealServer): string {
  const { kind, port, checksum } = tunnel ?? { kind: 'ipip', port: 0, checksum: 'none' };
  return [
    kind === 'ipip' ? '' : ` --tun-type ${kind}`,
    port === 0 ? '' : ` --tun-port ${port}`,
    CHECKSUMS[checksum],
    upperThreshold ? ` -x ${upperThreshold}` : '',
    lowerThreshold ? ` -y ${lowerThreshold}` : '',
  ].join('');
}
