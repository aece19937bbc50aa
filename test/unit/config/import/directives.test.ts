/**
 * Every word that the five kinds of files know, by name, and what becomes of it: nothing is left out in silence. What
 * is taken, and how, is in the tests of each kind; what is not taken is told with the word's name and a reason.
 */
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../src/config/import/index';
import { importText } from '../../../../src/config/import/index';

type Row = readonly [verdict: Verdict, line: string, name?: string];

/** Heartbeat 3.0.6, heartbeat/config.c and lib/plugins/HBcomm. */
const HA_CF: readonly Row[] = [
  ['taken', 'node lb-a', 'lb-a'],
  ['taken', 'keepalive 2'],
  ['taken', 'deadtime 30'],
  ['taken', 'warntime 10'],
  ['taken', 'initdead 120'],
  ['taken', 'deadping 30'],
  ['taken', 'hopfudge 1'],
  ['taken', 'auto_failback on', 'auto-failback'],
  ['taken', 'nice_failback on', 'auto-failback'],
  ['taken', 'baud 19200', '19200 baud'],
  ['taken', 'serial /dev/ttyS0'],
  ['taken', 'udpport 694', 'UDP port 694'],
  ['taken', 'bcast eth0'],
  ['taken', 'udp eth0', 'bcast eth0'],
  ['taken', 'mcast eth0 225.0.0.1 694 1 0'],
  ['taken', 'ucast eth0 192.168.1.2'],
  ['taken', 'ping 10.10.10.254'],
  ['taken', 'ping_group group1 10.10.10.254 10.10.10.253', 'Ping group group1'],
  ['taken', 'watchdog /dev/watchdog'],
  ['taken', 'respawn root /usr/bin/helper', '/usr/bin/helper'],
  ['missing', 'failfast root /usr/bin/helper', '/usr/bin/helper'],
  ['missing', 'stonith baytech /etc/ha.d/conf/stonith.baytech'],
  ['missing', 'stonith_host * baytech 10.0.0.3 mylogin mysecretpassword'],
  ['meaningless', 'cluster linux-ha'],
  ['refused', 'mcast6 eth0 ff02::1 694 1 0'],
  ['refused', 'ucast6 eth0 fe80::1'],
  ['refused', 'ping6 fe80::1'],
  ['refused', 'hbaping fc-card-name'],
  ['refused', 'rds eth0'],
  ['refused', 'tipc'],
  ['meaningless', 'apiauth ipfail gid=haclient uid=hacluster'],
  ['meaningless', 'debug 1'],
  ['meaningless', 'logfile /var/log/ha-log'],
  ['meaningless', 'debugfile /var/log/ha-debug'],
  ['meaningless', 'logfacility local0'],
  ['meaningless', 'use_logd yes'],
  ['meaningless', 'conn_logd_time 60'],
  ['meaningless', 'syslogmsgfmt true'],
  ['meaningless', 'log_badpack true'],
  ['meaningless', 'msgfmt classic'],
  ['refused', 'msgfmt netstring'],
  ['meaningless', 'compression bz2'],
  ['meaningless', 'compression_threshold 2'],
  ['meaningless', 'traditional_compression no'],
  ['meaningless', 'max_rexmit_delay 250'],
  ['meaningless', 'hbgenmethod time'],
  ['meaningless', 'uuidfrom nodename'],
  ['meaningless', 'autojoin none'],
  ['refused', 'autojoin any'],
  ['meaningless', 'realtime true'],
  ['refused', 'realtime off'],
  ['meaningless', 'rtprio 5'],
  ['meaningless', 'memreserve 6500'],
  ['meaningless', 'use_apphbd no'],
  ['refused', 'use_apphbd yes'],
  ['meaningless', 'coredumps true'],
  ['meaningless', 'coreroot /var/lib/heartbeat/cores'],
  ['refused', 'env A=b'],
  ['refused', 'quorum_server 192.0.2.9'],
  ['meaningless', 'normalpoll 1'],
  ['meaningless', 'crm off'],
  ['refused', 'crm yes'],
  ['meaningless', 'pacemaker 0'],
  ['refused', 'pacemaker respawn'],
  ['meaningless', 'crm_daemon_dir /usr/lib/heartbeat'],
  ['meaningless', 'crmd_spawns_pengine on'],
  ['meaningless', 'record_config_changes on'],
  ['meaningless', 'record_pengine_inputs on'],
  ['meaningless', 'enable_config_writes on'],
  ['refused', 'no_such_directive 1'],
];

