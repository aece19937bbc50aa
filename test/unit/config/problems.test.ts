import { describe, expect, test } from 'vitest';
import { formatProblem, parseConfig } from '../../../src/config/parse';
import { PROBLEMS_LIMIT } from '../../../src/config/problem';
import { LINES_LIMIT, TEXT_LIMIT } from '../../../src/config/text';
import { monitorFaults } from '../../../src/monitor/validate';
import { EXAMPLE, FILE, problemsOf, replaced, warningsOf, withLine } from './example';

const seven = 'seven.ce.cnu.ac.kr';
const mazelut = 'mazelut.ce.cnu.ac.kr';
const sevenHas = `node ${seven} has eth0 168.188.46.173/24, eth1 192.168.2.11/24`;
const mazelutHas = `node ${mazelut} has eth0 168.188.46.174/24, eth1 192.168.2.12/24`;

type Case = [text: string, ...problems: string[]];

function repeated(times: number, line: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => `${line(index)}\n`).join('');
}

function check(cases: Case[], found: (text: string) => string[]): void {
  test.each(cases.map(([text, ...expected]) => ({ text, expected, title: expected.join(' | ') })))(
    '$title',
    ({ text, expected }) => expect(found(text)).toEqual(expected),
  );
}

describe('lines', () => {
  check(
    [
      [
        `${EXAMPLE}set hearbeat keepalive 2s`,
        'pair.conf:27: unknown directive "hearbeat"; did you mean heartbeat?',
      ],
      [
        replaced('auto-failback', 'auto_failback'),
        'pair.conf:9: heartbeat: unknown directive "auto_failback"; did you mean auto-failback?',
      ],
      [
        `${EXAMPLE}set keepalive 2s`,
        'pair.conf:27: unknown directive "keepalive"; did you mean set heartbeat keepalive?',
      ],
      [
        `${EXAMPLE}set foo bar`,
        'pair.conf:27: unknown directive "foo"; it takes node, heartbeat, group, service, ipvs, hostgroup, watch, traps, console, panel or alerting',
      ],
      [
        replaced('baud 115200', 'speed 115200'),
        'pair.conf:10: heartbeat serial /dev/ttyS1: unknown directive "speed"; it takes baud',
      ],
      [
        `${EXAMPLE}set heartbeat key 2 crc really`,
        'pair.conf:27: heartbeat key 2 crc: unknown directive "***"; nothing may follow here',
      ],
      [
        `${EXAMPLE}keepalive 2`,
        'pair.conf:27: a line cannot begin with "keepalive"; did you mean set heartbeat keepalive?',
      ],
      [
        withLine(15, 'group vip 168.188.46.175/24'),
        'pair.conf:15: a line cannot begin with "group"; did you mean set group ...?',
      ],
      [
        withLine(15, 'sett group vip 168.188.46.175/24'),
        'pair.conf:15: the line begins with an unknown word; did you mean set ...?',
      ],
      [
        `${EXAMPLE}delete it`,
        'pair.conf:27: the line begins with an unknown word; a line is set ..., a # comment, or empty',
      ],
      [
        `${EXAMPLE}set`,
        'pair.conf:27: "set" is not finished; node, heartbeat, group, service, ipvs, hostgroup, watch, traps, console, panel or alerting must follow',
      ],
      [`${EXAMPLE}set service tcp`, 'pair.conf:27: "set service tcp" is not finished; ENDPOINT must follow'],
      [
        `${EXAMPLE}set heartbeat deadtime`,
        'pair.conf:27: heartbeat deadtime needs a value: silence on all links after which the other box is taken for dead; as heartbeat timing has it when not set',
      ],
      [
        replaced('keepalive 2s', 'keepalive 2'),
        'pair.conf:7: heartbeat keepalive: "2" has no unit; write 2s for seconds or 2ms for milliseconds',
      ],
      [
        replaced('"secret words"', 'secret words'),
        'pair.conf:12: heartbeat key 1: the value goes on after its end; put the whole value in quotation marks if it has blanks',
      ],
      [
        replaced('secret words"', 'secret words'),
        'pair.conf:12: the quotation mark at character 28 is never closed; add one at the end of the value',
      ],
      [
        replaced('eth1 address 192.168.2.12/24', 'eth1 address 192.168.2.12'),
        'pair.conf:5: node mazelut.ce.cnu.ac.kr interface eth1 address: "192.168.2.12" has no prefix length; write 192.168.2.12/24 if the netmask is 255.255.255.0',
      ],
      [
        replaced('scheduler rr', 'scheduler rrr'),
        'pair.conf:17: service tcp 168.188.46.175:80 scheduler: "rrr" is not possible; it takes rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh or twos (did you mean rr?)',
      ],
      [
        replaced('port 694', 'port 65536'),
        'pair.conf:11: heartbeat bcast eth1 port: "65536" is not a whole number from 1 to 65535',
      ],
      [
        replaced('/dev/ttyS1', 'ttyS1'),
        'pair.conf:10: heartbeat serial: "ttyS1" is not a serial device like /dev/ttyS1',
      ],
    ],
    problemsOf,
  );

  test('too many lines, and too much text', () => {
    expect(problemsOf('\n'.repeat(LINES_LIMIT))).toEqual([
      `pair.conf: the text has ${LINES_LIMIT + 1} lines; a configuration has at most ${LINES_LIMIT}`,
    ]);
    expect(problemsOf('x'.repeat(TEXT_LIMIT + 1))).toEqual([
      `pair.conf: the text has ${TEXT_LIMIT + 1} characters; a configuration has at most ${TEXT_LIMIT}`,
    ]);
  });

  test('too many problems', () => {
    const lines = 'nonsense\n'.repeat(1000);
    const problems = problemsOf(lines);
    expect(problems).toHaveLength(PROBLEMS_LIMIT + 1);
    expect(problems.at(-1)).toBe(
      'pair.conf:256: there are 256 problems up to here; the lines that follow have not been read',
    );
    const strays = repeated(300, (n) => `set service tcp 10.1.${n % 256}.1:${n + 1}`);
    const more = problemsOf(`${EXAMPLE}${strays}`);
    expect(more).toHaveLength(PROBLEMS_LIMIT + 1);
    expect(more.at(-1)).toBe(
      'pair.conf: there are more than 256 problems; the others are told once these are gone',
    );
    // Together too: 200 lines that cannot be read, and 200 services that have no place.
    const both = problemsOf(`${EXAMPLE}${repeated(200, () => 'set node 1')}${strays}`);
    expect(both).toHaveLength(PROBLEMS_LIMIT + 1);
    expect(warningsOf(`${EXAMPLE}${strays}`).at(-1)).toBe(
      'pair.conf: there are more than 256 warnings; the others are told once these are gone',
    );
  });

  test('many nodes are not each looked through for many addresses, and sentences stay short', () => {
    const nodes = repeated(900, (n) => `set node n${n} interface eth0 address 10.1.${n >> 8}.${n & 255}/32`);
    const vips = repeated(900, (n) => `set group vip 10.2.${n >> 8}.${n & 255}/32`);
    const problems = problemsOf(
      `${nodes}${vips}set heartbeat bcast eth7\nset heartbeat key 1 sha256 "12345678"`,
    );
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain(
      'a pair needs exactly two nodes, but the configuration names n0 (line 1), n1 (line 2)',
    );
    expect(problems[0]).toMatch(/n15 \(line 16\) and 884 more$/);
    expect(problems[1]).toContain('heartbeat bcast eth7: there is no interface eth7; node n0 has eth0, and');
    const addresses = repeated(
      500,
      (n) => `set node ${seven} interface eth0 address 10.1.${n >> 8}.${n & 255}/32`,
    );
    const long = problemsOf(`${replaced('vip 168.188.46.175', 'vip 10.9.9.9')}${addresses}`);
    expect(long[0]).toContain('10.9.9.9 is not on the network of any interface');
    expect(long[0]).toMatch(/ and 486 more$/);
  });

  describe('a secret is never repeated, wherever it stands', () => {
    check(
      [
        [
          `${replaced('"secret words"', 'hush words')}set heartbeat key 1 sha256 hush2\nset heartbeat key 1 sha256 "hush3\n`,
          'pair.conf:12: heartbeat key 1: the value goes on after its end; put the whole value in quotation marks if it has blanks',
          'pair.conf:27: heartbeat key 1 sha256 is set to two different secrets, in lines 12 and 27; keep one of them',
          'pair.conf:28: the quotation mark at character 28 is never closed; add one at the end of the value',
        ],
        [
          `${EXAMPLE}set heartbeat "hush words"`,
          'pair.conf:27: heartbeat: unknown directive "***"; it takes timing, keepalive, deadtime, warntime, initdead, auto-failback, hopfudge, ping, ping-group, deadping, watchdog, stonith, respawn, serial, bcast, mcast, ucast, key or sign-with',
        ],
        [
          `${EXAMPLE}set heartbeat key "hush words"`,
          'pair.conf:27: heartbeat key: "***" is not a whole number from 0 to 15',
        ],
        [
          `${EXAMPLE}set heartbeat key hush`,
          'pair.conf:27: heartbeat key: "***" is not a whole number from 0 to 15',
        ],
        [
          `${EXAMPLE}set heartbeat key 2 hush`,
          'pair.conf:27: heartbeat key 2: unknown directive "***"; it takes sha256, sha1, md5 or crc',
        ],
        [
          `${EXAMPLE}set heartbeat keepalive "hush words"`,
          'pair.conf:27: heartbeat keepalive: "***" is not a duration like 200ms, 2s or 10m',
        ],
        [
          `${EXAMPLE}set watch cluster1 service http monitor "hush \\"words"`,
          'pair.conf:27: watch cluster1 service http monitor: in the command, the quotation mark at character 6 is never closed; add one at the end of the value',
        ],
        [
          `${EXAMPLE}"hush words" 1`,
          'pair.conf:27: the line begins with an unknown word; a line is set ..., a # comment, or empty',
        ],
        [
          `${EXAMPLE}hush`,
          'pair.conf:27: the line begins with an unknown word; a line is set ..., a # comment, or empty',
        ],
        [
          `${EXAMPLE}hostgrop hush`,
          'pair.conf:27: the line begins with an unknown word; did you mean set hostgroup ...?',
        ],
      ],
      problemsOf,
    );

    test('nor in the key of a problem', () => {
      const text = `${EXAMPLE}set heartbeat "hush"\nset heartbeat key "hush"\nset heartbeat key 2 hush\n"hush"`;
      expect(JSON.stringify(parseConfig(text, FILE).problems)).not.toContain('hush');
    });
  });
});

