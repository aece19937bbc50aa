/** What each form looks like, and what it says of the things that it cannot express. */
import { describe, expect, it } from 'vitest';
import { exportText } from '../../../../src/config/export/index';
import type { ForeignKind } from '../../../../src/config/foreign';
import { parseConfig } from '../../../../src/config/parse';
import { EXAMPLE } from '../example';

const NODE = 'mazelut.ce.cnu.ac.kr';

function print(kind: ForeignKind, more = '', withSecrets = false, text = EXAMPLE): string {
  const { config, problems } = parseConfig(`${text}${more}`, '');
  expect(problems).toEqual([]);
  return exportText(kind, config!, NODE, withSecrets);
}

/** The lines that are no comments. */
function meant(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line));
}

describe('ha.cf', () => {
  it('is the heartbeat, with the preferred node first', () => {
    expect(print('ha.cf')).toBe(`# ha.cf, printed on mazelut.ce.cnu.ac.kr.
# heartbeat wants the same file on both boxes. Keys are in authkeys, addresses of the group in haresources.
keepalive 2
deadtime 5
warntime 2500ms
initdead 10
deadping 5
hopfudge 1
auto_failback on
node seven.ce.cnu.ac.kr
node mazelut.ce.cnu.ac.kr
baud 115200
udpport 694
serial /dev/ttyS1
bcast eth1
# Addresses and routes of mazelut.ce.cnu.ac.kr are not heartbeat's to set:
#   set node mazelut.ce.cnu.ac.kr interface eth0 address 168.188.46.174/24
#   set node mazelut.ce.cnu.ac.kr interface eth1 address 192.168.2.12/24
#   set node mazelut.ce.cnu.ac.kr route 0.0.0.0/0 via 168.188.46.1
`);
  });

  it('has media, ping nodes, the watchdog and helpers', () => {
    const more = `set heartbeat ucast eth1 peer 192.168.2.11 port 700
set heartbeat ucast eth1 peer 192.168.2.12 port 700
set heartbeat mcast eth0 group 225.0.0.1 port 695 ttl 2
set heartbeat ping 168.188.46.1
set heartbeat ping-group both host 168.188.46.2
set heartbeat ping-group both host 192.168.2.99
set heartbeat watchdog /dev/watchdog
set heartbeat respawn "/usr/bin/helper -c \\"it's a b\\""
`;
    expect(meant(print('ha.cf', more)).slice(9)).toEqual([
      'baud 115200',
      'udpport 694',
      'serial /dev/ttyS1',
      'bcast eth1',
      'mcast eth0 225.0.0.1 695 2 0',
      'udpport 700',
      'ucast eth1 192.168.2.11',
      'ucast eth1 192.168.2.12',
      'ping 168.188.46.1',
      'ping_group both 168.188.46.2 192.168.2.99',
      'watchdog /dev/watchdog',
      "respawn root /usr/bin/helper -c 'it'\\''s a b'",
    ]);
  });

  it.each([
    ['set heartbeat serial /dev/ttyS2 baud 57600', 'All serial lines of heartbeat have one baud rate'],
    ['set heartbeat bcast eth0 port 700', 'All bcast media of heartbeat have one port'],
    ['set heartbeat mcast eth0 group 225.0.0.1 ttl 5', 'heartbeat takes a ttl of at most 4'],
    ['set heartbeat stonith "/usr/bin/off --outlet 3"', 'heartbeat has plugins of its own for this'],
    ['set heartbeat respawn "helper -v"', 'heartbeat keeps running what is named with its whole path'],
    ['set heartbeat respawn "/usr/bin/helper a#b"', 'heartbeat keeps running what is named with its whole'],
  ])('has %s as a comment', (line, sentence) => {
    const text = print('ha.cf', `${line}\n`);
    expect(meant(text)).toEqual(meant(print('ha.cf')));
    const [before, after] = text.split(`\n#   ${line}`);
    expect(after).toBeDefined();
    expect(before).toMatch(new RegExp(`# ${sentence}[^\n]*:(\n#   [^\n]*)*$`));
  });
});