/** Heartbeat 3.0.6, heartbeat/auth.c; sha256 is ours. */
const AUTHKEYS: readonly Row[] = [
  ['taken', 'auth 1', 'key 1'],
  ['taken', '1 crc'],
  ['taken', '1 md5 somesecret'],
  ['taken', '1 sha1 somesecret'],
  ['taken', '1 sha256 somesecret'],
  ['refused', '1 sha512 somesecret', 'method'],
];

/** Resources of heartbeat 3.0.6, and scripts that LVS installations have. */
const HARESOURCES: readonly Row[] = [
  ['taken', 'lb-a 192.0.2.10/24', 'outside address'],
  ['taken', 'lb-a IPaddr::192.0.2.10/24', 'outside address'],
  ['taken', 'lb-a IPaddr2::192.0.2.10/24/eth0:1/192.0.2.255', 'outside address'],
  ['meaningless', 'lb-a IPaddr::192.0.2.10/24/eth0', 'eth0'],
  ['missing', 'lb-a IPaddr::192.0.2.10', 'prefix length'],
  ['meaningless', 'lb-a mon'],
  ['meaningless', 'lb-a ipvsadm'],
  ['meaningless', 'lb-a ipvs'],
  ['meaningless', 'lb-a lvs'],
  ['meaningless', 'lb-a fake'],
  ['meaningless', 'lb-a send_arp'],
  ['refused', 'lb-a ldirectord::ldirectord.cf', 'ldirectord'],
  ['refused', 'lb-a IPv6addr::2001:db8::1', 'IPv6addr'],
  ['refused', 'lb-a LVSSyncDaemonSwap::master', 'LVSSyncDaemonSwap'],
  ['refused', 'lb-a IPsrcaddr::192.0.2.10', 'IPsrcaddr'],
  ['refused', 'lb-a MailTo::root', 'MailTo'],
  ...(
    'AudibleAlarm Delay Filesystem ICP LVM LinuxSCSI OCF Raid1 SendArp ServeRAID WAS WinPopup Xinetd ' +
    'apache db2 ids portblock'
  )
    .split(' ')
    .map((script) => ['refused', `lb-a ${script}`] as const),
];

/** Stands before each of the lines that belong to a service or a period. */
const SERVICE = [
  'hostgroup web 192.0.2.3',
  'watch web',
  'service http',
  'interval 5s',
  'monitor http.monitor',
];

/** mon 1.3.6: global settings and definitions. */
const MON_GLOBALS: readonly Row[] = [
  ['taken', 'hostgroup web 192.0.2.3', 'Host group web'],
  ['meaningless', 'view all web'],
  ['meaningless', 'alias web'],
  ['taken', 'alertdir = /usr/lib/mon/alert.d'],
  ['taken', 'mondir = /usr/lib/mon/mon.d'],
  ['refused', 'alertdir = /usr/lib/mon/alert.d:/usr/local/lib/mon/alert.d'],
  ['refused', 'mondir = /usr/lib/mon/mon.d:/usr/local/lib/mon/mon.d'],
  ...(
    'basedir cfbasedir logdir statedir authfile authtype userfile pamservice serverbind clientallow serverport ' +
    'cltimeout pidfile maxprocs histlength historicfile historictime dtlogging dtlogfile monerrfile ' +
    'syslog_facility monremote snmp dep_recur_limit startupalerts_on_reset'
  )
    .split(' ')
    .map((name) => ['meaningless', `${name} = value`] as const),
  ...'trapbind trapport dep_behavior dep_memory randstart unack_summary no_such_setting'
    .split(' ')
    .map((name) => ['refused', `${name} = value`] as const),
];

const MON_GLOBALS_TAKEN: readonly Row[] = [
  'trapport = 2583',
  'dep_behavior = hm',
  'dep_memory = 1m',
  'randstart = 30s',
  'unack_summary = yes',
  'exclude_period = wd {Sun}',
].map((line) => ['taken', line] as const);