describe('contradictions', () => {
  check(
    [
      [
        `${EXAMPLE}set heartbeat deadtime 6s`,
        'pair.conf:27: heartbeat deadtime is set to "5s" and "6s", in lines 8 and 27; keep one of them',
      ],
      [
        `${EXAMPLE}set node ${seven} route 0.0.0.0/0 via 168.188.46.2`,
        `pair.conf:27: node ${seven} route 0.0.0.0/0 via is set to "168.188.46.1" and "168.188.46.2", in lines 3 and 27; keep one of them`,
      ],
      [
        `${EXAMPLE}set heartbeat key 1 sha256 "other words"`,
        'pair.conf:27: heartbeat key 1 sha256 is set to two different secrets, in lines 12 and 27; keep one of them',
      ],
      [
        `${EXAMPLE}set heartbeat key 1 md5 "other words"`,
        'pair.conf:12: heartbeat key 1 is given for sha256 (line 12) and md5 (line 27); one number is one key: give the other its own',
      ],
    ],
    problemsOf,
  );
});

describe('nodes', () => {
  const ownNetworks = (text: string): string[] =>
    problemsOf(text).filter((line) => !line.includes('any interface'));
  check(
    [
      [
        `${EXAMPLE}set node Seven.ce.cnu.ac.kr`,
        `pair.conf:27: node names ${seven} (line 1) and Seven.ce.cnu.ac.kr (line 27) differ only in case; give the nodes different names, or write one name the same way everywhere`,
      ],
      [
        `${EXAMPLE}set node third`,
        `pair.conf:27: a pair needs exactly two nodes, but the configuration names ${seven} (line 1), ${mazelut} (line 4), third (line 27)`,
      ],
      [
        [4, 5, 6].reduce((text, line) => withLine(line, '', text), EXAMPLE),
        `pair.conf:1: a pair needs exactly two nodes, but the configuration names only ${seven} (line 1)`,
      ],
      [
        replaced(mazelut, seven),
        `pair.conf:1: a pair needs exactly two nodes, but the configuration names only ${seven} (line 1); its eth0 has two addresses (lines 1 and 4): was the name meant for both boxes? Duplicate node names cannot be`,
      ],
      [
        replaced('preferred seven', 'preferred sevne'),
        `pair.conf:14: group preferred: there is no node "sevne.ce.cnu.ac.kr"; the nodes are ${seven} (line 1), ${mazelut} (line 4); did you mean ${seven}?`,
      ],
      [
        replaced('preferred seven.ce.cnu.ac.kr', 'preferred lb'),
        `pair.conf:14: group preferred: there is no node "lb"; the nodes are ${seven} (line 1), ${mazelut} (line 4)`,
      ],
    ],
    // A node without addresses has more wrong with it, which is told elsewhere.
    (text) => ownNetworks(text).filter((line) => !line.includes('there is no interface')),
  );

  test('an empty configuration lacks everything', () => {
    expect(problemsOf('# nothing\n')).toEqual([
      'pair.conf: no node is configured; a pair needs two, with lines like set node lb-a interface eth0 address 192.0.2.11/24',
      'pair.conf: no heartbeat link is configured; add at least one, better two, like set heartbeat serial /dev/ttyS1 or set heartbeat bcast eth1',
      'pair.conf: no heartbeat key is configured; without one, no box can believe a heartbeat: add a line like set heartbeat key 1 sha256 "some secret words"',
      'pair.conf: no group vip is configured; add the address that clients use, like set group vip 192.0.2.10/24',
    ]);
  });
});