describe('haresources', () => {
  it('is the group, and tells which address is the gateway', () => {
    expect(print('haresources')).toBe(`# haresources, printed on mazelut.ce.cnu.ac.kr.
# heartbeat wants the same file on both boxes. Nothing in it starts mon or loads rules: both must run on both boxes.
# 192.168.2.1/24 is the real servers' gateway; the form does not tell it from the others.
seven.ce.cnu.ac.kr IPaddr::168.188.46.175/24 \\
    IPaddr::192.168.2.1/24
`);
  });
});

describe('authkeys', () => {
  const old = EXAMPLE.replace('sha256 "secret words"', 'sha1 secretword');

  it('is the keys, the one that signs first', () => {
    const more = 'set heartbeat key 2 md5 #other\nset heartbeat key 3 crc\n'.replace('#other', '"#other12"');
    expect(meant(print('authkeys', more, true, old))).toEqual([
      'auth 1',
      '1 sha1 secretword',
      '2 md5 #other12',
      '3 crc',
    ]);
  });

  it('hides secrets unless they are asked for, and is then no file that heartbeat would take', () => {
    const text = print('authkeys', 'set heartbeat key 3 crc\n', false, old);
    expect(text).not.toContain('secretword');
    expect(meant(text)).toEqual(['3 crc']);
    expect(text).toContain('# auth 1\n# 1 sha1 ***   The secret is hidden.\n');
  });

  it.each([
    ['sha256 "secretword"', 'heartbeat has no sha256; give the pair a key of sha1.'],
    ['sha1 "secret words"', 'A secret of heartbeat has no blanks.'],
  ])('has a key of %s as a comment', (key, reason) => {
    const text = print('authkeys', '', true, EXAMPLE.replace('sha256 "secret words"', key));
    expect(meant(text)).toEqual([]);
    expect(text).toContain(`# auth 1\n# 1 ${key.replaceAll('"', '')}   ${reason}\n`);
  });
});

