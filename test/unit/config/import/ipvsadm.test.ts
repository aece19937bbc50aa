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
    ['-A -t 192.0.2.11:80 -s rr -p', '-p: Persistence comes later'],
    ['-A -t 192.0.2.11:80 -s rr -p 600 -M 255.255.255.0', '-M: The mask of persistence comes later'],
    ['-A -t 192.0.2.11:80 -s rr --persistent=600 --pe sip', '--pe: Persistence engines come later'],
    ['-A -u 192.0.2.11:53 -s rr -o', '-o: One-packet scheduling comes later'],
    ['-A -t 192.0.2.11:80 -s sh -b sh-port', '-b: Scheduler flags come later'],
    ['-a -t 192.0.2.10:80 -r 192.168.2.3 -m -x 100 -y 50', '-y: Connection thresholds come later'],
  ])('takes "%s" without what comes later', (rule, sentence) => {
    const { set, account } = one(service, rule);
    expect(set.length).toBeGreaterThan(1);
    expect(account.some((line) => line.startsWith(`2 refused ${sentence}`))).toBe(true);
  });

  it.each([
    ['-A -f 1 -s rr', '-f: Services by firewall mark come later'],
    ['-A --sctp-service 192.0.2.10:80 -s rr', '--sctp-service: SCTP services are not offered'],
    ['-A -6 -t [2001:db8::1]:80 -s rr', '-6: IPv6 services come later'],
    ['-A -t [2001:db8::1]:80 -s rr', '"[2001:db8::1]:80" is no service'],
    ['-A -s rr', 'No service'],
    ['-A -t 192.0.2.11 -s rr', '"192.0.2.11" is no service'],
    ['-A -t 192.0.2.11:0 -s rr', '"192.0.2.11:0" is no service'],
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
    ['--set 900 120 300', '--set: Timeouts of connections come later'],
    [
      '--start-daemon master --mcast-interface eth1',
      '--start-daemon: The connection sync daemon comes later',
    ],
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