describe('links', () => {
  check(
    [
      [
        withLine(10, '', withLine(11)),
        'pair.conf: no heartbeat link is configured; add at least one, better two, like set heartbeat serial /dev/ttyS1 or set heartbeat bcast eth1',
      ],
      [
        replaced('bcast eth1', 'bcast eth7'),
        `pair.conf:11: heartbeat bcast eth7: there is no interface eth7; node ${mazelut} has eth0, eth1, and node ${seven} has eth0, eth1`,
      ],
      [
        `${EXAMPLE}set heartbeat ucast eth1 peer 168.188.46.174`,
        `pair.conf:27: heartbeat ucast eth1 peer 168.188.46.174: 168.188.46.174 is not on the network of eth1; node ${mazelut} has eth1 192.168.2.12/24, node ${seven} has eth1 192.168.2.11/24`,
      ],
      [
        `${EXAMPLE}set heartbeat ucast eth1 peer 192.168.2.13`,
        "pair.conf:27: heartbeat ucast eth1 peer 192.168.2.13: no node has this address; it must be the address of a node's eth1",
      ],
      [
        `${EXAMPLE}set heartbeat ucast eth1 peer 192.168.2.11`,
        `pair.conf:27: heartbeat ucast eth1 peer 192.168.2.11: node ${seven} cannot answer, for each box uses the line with the other's address; add one with the address of eth1 of node ${mazelut}, and port 694`,
      ],
      [
        `${EXAMPLE}set heartbeat ucast eth1 peer 192.168.2.11 port 700\nset heartbeat ucast eth1 peer 192.168.2.12`,
        `pair.conf:27: heartbeat ucast eth1 peer 192.168.2.11: node ${seven} cannot answer, for each box uses the line with the other's address; add one with the address of eth1 of node ${mazelut}, and port 700`,
        `pair.conf:28: heartbeat ucast eth1 peer 192.168.2.12: node ${mazelut} cannot answer, for each box uses the line with the other's address; add one with the address of eth1 of node ${seven}, and port 694`,
      ],
      [`${EXAMPLE}set heartbeat ucast eth1 peer 192.168.2.11\nset heartbeat ucast eth1 peer 192.168.2.12`],
      [
        `${EXAMPLE}${[1, 2, 3, 4, 5, 6, 7].map((n) => `set heartbeat mcast eth1 group 239.0.0.${n}\n`).join('')}`,
        'pair.conf: there are 9 heartbeat links; at most 8 are possible',
      ],
    ],
    problemsOf,
  );
});