describe('mon.cf', () => {
  it('is the host groups and watches, a block each', () => {
    expect(print('mon.cf')).toBe(`# mon.cf, printed on mazelut.ce.cnu.ac.kr.
# lvs.alert is built in here; mon needs a program of that name in its alertdir.
hostgroup cluster1 192.168.2.3

watch cluster1
  service http
    interval 5s
    # timeout 3s: mon itself ends no monitor.
    monitor http.monitor
    period wd {Sun-Sat}
      alert lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.3 -W 1 -F m -X down
      upalert lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.3 -W 1 -F m
`);
  });

  it('says nothing of a time that the monitor has itself', () => {
    const own = EXAMPLE.replace('"http.monitor"', '"http.monitor -t 3"');
    expect(print('mon.cf', '', false, own)).not.toContain('timeout');
  });

  it('says that mon is coarser, and writes names as mon can have them', () => {
    const more = `set hostgroup a+b host 192.168.2.4
set hostgroup a:b host 192.168.2.5
set hostgroup a_b host 192.168.2.6
set watch a+b service up monitor "tcp.monitor -p 80"
set watch a+b service up interval 250ms
set watch a+b service up period 1st time "wd {Sun-Sat}"
set watch a+b service up period wd time "wd {Sun-Sat}"
set watch a+b service up period wd-2 time "wd {Sun-Sat}"
`;
    const text = print('mon.cf', more);
    expect(text).toContain('# a+b is written a_b_2: a name in mon has letters, digits, _ . and -.\n');
    expect(text).toContain('# a:b is written a_b_3: a name in mon has');
    expect(text).toContain('    # mon counts whole seconds; this is finer.\n    interval 0.25s\n');
    expect(text).toContain(
      '    # 1st is written _1st: a label in mon has letters, digits and _, no digit first.\n',
    );
    const lines = meant(text).map((line) => line.trim());
    expect(lines).toContain('watch a_b_2');
    // A time alone tells one period from another only once.
    expect(lines.filter((line) => line.startsWith('period')).slice(1)).toEqual([
      'period _1st: wd {Sun-Sat}',
      'period wd {Sun-Sat}',
      'period wd_2: wd {Sun-Sat}',
    ]);
  });

  it('quotes words as perl reads them, and leaves out programs that mon could not name', () => {
    const path = 'set watch cluster1 service http period wd';
    const more = `${path} alert "mail.alert \\"it is\\" \\"\\" a;;"
${path} alert "\\"my alert\\" x"
${path} upalert "exit=1 x"
set watch cluster1 service bad monitor "\\"my monitor\\""
`;
    const text = print('mon.cf', more);
    expect(text).toContain('\n      alert mail.alert "it is" "" "a;;"\n');
    expect(text).toContain(
      '\n      # An alert of mon has a plain name, so this is left out: alert "my alert" x\n',
    );
    expect(text).toContain('so this is left out: upalert exit=1 x\n');
    expect(text).toContain(
      '\n# A monitor of mon has a plain name, so this is left out:\n#   set watch cluster1',
    );
    expect(meant(text).join('\n')).not.toContain('bad');
  });

  it('has mails and programs as mon does, and says what no mon has', () => {
    const path = 'set watch cluster1 service http period wd';
    const text = print(
      'mon.cf',
      `set alerting mail relay 192.0.2.25:25
${path} alert "mail root"
${path} alert "exec page.alert 1"
${path} alert "console -l warn"
`,
    );
    expect(text).toContain(
      '\n      alert mail.alert root\n      alert page.alert 1\n      alert console -l warn\n',
    );
    expect(text).toContain('# console is built in here; mon needs a program of that name in its alertdir.\n');
  });

  it('breaks long host groups', () => {
    const more = Array.from(
      { length: 9 },
      (_, index) => `set hostgroup cluster1 host 192.168.2.${index + 20}\n`,
    );
    expect(print('mon.cf', more.join(''))).toContain(
      '192.168.2.25 192.168.2.26 \\\n    192.168.2.27 192.168.2.28\n',
    );
  });
});

describe('rules of ipvsadm', () => {
  it('are what ipvsadm -S -n prints, which ipvsadm -R takes without comments', () => {
    const more = `set service tcp 168.188.46.175:80 server 192.168.2.4:80 method dr
set service tcp 168.188.46.175:80 server 192.168.2.5:80 method tun weight 0
set service udp 168.188.46.175:53 scheduler wlc
`;
    expect(print('ipvsadm', more)).toBe(`-A -t 168.188.46.175:80 -s rr
-a -t 168.188.46.175:80 -r 192.168.2.3:80 -m -w 1
-a -t 168.188.46.175:80 -r 192.168.2.4:80 -g -w 1
-a -t 168.188.46.175:80 -r 192.168.2.5:80 -i -w 0
-A -u 168.188.46.175:53 -s wlc
`);
  });

  it('and behind them the timeouts, and a sync daemon for either role, with what is not as usual', () => {
    const timeouts = 'set ipvs timeout tcp 30m\nset ipvs timeout udp 45s\n';
    expect(print('ipvsadm', timeouts)).toMatch(/ -m -w 1\n--set 1800 120 45\n$/);
    const sync = 'set ipvs sync interface eth1\n';
    expect(print('ipvsadm', sync)).toMatch(
      /\n--set 900 120 300\n--start-daemon master --mcast-interface eth1\n--start-daemon backup --mcast-interface eth1\n$/,
    );
    const all = `${sync}set ipvs sync id 3
set ipvs sync maxlen 1400
set ipvs sync group 239.1.2.3
set ipvs sync port 9999
set ipvs sync ttl 4
`;
    expect(print('ipvsadm', all)).toContain(
      '\n--start-daemon master --mcast-interface eth1 --syncid 3 --sync-maxlen 1400 --mcast-group 239.1.2.3 --mcast-port 9999 --mcast-ttl 4\n',
    );
  });
});
