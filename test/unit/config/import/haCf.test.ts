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
    ['10999us', '11ms'],
    ['10499us', '10ms'],
    ['.25', '250ms'],
    ['5.', '5s'],
    ['250 msec', '250ms'],
    ['2s', '2s'],
    ['10.5\tms # not seconds', '11ms'],
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

  it('gives media the baud rate and port named before the first of their kind, as heartbeat does', () => {
    const { set, account } = one(
      'baud 38400',
      'serial /dev/ttyS1 /dev/ttyS2',
      'baud 9600',
      'serial /dev/ttyS3',
      'bcast eth0',
      'udpport 695',
      'udp eth1',
      'ucast eth0 192.0.2.2',
      'mcast eth0 225.0.0.1 694 1 0',
      'udpport 696',
      'ucast eth0 192.0.2.3',
    );
    expect(set).toEqual([
      'heartbeat serial /dev/ttyS1 baud 38400',
      'heartbeat serial /dev/ttyS2 baud 38400',
      'heartbeat serial /dev/ttyS3 baud 38400',
      'heartbeat bcast eth0 port 694',
      'heartbeat bcast eth1 port 694',
      'heartbeat ucast eth0 peer 192.0.2.2 port 695',
      'heartbeat mcast eth0 group 225.0.0.1 port 694 ttl 1',
      'heartbeat ucast eth0 peer 192.0.2.3 port 695',
    ]);
    expect(account).toContain('1 taken Serial lines run at 38400 baud.');
    expect(account).toContain(
      '3 meaningless baud: It counts for the first serial line after it; there is none.',
    );
    expect(account).toContain('6 taken Links after it use UDP port 695.');
    expect(account).toContain(
      '10 meaningless udpport: It counts for the first bcast or ucast line after it; there is none.',
    );
    expect(one('serial /dev/ttyS0').set).toEqual(['heartbeat serial /dev/ttyS0 baud 19200']);
  });

  it('splits lists at commas, and begins comments anywhere, as heartbeat does', () => {
    const { set } = one(
      'bcast eth0,eth1#one',
      'node lb-a, lb-b',
      'ping 192.0.2.1,192.0.2.2',
      'keepalive 2#s',
    );
    expect(set).toEqual([
      'heartbeat bcast eth0 port 694',
      'heartbeat bcast eth1 port 694',
      'node lb-a',
      'node lb-b',
      'heartbeat ping 192.0.2.1',
      'heartbeat ping 192.0.2.2',
      'heartbeat keepalive 2s',
      'group preferred lb-a',
    ]);
  });

  it.each([
    ['/usr/bin/helper -c "a file" x', '"/usr/bin/helper -c \\"a file\\" x"'],
    ["/usr/bin/helper 'a $b' #comment", '"/usr/bin/helper \\"a $b\\""'],
    ['/usr/bin/helper -u $USER | /bin/cat', '"/bin/sh -c \\"exec /usr/bin/helper -u $USER | /bin/cat\\""'],
    ['/usr/bin/helper "a\\b"', '"/bin/sh -c \\"exec /usr/bin/helper \\\\\\"a\\\\\\\\b\\\\\\"\\""'],
  ])('reads the words of respawn root %s as the shell does', (command, written) => {
    expect(one(`respawn root ${command}`).set).toEqual([`heartbeat respawn ${written}`]);
  });

  it('refuses a program whose quotation mark is open', () => {
    expect(one("respawn root /usr/bin/helper 'a b").account).toEqual([
      '1 refused respawn: A quotation mark is not closed; close it.',
    ]);
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
    ['ping', 'ping lacks an address'],
    ['ping router.example', '"router.example" is no IPv4 address of a host'],
    ['ping 224.0.0.1', '"224.0.0.1" is no IPv4 address of a host'],
    ['ping_group', 'ping_group wants a name and addresses'],
    ['ping_group both', 'ping_group wants a name and addresses'],
    [
      'ping_group 1st 192.0.2.1',
      'The configuration cannot hold it: heartbeat ping-group: "1st" is not a name',
    ],
    ['ping_group both router.example', '"router.example" is no IPv4 address of a host'],
    ['watchdog', 'watchdog lacks a device'],
    [
      'watchdog watchdog',
      'The configuration cannot hold it: heartbeat watchdog: "watchdog" is not a watchdog',
    ],
    ['deadping soon', '"soon" is no time; write seconds, as "deadping 2"'],
    ['respawn root', 'respawn wants a user, a program and its arguments'],
    ['failfast', 'failfast wants a user, a program and its arguments'],
    ['crm perhaps', 'crm: "perhaps" is neither on nor off'],
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

  it('takes over ping nodes, the watchdog and the times', () => {
    const { set, account } = one(
      'ping 192.0.2.1 192.0.2.2',
      'ping 192.0.2.1',
      'ping_group routers 192.0.2.3 192.0.2.4 192.0.2.3 gateway',
      'ping_group routers 192.0.2.5',
      'deadping 1500 ms',
      'warntime 0.5',
      'initdead 120',
      'hopfudge 2',
      'auto_failback legacy',
      'watchdog /dev/watchdog',
    );
    expect(set).toEqual([
      'heartbeat ping 192.0.2.1',
      'heartbeat ping 192.0.2.2',
      'heartbeat ping-group routers host 192.0.2.3',
      'heartbeat ping-group routers host 192.0.2.4',
      'heartbeat deadping 1500ms',
      'heartbeat warntime 500ms',
      'heartbeat initdead 2m',
      'heartbeat hopfudge 2',
      'heartbeat auto-failback legacy',
      'heartbeat watchdog /dev/watchdog',
    ]);
    expect(account.filter((told) => told.includes('refused'))).toEqual([
      '2 refused Ping node 192.0.2.1 is named before.',
      '3 refused "gateway" is no IPv4 address of a host; ping nodes are known by their addresses, as 192.0.2.1.',
      '4 refused Ping group routers is named before; give each its own name.',
    ]);
    expect(account).toContain(
      '3 taken Ping group routers counts as one ping node, reached when 192.0.2.3 or 192.0.2.4 is.',
    );
  });

  it('takes over the programs of root, and knows ipfail', () => {
    const { set, account } = one(
      'respawn root /usr/bin/helper -c "a file" x',
      'respawn 0 /usr/bin/other',
      'respawn hacluster /usr/lib/heartbeat/ipfail',
      'failfast hacluster /usr/lib/heartbeat/ipfail',
    );
    expect(set).toEqual([
      'heartbeat respawn "/usr/bin/helper -c \\"a file\\" x"',
      'heartbeat respawn /usr/bin/other',
    ]);
    expect(account.slice(1)).toEqual([
      '2 taken /usr/bin/other is kept running, as root.',
      '3 meaningless ipfail is built in: the box that reaches fewer ping nodes hands over.',
      '4 meaningless ipfail is built in: the box that reaches fewer ping nodes hands over.',
    ]);
  });

  it('asks before a program gets the rights of root', () => {
    const lines = ['respawn nobody /usr/bin/helper -v', 'failfast root /usr/bin/true'];
    const { set, account } = one(...lines);
    expect(set).toEqual([]);
    expect(account).toEqual([
      '1 missing /usr/bin/helper -v ran as "nobody"; here it would run as root, so it is left out. Write: set heartbeat respawn "/usr/bin/helper -v"',
      '2 missing /usr/bin/true is left out: its end would reboot the box, which is not offered; as a helper it is started again, as root. Write: set heartbeat respawn /usr/bin/true',
    ]);
    const { text } = importFiles([{ name: 'ha.cf', text: lines.join('\n') }]);
    expect(text).toContain('\n# set heartbeat respawn "/usr/bin/helper -v"\n');
  });

  it('says what to write instead of a plugin that switches the peer off, without its password', () => {
    expect(one('stonith').account[0]).toMatch(
      /^1 missing stonith: It names no device; until there is a program /,
    );
    const lines = [
      'stonith baytech /etc/ha.d/baytech.conf',
      'stonith_host * external/ipmi 10.0.0.3 admin opensesame',
    ];
    const { set, account } = one(...lines);
    const rest =
      'is a plugin of Linux-HA, no program; until there is a program that ends with status 0 once the peer, whose name comes last, is off, nothing switches the peer off. Write: set heartbeat stonith "<program> <arguments>"';
    expect(set).toEqual([]);
    expect(account).toEqual([
      `1 missing stonith: "baytech" ${rest}`,
      `2 missing stonith_host: "external/ipmi" ${rest}`,
    ]);
    expect(importFiles([{ name: 'ha.cf', text: lines.join('\n') }]).text).not.toContain('opensesame');
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
});
