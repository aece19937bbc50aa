/** The pair of one seed: its configuration, read by the product's own parser, and what is special about its boxes. */

import type { AuthConfig, Config, HeartbeatConfig, HeartbeatLink } from '../../src/config/config';
import { parseConfig } from '../../src/config/parse';
import { TIMINGS, type Timing } from '../../src/config/schema';
import { monitorFaults } from '../../src/monitor/validate';
import type { Random } from './random';

export const NODES = ['A', 'B'] as const;
export const VIP = { address: '192.0.2.10', cidr: '192.0.2.10/24' };
export const VIP_PORT = 80;
/** As operators name it. */
export const SERVICE = `tcp ${VIP.address}:${VIP_PORT}`;
export const GATEWAY = { address: '10.0.0.1', cidr: '10.0.0.1/24' };
/** The last one serves only where it is added. */
export const SERVERS = ['10.0.0.21', '10.0.0.22', '10.0.0.23', '10.0.0.24'];
/** Outside addresses that the group may have besides. */
export const MORE_VIPS = ['192.0.2.11/24', '192.0.2.12/24'] as const;
/** The clients' router, and two machines of the provider. */
export const ROUTER = '192.0.2.1';
const PROVIDER = ['192.0.2.253', '192.0.2.254'];
export const STONITH = '/sbin/power-switch';
export const ALERT = '/etc/mon/mail.alert';
export const HELPER = '/usr/lib/heartbeat/helper';

/** For keys that replace one another; the last is not yet used by anybody. */
export const SECRETS = ['the first secret', 'the second secret'] as const;

interface Times {
  readonly initdead: string;
  readonly check: string;
  readonly timeout: string;
  /** Least speed of the null modem that carries the beats. */
  readonly baud: number;
}

const TIMES: Readonly<Record<Timing, Times>> = {
  paper: { initdead: '10s', check: '5s', timeout: '3s', baud: 9600 },
  default: { initdead: '5s', check: '2s', timeout: '800ms', baud: 57_600 },
  fast: { initdead: '1s', check: '1s', timeout: '300ms', baud: 115_200 },
};

export interface Setting {
  readonly timing: Timing;
  readonly autoFailback: HeartbeatConfig['autoFailback'];
  readonly links: 'two' | 'three' | 'multicast' | 'unicast' | 'serial';
  readonly pings: 'none' | 'router' | 'several';
  readonly watchdog: boolean;
  readonly stonith: boolean;
  /** Of the null modem. */
  readonly baud: number;
  readonly preferred: (typeof NODES)[number];
  readonly moreVips: readonly (typeof MORE_VIPS)[number][];
  readonly servers: readonly string[];
  /** Of the first of them. */
  readonly weight: number;
  /** Last number of each box's own address outside, and the router that it uses. */
  readonly outside: readonly [a: number, b: number];
  readonly router: string;
}

export function drawSetting(random: Random): Setting {
  const timing = random.pick(Object.keys(TIMINGS) as Timing[]);
  return {
    timing,
    autoFailback: random.pick(['on', 'on', 'off', 'legacy']),
    links: random.pick(['two', 'two', 'three', 'unicast', 'serial']),
    pings: random.pick(['none', 'router', 'several']),
    watchdog: random.chance(0.4),
    stonith: random.chance(0.3),
    baud: TIMES[timing].baud,
    preferred: 'A',
    moreVips: [],
    servers: SERVERS.slice(0, 3),
    weight: 1,
    outside: [2, 3],
    router: ROUTER,
  };
}

/** What an operator may want to be different. Boxes with the old and the new one always have a link in common. */
const CHANGES: readonly ((setting: Setting, random: Random) => Partial<Setting>)[] = [
  ({ links, baud }, random) => {
    const timing = random.pick(Object.keys(TIMINGS) as Timing[]);
    const leastBaud = TIMES[timing].baud;
    if (leastBaud <= baud) return { timing };
    return links === 'serial' ? {} : { timing, baud: leastBaud };
  },
  (_, random) => ({ links: random.pick(['two', 'three', 'multicast', 'unicast', 'serial']) }),
  (_, random) => ({ autoFailback: random.pick(['on', 'off', 'legacy']) }),
  (_, random) => ({ pings: random.pick(['none', 'router', 'several']) }),
  ({ watchdog }) => ({ watchdog: !watchdog }),
  ({ stonith }) => ({ stonith: !stonith }),
  ({ preferred }) => ({ preferred: preferred === 'A' ? 'B' : 'A' }),
  (_, random) => ({ moreVips: MORE_VIPS.filter(() => random.chance(0.5)) }),
  (_, random) => ({ moreVips: MORE_VIPS.filter(() => random.chance(0.5)) }),
  (_, random) => {
    const servers = SERVERS.filter(() => random.chance(0.7));
    return { servers: servers.length === 0 ? SERVERS.slice(0, 1) : servers };
  },
  ({ weight }) => ({ weight: 3 - weight }),
  (_, random) => ({ outside: [random.pick([2, 4]), random.pick([3, 5])] }),
  (_, random) => ({ router: random.pick([ROUTER, ...PROVIDER]) }),
];
const CHANGES_MAX = 4;

