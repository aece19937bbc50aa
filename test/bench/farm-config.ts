/** A box in front of many web servers, as both sides of the benchmark need it: names, addresses, configuration. Pure. */

import type { Config, Watch } from '../../src/config/config';
import { formatProblem, parseConfig } from '../../src/config/parse';

/** Longest row of servers that the addresses have room for. */
export const SERVERS_LIMIT = 1024;
export const INTERVAL_MS = 5000;
export const KEEPALIVE_MS = 200;
export const BEAT_PORT = 694;
/** All servers are in it, and nothing else. */
export const SERVER_NETWORK = '10.1.4.0/22';
/** Of the hosts that answer for the servers, and that listens to the heartbeats. */
export const FARM_ADDRESS = '10.1.0.1/16';
export const LISTENER_ADDRESS = '10.1.0.2/16';
export const BOX_ADDRESS = '10.1.0.11/16';
export const VIP = '168.188.46.175';
const FIRST = serverAddress(0);

export function serverAddress(index: number): string {
  return `10.1.${4 + (index >> 8)}.${index & 255}`;
}

/**
 * The paper's pair with so many servers, each with a watch of its own as in the paper's mon.cf. Made of the configuration
 * of one server: as text, a thousand would be longer than the texts that are read.
 */
export function boxConfig(servers: number): Config {
  const { config, problems } = parseConfig(TEXT, 'the benchmark');
  const [service] = config?.services ?? [];
  const [watch] = config?.watches ?? [];
  const [server] = service?.servers ?? [];
  if (config === null || service === undefined || watch === undefined || server === undefined)
    throw new Error(problems.map(formatProblem).join('\n'));
  const addresses = Array.from({ length: servers }, (_, index) => serverAddress(index));
  return {
    ...config,
    services: [{ ...service, servers: addresses.map((address) => ({ ...server, address })) }],
    watches: addresses.map((address) => watchOf(watch, address)),
  };
}

const TEXT = `set node lead interface eth0 address 168.188.46.173/24
set node lead interface eth1 address ${BOX_ADDRESS}
set node backup interface eth0 address 168.188.46.174/24
set node backup interface eth1 address 10.1.0.12/16
set heartbeat keepalive ${KEEPALIVE_MS}ms
set heartbeat serial /dev/ttyS1 baud 115200
set heartbeat bcast eth1 port ${BEAT_PORT}
set heartbeat key 1 sha256 "of the benchmark"
set group preferred lead
set group vip ${VIP}/24
set group gateway 10.1.0.100/16
set service tcp ${VIP}:80 scheduler rr
set service tcp ${VIP}:80 server ${FIRST}:80 weight 1
set watch ${FIRST} service http interval ${INTERVAL_MS}ms
set watch ${FIRST} service http monitor http.monitor
set watch ${FIRST} service http period always time "wd {Sun-Sat}"
set watch ${FIRST} service http period always alert "lvs.alert -P tcp -V ${VIP}:80 -R ${FIRST} -X down"
set watch ${FIRST} service http period always upalert "lvs.alert -P tcp -V ${VIP}:80 -R ${FIRST}"
`;

function watchOf({ services }: Watch, address: string): Watch {
  const named = (alerts: readonly (readonly string[])[]) =>
    alerts.map((argv) => argv.map((word) => (word === FIRST ? address : word)));
  return {
    hostgroup: address,
    services: services.map((service) => ({
      ...service,
      periods: service.periods.map((period) => ({
        ...period,
        alerts: named(period.alerts),
        upalerts: named(period.upalerts),
      })),
    })),
  };
}

/** The same for mon. Its `alert` is a program that does nothing: only checks are compared. */
export function monConfig(servers: number): string {
  const head = `mondir = /usr/lib/mon/mon.d
alertdir = /usr/lib/mon/alert.d
statedir = /var/lib/mon
logdir = /var/lib/mon
basedir = /usr/lib/mon
maxprocs = ${servers}
histlength = 10
serverbind = 127.0.0.1
trapbind = 127.0.0.1
`;
  return head + Array.from({ length: servers }, (_, index) => monWatch(serverAddress(index))).join('');
}

function monWatch(address: string): string {
  return `
hostgroup g${address} ${address}

watch g${address}
    service http
        interval ${INTERVAL_MS / 1000}s
        monitor http.monitor
        period wd {Sun-Sat}
            alert nothing.alert
`;
}
