import { describe, expect, it } from 'vitest';
import { importOne } from './lines';

const one = (...lines: readonly string[]): ReturnType<typeof importOne> =>
  importOne('ipvsadm.rules', ...lines);
const service = '-A -t 192.0.2.10:80 -s rr';

/** `set` lines of a server of the service above. */
function server(endpoint: string, weight: number, method: string): readonly string[] {
  const path = `service tcp 192.0.2.10:80 server ${endpoint}`;
  return [`${path} weight ${weight}`, `${path} method ${method}`];
}

describe('rules of ipvsadm', () => {
  it('reads what ipvsadm -S -n prints', () => {
    const { set } = one(
      '-A -t 192.0.2.10:80 -s wlc',
      '-a -t 192.0.2.10:80 -r 192.168.2.3:80 -m -w 1',
      '-a -t 192.0.2.10:80 -r 192.168.2.4:8080 -i -w 0',
      '-A -u 192.0.2.10:53 -s rr',
    );
    expect(set).toEqual([
      'service tcp 192.0.2.10:80 scheduler wlc',
      ...server('192.168.2.3:80', 1, 'nat'),
      ...server('192.168.2.4:8080', 0, 'tun'),
      'service udp 192.0.2.10:53 scheduler rr',
    ]);
  });

  it.each([
    '-a -t 192.0.2.10:80 -r 192.168.2.3:80 -m',
    '-a -t 192.0.2.10:80 -R 192.168.2.3 -m',
    '-a -t 192.0.2.10:http -r 192.168.2.3:www -m -w 1',
    '-at 192.0.2.10:80 -mr 192.168.2.3',
    '-a -t192.0.2.10:80 -r192.168.2.3 -m -w1',
    '-t 192.0.2.10:80 -r 192.168.2.3 -m -a',
    '/sbin/ipvsadm -a -t 192.0.2.10:80 -r 192.168.2.3:80 -m # first',
    'ipvsadm --add-server --tcp-service=192.0.2.10:80 --real-server 192.168.2.3 --masquerading --weight=1',
    'ipvsadm -a -t 192.0.2.10:80 \\\n  -r 192.168.2.3 -m',
  ])('reads the server of "%s"', (rule) => {
    const { set, account } = one(service, rule);
    expect(set).toEqual(['service tcp 192.0.2.10:80 scheduler rr', ...server('192.168.2.3:80', 1, 'nat')]);
    expect(account.filter((line) => line.includes('refused'))).toEqual([]);
  });

  it("writes out ipvsadm's defaults, and says so", () => {
    const { set, account } = one('-A -t 192.0.2.10:80', '-a -t 192.0.2.10:80 -r 192.168.2.3');
    expect(set).toEqual(['service tcp 192.0.2.10:80 scheduler wlc', ...server('192.168.2.3:80', 1, 'dr')]);
    expect(account).toContain("1 taken Service tcp 192.0.2.10:80 is scheduled by wlc (ipvsadm's default).");
    expect(account.at(-1)).toMatch(/^2 taken .*method dr \(ipvsadm's default\)\.$/);
  });

  it.each([
    ['-A -t 192.0.2.11:80 -s rr -p', 'tcp 192.0.2.11:80', ['persistence 300s', 'scheduler rr']],
    [
      '-A -t 192.0.2.11:0 -s rr -p 600 -M 255.255.255.0',
      'tcp 192.0.2.11:0',
      ['persistence 600s', 'persistence-prefix 24', 'scheduler rr'],
    ],
    [
      '-A -u 192.0.2.11:5060 -s rr --persistent=600 --pe sip',
      'udp 192.0.2.11:5060',
      ['persistence 600s', 'persistence-engine sip', 'scheduler rr'],
    ],
    ['-A -u 192.0.2.11:53 -s rr -o', 'udp 192.0.2.11:53', ['one-packet', 'scheduler rr']],
    [
      '-A -t 192.0.2.11:80 -s sh -b sh-port,flag-1',
      'tcp 192.0.2.11:80',
      ['hash-flag sh-fallback', 'hash-flag sh-port', 'scheduler sh'],
    ],
    ['-A -f 1 -s rr', 'fwmark 1', ['scheduler rr']],
    ['-A -f 1 -6', 'fwmark 1', ['family ipv6', 'scheduler wlc']],
    [
      '-A -6 -t [2001:DB8::1]:80 -s rr -p 60 -M 64',
      'tcp [2001:db8::1]:80',
      ['persistence 60s', 'persistence-prefix 64', 'scheduler rr'],
    ],
  ] as const)('takes all of "%s"', (rule, name, settings) => {
    const { set, account } = one(service, rule);
    expect(set.slice(1).sort()).toEqual(settings.map((setting) => `service ${name} ${setting}`));
    expect(account.filter((line) => line.includes('refused'))).toEqual([]);
  });

  it.each([
    [
      '-r 192.168.2.3 -m -x 100 -y 50',
      ['lower-threshold 50', 'method nat', 'upper-threshold 100', 'weight 1'],
    ],
    [
      '-r 192.168.2.3 -i --tun-type gue --tun-port 6080 --tun-csum',
      ['method tun', 'tunnel gue', 'tunnel-checksum csum', 'tunnel-port 6080', 'weight 1'],
    ],
    ['-r 192.168.2.3 -i --tun-type gre --tun-nocsum', ['method tun', 'tunnel gre', 'weight 1']],
  ] as const)('takes all of the server "%s"', (rule, settings) => {
    const path = 'service tcp 192.0.2.10:80 server 192.168.2.3:80';
    const { set } = one(service, `-a -t 192.0.2.10:80 ${rule}`);
    expect(set.slice(1).sort()).toEqual(settings.map((setting) => `${path} ${setting}`));
  });

  it('takes servers of a mark, with the port of the packet, and of IPv6', () => {
    const { set } = one('-A -f 7 -6', '-a -f 7 -6 -r [2001:db8::2] -g', '-a -f 7 -6 -r [2001:db8::3]:80 -m');
    expect(set.filter((line) => line.endsWith('weight 1'))).toEqual([
      'service fwmark 7 server [2001:db8::2]:0 weight 1',
      'service fwmark 7 server [2001:db8::3]:80 weight 1',
    ]);
  });

  it('takes timeouts and the sync daemon', () => {
    const { set } = one(
      '--set 1800 0 60',
      '--start-daemon master --mcast-interface eth1 --syncid 3',
      '--start-daemon backup --mcast-interface eth1 --syncid 3',
    );
    expect(set).toEqual([
      'ipvs timeout tcp 1800s',
      'ipvs timeout udp 60s',
      'ipvs sync interface eth1',
      'ipvs sync id 3',
    ]);
  });

  it('takes them with equals signs, too', () => {
    const { set } = one('--set=1800 0 60', '--start-daemon=backup --mcast-interface=eth1 --syncid=3');
    expect(set).toEqual([
      'ipvs timeout tcp 1800s',
      'ipvs timeout udp 60s',
      'ipvs sync interface eth1',
      'ipvs sync id 3',
    ]);
  });

  it.each([
    ['-A --sctp-service 192.0.2.10:80 -s rr', '--sctp-service: SCTP services are not offered'],
    ['-A -s rr', 'No service'],
    ['-A -t 192.0.2.11 -s rr', '"192.0.2.11" is no service'],
    ['-A -t lb.example:80 -s rr', '"lb.example:80" is no service'],
    ['-A -t 192.0.2.11:80 -s best', 'The configuration cannot hold it'],
    ['-A -t 192.0.2.10:80 -s wlc', 'Service tcp 192.0.2.10:80 is added before.'],
    ['-a -t 192.0.2.11:80 -r 192.168.2.3 -m', 'Service tcp 192.0.2.11:80 is not added before'],
    ['-a -t 192.0.2.10:80 -m', 'No real server'],
    ['-a -t 192.0.2.10:80 -r web1 -m', 'No real server'],
    ['-a -t 192.0.2.10:80 -r 192.168.2.3 -m -w heavy', 'The configuration cannot hold it'],
    ['-a -t 192.0.2.10:80 -r', 'Option -r lacks its value.'],
    ['-a -t 192.0.2.10:80 --weight', 'Option -w lacks its value.'],
    ['-A -t 192.0.2.11:80 -s rr --frobnicate', '"--frobnicate" is no option of ipvsadm.'],
    ['-A -t 192.0.2.11:80 -k', '"-k" is no option of ipvsadm.'],
    ['add 192.0.2.11:80', '"add" stands where an option should.'],
    ['-E -t 192.0.2.10:80 -s wlc', '-E: Only rules that add are read'],
    ['-d -t 192.0.2.10:80 -r 192.168.2.3', '-d: Only rules that add are read'],
    ['-A -f one -s rr', 'The configuration cannot hold it'],
    ['-A -t 2001:db8::1:80 -s rr', '"2001:db8::1:80" is no service'],
    ['-A -t 192.0.2.11:80 -M 255.255.0.0', '-p is missing'],
    ['-A -t 192.0.2.11:80 -p -M 255.0.255.0', '"255.0.255.0" is no mask'],
    ['-A -t [2001:db8::1]:80 -p -M 129', '"129" is no mask'],
    ['-A -t 192.0.2.11:80 -s sh -b best', 'The configuration cannot hold it'],
    ['-a -t 192.0.2.10:80 -r [2001:db8::zz] -m', 'No real server'],
    ['--set 900 120', 'Not three numbers of seconds'],
    ['--set 900 120 5m', 'Not three numbers of seconds'],
    ['--start-daemon master --syncid 3', 'No interface'],
    ['--start-daemon master --mcast-interface', '"--mcast-interface" is no option of the sync daemon'],
    ['ipvsadm', 'No rule'],
  ])('refuses "%s"', (rule, sentence) => {
    const { set, account } = one(service, rule);
    expect(set).toEqual(['service tcp 192.0.2.10:80 scheduler rr']);
    const told = account.filter((line) => line.startsWith('2 '));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`2 refused ${sentence}`);
  });

  it('adds a server once', () => {
    const rule = '-a -t 192.0.2.10:80 -r 192.168.2.3 -m';
    const { set, account } = one(service, rule, `${rule} -w 5`);
    expect(set).toContain('service tcp 192.0.2.10:80 server 192.168.2.3:80 weight 1');
    expect(account).toContain(
      '3 refused Server 192.168.2.3:80 of service tcp 192.0.2.10:80 is added before.',
    );
  });

  it.each([
    ['ipvsadm -C', '-C'],
    ['ipvsadm --clear', '-C'],
    ['ipvsadm -Ln', '-L'],
    ['ipvsadm -l -c --stats', '-L'],
    ['ipvsadm -R', '-R'],
    ['-Z', '-Z'],
    ['--help', '-h'],
  ])('finds "%s" meaningless', (rule, command) => {
    expect(one(rule).account[0]).toMatch(
      new RegExp(`^1 meaningless ${command}: The table always follows the configuration`),
    );
  });
});