describe('keys', () => {
  check(
    [
      [
        withLine(12),
        'pair.conf: no heartbeat key is configured; without one, no box can believe a heartbeat: add a line like set heartbeat key 1 sha256 "some secret words"',
      ],
      [
        replaced('sign-with 1', 'sign-with 2'),
        'pair.conf:13: heartbeat sign-with 2: there is no key 2; keys: 1',
      ],
      [
        withLine(13, 'set heartbeat key 2 sha1 "more words"'),
        'pair.conf: heartbeat sign-with is missing: with keys 1, 2, it must say which one signs, as in set heartbeat sign-with 1',
      ],
    ],
    problemsOf,
  );
});

describe('addresses and networks', () => {
  check(
    [
      [
        replaced('vip 168.188.46.175/24', 'vip 168.188.47.175/24'),
        `pair.conf:15: group vip 168.188.47.175/24: 168.188.47.175 is not on the network of any interface; ${mazelutHas}, ${sevenHas}`,
        'pair.conf:17: service tcp 168.188.46.175:80: 168.188.46.175 is an address of neither the group nor a node, so nothing answers there; the group has 168.188.47.175',
      ],
      [
        replaced('gateway 192.168.2.1/24', 'gateway 192.168.3.1/24'),
        `pair.conf:16: group gateway 192.168.3.1/24: 192.168.3.1 is not on the network of any interface; ${mazelutHas}, ${sevenHas}`,
      ],
      [
        replaced('server 192.168.2.3:80', 'server 192.168.3.3:80'),
        `pair.conf:18: service tcp 168.188.46.175:80 server 192.168.3.3:80: 192.168.3.3 is not on the network of any interface; ${mazelutHas}, ${sevenHas}`,
      ],
      [
        withLine(6, `set node ${mazelut} route 0.0.0.0/0 via 168.188.47.1`),
        `pair.conf:6: node ${mazelut} route 0.0.0.0/0 via 168.188.47.1: 168.188.47.1 is not on the network of any interface; ${mazelutHas}`,
      ],
      [
        withLine(6, `set node ${mazelut} route 0.0.0.0/0 via 168.188.46.174`),
        `pair.conf:6: node ${mazelut} route 0.0.0.0/0 via 168.188.46.174: the next hop is the node's own address; it must be another router's`,
      ],
      [
        replaced('192.168.2.12', '192.168.2.11'),
        `pair.conf:5: address 192.168.2.11 is given to interface eth1 of node ${seven} (line 2) and to interface eth1 of node ${mazelut} (line 5); give each an address of its own`,
      ],
      [
        replaced('vip 168.188.46.175', 'vip 168.188.46.173'),
        `pair.conf:15: address 168.188.46.173 is given to interface eth0 of node ${seven} (line 1) and to group vip (line 15); give each an address of its own`,
        'pair.conf:17: service tcp 168.188.46.175:80: 168.188.46.175 is an address of neither the group nor a node, so nothing answers there; the group has 168.188.46.173',
      ],
      [
        replaced('gateway 192.168.2.1/24', 'gateway 168.188.46.175/24'),
        'pair.conf:16: address 168.188.46.175 is given to group vip (line 15) and to group gateway (line 16); give each an address of its own',
      ],
      [
        replaced('server 192.168.2.3', 'server 192.168.2.1'),
        'pair.conf:18: service tcp 168.188.46.175:80 server 192.168.2.1:80: 192.168.2.1 is the address of group gateway (line 16), not of a real server',
      ],
      [
        withLine(15),
        'pair.conf:16: group gateway 192.168.2.1/24 is configured without a group vip: both must move together; add the address that clients use, like set group vip 192.0.2.10/24',
      ],
      [
        withLine(16),
        'pair.conf:15: group vip 168.188.46.175/24 is configured without a group gateway: real servers by NAT answer through it, and both must move together; add their default gateway, like set group gateway 192.168.2.1/24',
      ],
    ],
    problemsOf,
  );

  check(
    [
      [
        replaced('tcp 168.188.46.175', 'tcp 168.188.46.176'),
        'pair.conf:17: service tcp 168.188.46.176:80: 168.188.46.176 is an address of neither the group nor a node, so nothing answers there; the group has 168.188.46.175',
      ],
      [
        replaced('server 192.168.2.3:80', 'server 192.168.2.3:8080', replaced('method nat', 'method dr')),
        'pair.conf:18: service tcp 168.188.46.175:80 server 192.168.2.3:8080: with method dr the packets keep the port of the service, 80; write 192.168.2.3:80, or use method nat',
      ],
      [
        replaced('server 192.168.2.3:80', 'server 10.9.9.9:8080', replaced('method nat', 'method tun')),
        'pair.conf:18: service tcp 168.188.46.175:80 server 10.9.9.9:8080: with method tun the packets keep the port of the service, 80; write 10.9.9.9:80, or use method nat',
      ],
      [replaced('server 192.168.2.3:80', 'server 192.168.2.3:8080')],
    ],
    problemsOf,
  );

  test('direct routing and tunnels need no gateway, a tunnel no common network, and a route is a way', () => {
    expect(problemsOf(withLine(16, '', replaced('method nat', 'method dr')))).toEqual([]);
    const far = replaced('server 192.168.2.3', 'server 10.1.1.3');
    expect(problemsOf(replaced('method nat', 'method tun', far))).toEqual([]);
    const route = (node: string): string => `set node ${node} route 10.0.0.0/8 via 192.168.2.99\n`;
    expect(problemsOf(`${far}${route(seven)}${route(mazelut)}`)).toEqual([]);
    expect(problemsOf(`${far}${route(seven)}`)).toEqual([
      `pair.conf:18: service tcp 168.188.46.175:80 server 10.1.1.3:80: 10.1.1.3 is not on the network of any interface; ${mazelutHas}`,
    ]);
  });
});