const MON_KEYS: readonly Row[] = [
  ['taken', 'interval 9s', 'every 9s'],
  ['taken', 'monitor tcp.monitor -p 80 ;;', 'tcp.monitor -p 80 ;;'],
  ['taken', 'failure_interval 1s'],
  ['taken', 'randskew 1s'],
  ['taken', 'allow_empty_group'],
  ['taken', 'exclude_hosts a'],
  ['refused', 'exclude_hosts'],
  ['taken', 'exclude_period wd {Sun}'],
  ['refused', 'exclude_period'],
  ['taken', 'traptimeout 10m'],
  ['taken', 'trapduration 60m'],
  ['refused', 'trapduration 60'],
  ['taken', 'depend SELF:ping'],
  ['refused', 'depend SELF:ping and web:http', 'depend'],
  ['refused', 'depend $x == 1', '"$"'],
  ['refused', 'depend (SELF:ping', 'ends too early'],
  ['meaningless', 'dep_behavior m'],
  ['refused', 'dep_behavior x'],
  ['taken', 'dep_memory 1m'],
  ['taken', 'alertdepend SELF:ping'],
  ['taken', 'monitordepend !SELF:ping || (a:b && c:d)'],
  ['taken', 'hostdepend SELF:ping a:b'],
  ['refused', 'redistribute a'],
  ['taken', 'unack_summary'],
  ['refused', 'unack_summary perhaps'],
  ['taken', 'description web servers'],
  ['taken', 'MY_VAR=value', 'MY_VAR'],
  ['refused', 'no_such_key'],
];

const MON_PERIOD_KEYS: readonly Row[] = [
  ['taken', 'alert lvs.alert -P tcp', 'At a failure'],
  ['taken', 'upalert lvs.alert -P tcp', 'At a recovery'],
  ['taken', 'alert exit=1-2 lvs.alert', 'exit='],
  ['taken', 'alert exit = 3 lvs.alert', 'exit=3 lvs.alert'],
  ['refused', 'alert exit=2-1 lvs.alert', 'exit='],
  ['refused', 'alert exit=x lvs.alert', 'exit='],
  ['refused', 'upalert exit=1 lvs.alert', 'exit='],
  ['taken', 'startupalert a', 'At the start'],
  ['taken', 'ackalert a', 'When a failure is acknowledged'],
  ['taken', 'disablealert a', 'When it is disabled'],
  ['taken', 'alertevery 1h strict'],
  ['taken', 'alertevery 1h observe_detail'],
  ['taken', 'alertevery 1h ignore_summary'],
  ['taken', 'alertevery 1h summary'],
  ['refused', 'alertevery 1h otherwise'],
  ['refused', 'alertevery'],
  ['taken', 'alertafter 3'],
  ['taken', 'alertafter 2 30m'],
  ['taken', 'alertafter 30m'],
  ['taken', 'alertafter 1d'],
  ['refused', 'alertafter'],
  ['refused', 'alertafter 3 4'],
  ['taken', 'numalerts 10'],
  ['refused', 'numalerts many'],
  ['taken', 'no_comp_alerts'],
  ['meaningless', 'alerts_dont_count'],
  ['taken', 'alertexitrange 1-2'],
  ['refused', 'alertexitrange 2-1', '2-1'],
  ['taken', 'upalertafter 1m'],
  ['refused', 'upalertafter 1'],
];

/** Stands before each rule. */
const RULE = '-A -t 192.0.2.10:80 -s rr';
const SERVER = '-a -t 192.0.2.10:80 -r 192.168.2.3:80';

