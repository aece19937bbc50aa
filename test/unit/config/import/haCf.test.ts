import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../../src/config/import/index';
import { importOne } from './lines';

const one = (...lines: readonly string[]): ReturnType<typeof importOne> => importOne('ha.cf', ...lines);

describe('ha.cf', () => {
  it.each([
    ['2', '2s'],
    ['1.7', '1700ms'],
    ['0.2', '200ms'],
    ['200ms', '200ms'],
    ['200 MS', '200ms'],
    ['200000us', '200ms'],
    ['200000usec', '200ms'],
    ['0.29', '290ms'],
    ['60', '1m'],
    ['10999us', '10ms'],
  ])('reads keepalive %s as heartbeat does', (time, text) => {
    expect(one(`keepalive ${time}`).set).toEqual([`heartbeat keepalive ${text}`]);
  });

  it.each(['', 'soon', '2 m', '-2', '1e3', '2s2'])('refuses keepalive %j', (time) => {
    const { set, account } = one(`keepalive ${time}`);
    expect(set).toEqual([]);
    expect(account).toEqual([
      `1 refused ${JSON.stringify(time)} is no time; write seconds, as "keepalive 2", or "keepalive 200ms".`,
    ]);
  });

  it('leaves limits to the configuration', () => {
    const { set, account } = one('keepalive 5ms', 'hopfudge 254');
    expect(set).toEqual([]);
    expect(account[0]).toMatch(
      /^1 refused The configuration cannot hold it: heartbeat keepalive: "5ms" is outside/,
    );
    expect(account[1]).toMatch(
      /^2 refused The configuration cannot hold it: heartbeat hopfudge: "254" is not/,
    );
  });

  it('gives media the baud rate and port named before them', () => {
    const { set, account } = one(
      'serial /dev/ttyS0',
      'baud 38400',
      'serial /dev/ttyS1 /dev/ttyS2',
      'bcast eth0',
      'udpport 695',
      'udp eth1',
      'ucast eth0 192.0.2.2',
      'mcast eth0 225.0.0.1 694 1 0',
      'udpport 696',
    );
    expect(set).toEqual([
      'heartbeat serial /dev/ttyS0 baud 19200',
      'heartbeat serial /dev/ttyS1 baud 38400',
      'heartbeat serial /dev/ttyS2 baud 38400',
      'heartbeat bcast eth0 port 694',
      'heartbeat bcast eth1 port 695',
      'heartbeat ucast eth0 peer 192.0.2.2 port 695',
      'heartbeat mcast eth0 group 225.0.0.1 port 694 ttl 1',
    ]);
    expect(account).toContain('2 taken Serial lines after it run at 38400 baud.');
    expect(account).toContain('9 meaningless It counts for bcast or ucast lines after it; there are none.');
  });

  it.each([
    ['baud 14400', '"14400" is no baud rate'],
    ['baud', '"" is no baud rate'],
    ['udpport 0', '"0" is no UDP port'],
    ['udpport 65536', '"65536" is no UDP port'],
    ['serial', 'serial lacks a device'],
    ['serial ttyS0', 'The configuration cannot hold it'],
    ['bcast', 'bcast lacks an interface'],
    ['bcast an-interface-too-long', 'The configuration cannot hold it'],
    ['ucast eth0', 'ucast wants'],
    ['ucast eth0 peer.example', 'ucast wants'],
    ['mcast eth0 192.0.2.1 694 1 0', 'mcast wants'],
    ['mcast eth0 225.0.0.1 694 x 0', 'mcast wants'],
    ['mcast eth0 225.0.0.1 694 0 0', 'The configuration cannot hold it'],
    ['node', 'node lacks a name'],
    ['node lb_a', 'The configuration cannot hold it'],
    ['auto_failback maybe', 'auto_failback is on, off or legacy'],
    ['hopfudge many', 'hopfudge is a whole number'],
    ['crm perhaps', '"perhaps" is neither on nor off'],
    ['keepalives 2', '"keepalives" is no directive of ha.cf.'],
  ])('refuses "%s" and says what would be right', (line, sentence) => {
    const { set, account } = one(line);
    expect(set).toEqual([]);
    expect(account).toHaveLength(1);
    expect(account[0]).toContain(`1 refused ${sentence}`);
  });

  it('names a link once', () => {
    const { set, account } = one('bcast eth1', 'udpport 700', 'bcast eth1');
    expect(set).toEqual(['heartbeat bcast eth1 port 694']);
    expect(account).toContain('3 refused The link bcast eth1 is named before; leave one of them out.');
  });

  it('lets the last of two lines count, as heartbeat does', () => {
    const { set, account } = one('keepalive 2', 'keepalive 500ms');
    expect(set).toEqual(['heartbeat keepalive 500ms']);
    expect(account).toEqual([
      '1 meaningless Overruled by ha.cf:2, which says it again.',
      '2 taken keepalive is 500ms.',
    ]);
  });

  it('takes two nodes and no more', () => {
    const { set, account } = one('node lb-a lb-b lb-a', 'node lb-c');
    expect(set).toEqual(['node lb-a', 'node lb-b', 'group preferred lb-a']);
    expect(account.filter((line) => line.includes('refused'))).toEqual([
      '1 refused Node lb-a is named before.',
      '2 refused "lb-c" is one node too many: a pair has two.',
    ]);
  });

  it.each([
    ['auto_failback on', 'on'],
    ['auto_failback NO', 'off'],
    ['auto_failback legacy', 'legacy'],
    ['nice_failback on', 'off'],
    ['nice_failback off', 'legacy'],
  ])('reads %s', (line, value) => {
    expect(one(line).set).toEqual([`heartbeat auto-failback ${value}`]);
  });

  it("tells heartbeat's defaults where the file is silent and this program differs", () => {
    const { account } = importFiles([{ name: 'ha.cf', text: 'deadtime 5\n' }]);
    const missing = account.filter(({ file, verdict }) => file === 'ha.cf' && verdict === 'missing');
    const written = missing.map(({ sentence }) => sentence.replace(/.* Write: /, ''));
    expect(written).toContain('set heartbeat keepalive 1s');
    expect(written).toContain('set heartbeat auto-failback legacy');
    expect(written.join()).not.toContain('deadtime');
  });

  it('reads comments, tabs and line ends of other systems', () => {
    const text = '\ufeff# a comment\r\n\tkeepalive\t2 # seconds\r\n\r\n#deadtime 5\r\n';
    const { text: set } = importFiles([{ name: 'ha.cf', text }]);
    expect(set.split('\n').slice(0, 2)).toEqual([
      '# ha.cf:2: keepalive	2 # seconds'.replace('\t', ' '),
      'set heartbeat keepalive 2s',
    ]);
  });

  /** Every directive of heartbeat's table but those above, and what becomes of it. */
  it.each([
    ['meaningless', 'cluster linux-ha'],
    ['refused', 'deadping 30'],
    ['refused', 'mcast6 eth0 ff02::1 694 1 0'],
    ['refused', 'ucast6 eth0 fe80::1'],
    ['refused', 'ping 192.0.2.1'],
    ['refused', 'ping6 fe80::1'],
    ['refused', 'ping_group both 192.0.2.1 192.0.2.2'],
    ['refused', 'hbaping fc-card-name'],
    ['refused', 'rds eth0'],
    ['refused', 'tipc'],
    ['refused', 'watchdog /dev/watchdog'],
    ['refused', 'stonith baytech /etc/ha.d/conf/stonith.baytech'],
    ['refused', 'stonith_host * baytech 10.0.0.3 mylogin mysecretpassword'],
    ['refused', 'respawn hacluster /usr/lib/heartbeat/ipfail'],
    ['refused', 'failfast root /usr/bin/true'],
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
  ])('finds "%2$s" %1$s, by name', (verdict, line) => {
    const { set, account } = one(line);
    expect(set).toEqual([]);
    expect(account).toHaveLength(1);
    expect(account[0]).toMatch(new RegExp(`^1 ${verdict} .+\\.$`));
    expect(account[0]).not.toContain('no directive');
  });
});