describe('watches', () => {
  const judged = (text: string): string[] =>
    parseConfig(text, FILE, monitorFaults).problems.map(formatProblem);
  const http = 'watch cluster1 service http';
  const noService = `pair.conf:25: ${http} period wd alert: lvs.alert names tcp 168.188.46.175:81, but there is no such service`;
  const badAlert = replaced(
    '-V 168.188.46.175:80 -R 192.168.2.3 -W 1 -F m -X',
    '-V 168.188.46.175:81 -R 192.168.2.3 -X',
  );
  check(
    [
      [EXAMPLE],
      [badAlert, noService],
      [
        `${withLine(9, 'set heartbeat auto-failback maybe', badAlert)}set ${http} period wd alert "lvs.alert -Z"`,
        'pair.conf:9: heartbeat auto-failback: "maybe" is not possible; it takes on, off or legacy',
        noService,
        `pair.conf:27: ${http} period wd alert: lvs.alert does not know "-Z"; it takes -P tcp|udp -V virtual-address:port, or -M mark; -R real-address[:port] [-W weight] [-F m|g|i] [-X down|up]`,
      ],
      [
        `${withLine(20, 'set hostgroup cluster1 host rs1')}set hostgroup cluster1 host rs2`,
        `pair.conf:20: hostgroup cluster1 host: "rs1" is not an IP address, as http.monitor of ${http} needs it`,
        `pair.conf:27: hostgroup cluster1 host: "rs2" is not an IP address, as http.monitor of ${http} needs it`,
      ],
      // The service of the alert may be the one that cannot be read, and the hosts of the group on the bad line.
      [
        `${badAlert}set service tcp 168.188.46.175:8l`,
        'pair.conf:27: service tcp: "168.188.46.175:8l" is not an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
      ],
      [
        withLine(20, 'set hostgroup cluster1 host -x', replaced('watch cluster1', 'watch cluster2')),
        'pair.conf:20: hostgroup cluster1 host: "-x" is not an address or a host name',
      ],
      [
        withLine(22, '', withLine(24, '', replaced('wd {Sun-Sat}', 'wd {Nun}'))),
        `pair.conf:21: ${http} has no monitor; add a line like set ${http} monitor "http.monitor"`,
      ],
    ],
    judged,
  );

  check(
    [
      [
        withLine(22),
        'pair.conf:21: watch cluster1 service http has no monitor; add a line like set watch cluster1 service http monitor "http.monitor"',
      ],
    ],
    problemsOf,
  );
});