/** ipvsadm 1.31, ipvsadm(8). */
const IPVSADM: readonly Row[] = [
  ['taken', '-A -t 192.0.2.11:80 -s wrr', 'tcp 192.0.2.11:80'],
  ['taken', '--add-service --udp-service 192.0.2.11:53 --scheduler lc', 'udp 192.0.2.11:53'],
  ['refused', '-A --sctp-service 192.0.2.11:80', '--sctp-service'],
  ['taken', '-A -f 1 -s rr', 'Service '],
  ['taken', '-A -6 -t [2001:db8::1]:80', 'Service '],
  ['taken', '-A -t 192.0.2.11:80 -p 600', 'Service '],
  ['taken', '-A -t 192.0.2.11:80 -p -M 255.255.255.0', 'Service '],
  ['taken', '-A -u 192.0.2.11:80 -p --pe sip', 'Service '],
  ['taken', '-A -t 192.0.2.11:80 -s sh -b sh-port', 'Service '],
  ['taken', '-A -u 192.0.2.11:80 -o', 'Service '],
  ...'rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos'
    .split(' ')
    .map((scheduler) => ['taken', `-A -t 192.0.2.11:80 -s ${scheduler}`, `by ${scheduler}`] as const),
  ['taken', `${SERVER} -g`, 'method dr'],
  ['taken', `${SERVER} -i`, 'method tun'],
  ['taken', `${SERVER} -m`, 'method nat'],
  ['taken', `${SERVER} -m -w 0`, 'weight 0'],
  ['taken', `${SERVER} -m -x 100`, 'Server '],
  ['taken', `${SERVER} -m -y 50`, 'Server '],
  ['taken', `${SERVER} -i --tun-type gue --tun-port 6080`, 'Server '],
  ['taken', `${SERVER} -i --tun-port 6080`, 'Server '],
  ['taken', `${SERVER} -i --tun-nocsum`, 'Server '],
  ['taken', `${SERVER} -i --tun-csum`, 'Server '],
  ['taken', `${SERVER} -i --tun-remcsum`, 'Server '],
  ['refused', '-E -t 192.0.2.10:80 -s wlc', '-E'],
  ['refused', '-D -t 192.0.2.10:80', '-D'],
  ['refused', '-e -t 192.0.2.10:80 -r 192.168.2.3', '-e'],
  ['refused', '-d -t 192.0.2.10:80 -r 192.168.2.3', '-d'],
  ['meaningless', '-C', '-C'],
  ['meaningless', '-R', '-R'],
  ['meaningless', '-S -n', '-S'],
  ['meaningless', '-L -n --stats --rate --thresholds --persistent-conn --sort --nosort --exact', '-L'],
  ['meaningless', '-l -c --timeout --daemon --tun-info', '-L'],
  ['meaningless', '-Z', '-Z'],
  ['meaningless', '-h', '-h'],
  ['taken', '--set 900 120 300', '900 120 300'],
  ['refused', '--set 900', '--set'],
  ['taken', '--start-daemon master --mcast-interface eth1 --syncid 1', 'master'],
  ['refused', '--start-daemon master --syncid 1', '--mcast-interface'],
  ['refused', '--stop-daemon master', '--stop-daemon'],
];

/** Tables with the kind of file, and the lines that stand before the one told of. */
const TABLES = [
  ['ha.cf', [], HA_CF],
  ['authkeys', [], AUTHKEYS],
  ['haresources', [], HARESOURCES],
  ['mon.cf', [], MON_GLOBALS],
  ['mon.cf', [], MON_GLOBALS_TAKEN],
  ['mon.cf', SERVICE, MON_KEYS],
  ['mon.cf', [...SERVICE, 'period wd {Sun-Sat}'], MON_PERIOD_KEYS],
  ['ipvsadm', [RULE], IPVSADM],
] as const;

/** A preset is told once it is used. */
const AFTER: Readonly<Record<string, string>> = {
  'baud 19200': 'serial /dev/ttyS0',
  'udpport 694': 'bcast eth0',
};

/** What is said of words that are in no table of the importer's. */
const UNKNOWN = /is no (directive|global setting|key of|option)/;

describe.each(TABLES)('%s', (kind, before: readonly string[], rows: readonly Row[]) => {
  for (const [verdict, line, named] of rows)
    it(`finds ${verdict}: ${line}`, () => {
      const text = [...before, line, AFTER[line] ?? ''].join('\n');
      const told = importText(kind, text).account.filter((entry) => entry.line === before.length + 1);
      const name = named ?? /^(?:lb-a )?([\w-]+)/.exec(line)?.[1] ?? line;
      const sentences = told.filter((entry) => entry.verdict === verdict).map(({ sentence }) => sentence);
      expect(sentences.join('\n')).toContain(name);
      expect(UNKNOWN.test(sentences.join('\n'))).toBe(line.includes('no_such'));
      for (const sentence of sentences) expect(sentence).toMatch(/^.{12,}\.$|Write: set /);
    });
});
