/** The pairs that the simulator draws: timings, policies and guards, as configurations that the product itself reads. */

import type { Config } from '../../src/config/config';
import { parseConfig } from '../../src/config/parse';
import { monitorFaults } from '../../src/monitor/validate';
import type { Random } from './random';

export const TIMINGS = ['paper', 'default', 'fast'] as const;
export type Timing = (typeof TIMINGS)[number];
export type Failback = Config['heartbeat']['autoFailback'];

export interface Pair {
  readonly timing: Timing;
  readonly failback: Failback;
  readonly watchdog: boolean;
  readonly stonith: boolean;
  readonly pings: boolean;
  readonly config: Config;
}

export const VIP = '192.0.2.10';
export const GATEWAY = '10.0.0.1';
export const SERVERS = ['10.0.0.21', '10.0.0.22'] as const;
export const PING_NODE = '192.0.2.1';
export const STONITH = 'switch-off';
/** From the death of a real server to its removal: an interval and a check's deadline. */
const CHECK_INTERVAL: Readonly<Record<Timing, string>> = { paper: '5s', default: '2s', fast: '1s' };
const CHECK_TIMEOUT = '500ms';
export const SECRETS = { 1: 'simulated', 2: 'simulated too' } as const;

const watch = (server: string, interval: string): string => `
set watch ${server} service http interval ${interval}
set watch ${server} service http timeout ${CHECK_TIMEOUT}
set watch ${server} service http monitor "http.monitor"
set watch ${server} service http period always alert "lvs.alert -P tcp -V ${VIP}:80 -R ${server} -X down"
set watch ${server} service http period always upalert "lvs.alert -P tcp -V ${VIP}:80 -R ${server}"
set service tcp ${VIP}:80 server ${server}:80 weight 1`;

const BASE = `
set node A interface eth0 address 192.0.2.11/24
set node A interface eth1 address 10.0.0.11/24
set node B interface eth0 address 192.0.2.12/24
set node B interface eth1 address 10.0.0.12/24
set heartbeat serial /dev/ttyS1 baud 115200
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "${SECRETS[1]}"
set heartbeat sign-with 1
set group preferred A
set group vip ${VIP}/24
set group gateway ${GATEWAY}/24
set service tcp ${VIP}:80 scheduler rr
`;

const read = new Map<string, Config>();

/** A pair's features, drawn so that most seeds have few of them. */
export function drawPair(random: Random): Pair {
  const timing = random.pick(TIMINGS);
  const failback = random.pick(['on', 'on', 'off', 'legacy'] as const);
  const [watchdog, stonith, pings] = [random.chance(0.3), random.chance(0.15), random.chance(0.3)];
  const text = `${BASE}${SERVERS.map((server) => watch(server, CHECK_INTERVAL[timing])).join('')}
set heartbeat timing ${timing}
set heartbeat auto-failback ${failback}
${watchdog ? 'set heartbeat watchdog /dev/watchdog' : ''}
${stonith ? `set heartbeat stonith "${STONITH}"` : ''}
${pings ? `set heartbeat ping ${PING_NODE}` : ''}
`;
  const config = read.get(text) ?? parse(text);
  read.set(text, config);
  return { timing, failback, watchdog, stonith, pings, config };
}

function parse(text: string): Config {
  const { config, problems } = parseConfig(text, 'the simulated pair', monitorFaults);
  if (config === null) throw new Error(problems.map(({ sentence }) => sentence).join('\n'));
  return config;
}