test('everything is told at once, in the order of the lines, and nothing that only follows', () => {
  const spoilt = [
    [2, `set node ${seven} interface eth1 address 192.168.2.256/24`],
    [9, 'set heartbeat auto-failback maybe'],
    [12, 'set heartbeat key 1 sha256 ""'],
    [15, 'set group vip 168.188.46.175'],
  ] as const;
  expect(problemsOf(spoilt.reduce((text, [number, line]) => withLine(number, line, text), EXAMPLE))).toEqual([
    `pair.conf:2: node ${seven} interface eth1 address: "192.168.2.256/24" is not an address with prefix length like 192.0.2.1/24`,
    'pair.conf:9: heartbeat auto-failback: "maybe" is not possible; it takes on, off or legacy',
    'pair.conf:12: heartbeat key 1 sha256: the secret has 0 characters; it takes 1 to 256',
    'pair.conf:15: group vip: "168.188.46.175" has no prefix length; write 168.188.46.175/24 if the netmask is 255.255.255.0',
  ]);
});

describe('warnings leave the configuration good', () => {
  check(
    [
      [
        withLine(11),
        'pair.conf:10: there is only one heartbeat link: when it breaks, both boxes take over; add another like set heartbeat serial /dev/ttyS1 or set heartbeat bcast eth1',
      ],
      [
        withLine(12, 'set heartbeat key 1 crc'),
        'pair.conf:12: heartbeat key 1 is crc, which authenticates nothing: anyone on the wire can be the peer; use sha256',
      ],
      [
        replaced('secret words', 'secret1'),
        'pair.conf:12: the secret of heartbeat key 1 has fewer than 8 characters and can be guessed; use several words',
      ],
      [
        replaced('tcp 168.188.46.175', 'tcp 168.188.46.174'),
        `pair.conf:17: service tcp 168.188.46.174:80: 168.188.46.174 is the address of interface eth0 of node ${mazelut} (line 4), so nothing moves it to the box that serves; the group has 168.188.46.175`,
      ],
      // A service for the inside moves with the gateway.
      [replaced('tcp 168.188.46.175', 'tcp 192.168.2.1')],
      [
        replaced('vip 168.188.46.175/24', 'vip 168.188.46.175/32'),
        `pair.conf:15: group vip 168.188.46.175/32: node ${mazelut} has 168.188.46.174/24 on that network, with another prefix length; 168.188.46.175/24 is usual`,
      ],
      [
        replaced('gateway 192.168.2.1/24', 'gateway 192.168.2.1/16'),
        `pair.conf:16: group gateway 192.168.2.1/16: node ${mazelut} has 192.168.2.12/24 on that network, with another prefix length; 192.168.2.1/24 is usual`,
      ],
      [
        withLine(18, '', withLine(19)),
        'pair.conf:17: service tcp 168.188.46.175:80 has no real server; add one like set service tcp 168.188.46.175:80 server 192.168.2.3:80',
      ],
      [
        replaced('server 192.168.2.3', 'server 168.188.46.200'),
        'pair.conf:18: service tcp 168.188.46.175:80 server 168.188.46.200:80: 168.188.46.200 is in the network of no group gateway (192.168.2.1/24); its answers must find their way through the box that serves',
      ],
      [
        replaced('watch cluster1', 'watch cluster2'),
        "pair.conf:21: watch cluster2: there is no hostgroup cluster2, so it is taken for a host's name; did you mean cluster1?",
      ],
      [replaced('watch cluster1', 'watch 192.168.2.3')],
    ],
    (text) => {
      expect(problemsOf(text)).toEqual([]);
      return warningsOf(text);
    },
  );
});