export function changedSetting(setting: Setting, random: Random): Setting {
  let changed = setting;
  for (let left = 1 + random.below(CHANGES_MAX); left > 0; left--) {
    const next = { ...changed, ...random.pick(CHANGES)(changed, random) };
    // Not the null modem's speed and what there is beside it at once.
    if (next.baud === setting.baud || next.links === setting.links) changed = next;
  }
  return changed;
}

/** The media between the boxes, by their numbers; each box uses some of them. */
export const MEDIA = ['serial', 'bcast', 'mcast', 'ucast'] as const satisfies HeartbeatLink['kind'][];
/** The cards through which they go; null: the null modem needs none. */
export const MEDIUM_CARDS = [null, 'eth1', 'eth0', 'eth1'] as const;

export function mediumOf({ kind }: HeartbeatLink): number {
  return MEDIA.indexOf(kind);
}

const known = new Map<string, Config>();

/** Read once: the parser takes as long as a second in the life of a pair. */
export function configOf(setting: Setting): Config {
  const text = configText(setting);
  const found = known.get(text);
  if (found !== undefined) return found;
  const { config, problems } = parseConfig(text, 'simulated', monitorFaults);
  if (config === null) throw new Error(problems.map(({ sentence }) => sentence).join('\n'));
  known.set(text, config);
  return config;
}

/** Keys as `authkeys` would have them. @param numbers of the keys there are, the first of which signs */
export function authOf(...numbers: readonly [number, ...number[]]): AuthConfig {
  return {
    signWith: numbers[0],
    keys: numbers.map((id) => ({ id, method: 'sha256', secret: SECRETS[id - 1]! })),
  };
}

function configText(setting: Setting): string {
  const { timing, autoFailback, links, pings, watchdog, stonith, baud, outside, router } = setting;
  const { preferred, moreVips, servers, weight } = setting;
  const { initdead, check, timeout } = TIMES[timing];
  const service = SERVICE;
  const lines = [
    `node A interface eth0 address 192.0.2.${outside[0]}/24`,
    'node A interface eth1 address 10.0.0.2/24',
    `node B interface eth0 address 192.0.2.${outside[1]}/24`,
    'node B interface eth1 address 10.0.0.3/24',
    ...NODES.map((node) => `node ${node} route 0.0.0.0/0 via ${router}`),
    `heartbeat timing ${timing}`,
    `heartbeat initdead ${initdead}`,
    `heartbeat auto-failback ${autoFailback}`,
    `heartbeat serial /dev/ttyS1 baud ${baud}`,
    ...LINKS[links],
    ...PINGS[pings],
    ...(watchdog ? ['heartbeat watchdog /dev/watchdog'] : []),
    ...(stonith ? [`heartbeat stonith "${STONITH} reset"`] : []),
    `heartbeat respawn "${HELPER}"`,
    `heartbeat key 1 sha256 "${SECRETS[0]}"`,
    `group preferred ${preferred}`,
    ...[VIP.cidr, ...moreVips].map((cidr) => `group vip ${cidr}`),
    `group gateway ${GATEWAY.cidr}`,
    `service ${service} scheduler rr`,
    ...servers.flatMap((address, index) => {
      const watch = `watch web-${address} service http`;
      const alert = `lvs.alert -P tcp -V ${VIP.address}:${VIP_PORT} -R ${address}:80`;
      return [
        `service ${service} server ${address}:80 weight ${index === 0 ? weight : 1}`,
        `hostgroup web-${address} host ${address}`,
        `${watch} interval ${check}`,
        `${watch} timeout ${timeout}`,
        `${watch} monitor "http.monitor"`,
        `${watch} period always alert "${alert}"`,
        `${watch} period always alert "${ALERT} root"`,
        `${watch} period always upalert "${alert}"`,
      ];
    }),
  ];
  return lines.map((line) => `set ${line}\n`).join('');
}

const LINKS: Readonly<Record<Setting['links'], readonly string[]>> = {
  two: ['heartbeat bcast eth1'],
  three: ['heartbeat bcast eth1', 'heartbeat mcast eth0 group 239.0.0.1'],
  multicast: ['heartbeat mcast eth0 group 239.0.0.1'],
  unicast: ['heartbeat ucast eth1 peer 10.0.0.2', 'heartbeat ucast eth1 peer 10.0.0.3'],
  serial: [],
};

const PINGS: Readonly<Record<Setting['pings'], readonly string[]>> = {
  none: [],
  router: [`heartbeat ping ${ROUTER}`],
  several: [
    `heartbeat ping ${ROUTER}`,
    ...PROVIDER.map((address) => `heartbeat ping-group provider host ${address}`),
  ],
};
