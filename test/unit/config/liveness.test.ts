/** Ping nodes, fencing and helpers: how they are read, and what is wrong with them. */

import { describe, expect, test } from 'vitest';
import { parseConfig, printConfig } from '../../../src/config/parse';
import { PING_GROUPS_LIMIT, PING_HOSTS_LIMIT } from '../../../src/config/pings';
import { HELPERS_LIMIT, PANELS_LIMIT } from '../../../src/config/validate';
import { EXAMPLE, FILE, problemsOf, warningsOf, withLine } from './example';

const PINGS = `set heartbeat ping-group routers host 168.188.46.1
set heartbeat ping 168.188.46.9
set heartbeat ping-group far host 192.0.2.1
set heartbeat ping-group routers host 168.188.46.2
set heartbeat ping 168.188.46.9
`;

function repeated(times: number, line: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => `${line(index)}\n`).join('');
}

describe('ping nodes', () => {
  test('a single one is a group of one, and comes first', () => {
    const { config, problems, warnings } = parseConfig(`${EXAMPLE}${PINGS}`, FILE);
    expect([...problems, ...warnings]).toEqual([]);
    expect(config!.heartbeat.pings).toEqual([
      { name: '168.188.46.9', hosts: ['168.188.46.9'] },
      { name: 'routers', hosts: ['168.188.46.1', '168.188.46.2'] },
      { name: 'far', hosts: ['192.0.2.1'] },
    ]);
    expect(printConfig(config!)).toContain('set heartbeat ping 168.188.46.9\n');
  });

  test('a group of one host stays a group', () => {
    const { config } = parseConfig(`${EXAMPLE}set heartbeat ping-group a host 168.188.46.1\n`, FILE);
    expect(parseConfig(printConfig(config!), FILE).config).toEqual(config);
  });

  test.each([
    [
      'set heartbeat ping-group 168.188.46.9 host 168.188.46.9',
      'heartbeat ping-group: "168.188.46.9" is not a name of at most 64 letters, digits and _ . : + -, with a letter first',
    ],
    ['set heartbeat ping router', 'heartbeat ping: "router" is not an IPv4 address like 192.0.2.1'],
    [
      'set heartbeat ping 192.168.2.1',
      'heartbeat ping 192.168.2.1: it is the address of group gateway (line 16), of the pair itself; name a host beside the pair, such as a router',
    ],
    [
      'set heartbeat ping-group a host 192.168.2.11',
      'heartbeat ping-group a host 192.168.2.11: it is the address of interface eth1 of node seven.ce.cnu.ac.kr (line 2), of the pair itself; name a host beside the pair, such as a router',
    ],
    ['set heartbeat ping-group a', '"set heartbeat ping-group a" is not finished; host must follow'],
  ])('%s is refused', (line, problem) => {
    expect(problemsOf(`${EXAMPLE}${line}`)).toEqual([`pair.conf:27: ${problem}`]);
  });

  test('of which a box has no way are warned of, for that box', () => {
    const text = `${withLine(6)}set heartbeat ping 10.1.1.1\nset heartbeat ping 168.188.46.1\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([
      'pair.conf:27: heartbeat ping 10.1.1.1: node mazelut.ce.cnu.ac.kr has neither a network nor a route that leads there, so it will never reach it; node mazelut.ce.cnu.ac.kr has eth0 168.188.46.174/24, eth1 192.168.2.12/24',
    ]);
    expect(warningsOf(`${text}set node mazelut.ce.cnu.ac.kr route 10.0.0.0/8 via 168.188.46.1`)).toEqual([]);
  });

  test('as many as there may be, and one more', () => {
    const singles = repeated(PING_GROUPS_LIMIT - 1, (index) => `set heartbeat ping 168.188.46.${10 + index}`);
    const hosts = repeated(PING_HOSTS_LIMIT, (index) => `set heartbeat ping-group a host 192.0.2.${index}`);
    const most = `${EXAMPLE}${singles}${hosts}`;
    expect(problemsOf(most)).toEqual([]);
    expect(problemsOf(`${most}set heartbeat ping-group b host 192.0.2.1`)).toEqual([
      'pair.conf: there are 9 ping nodes and groups; at most 8 are possible',
    ]);
    expect(problemsOf(`${most}set heartbeat ping-group a host 192.0.2.99`)).toEqual([
      'pair.conf:42: heartbeat ping-group a has 9 hosts; at most 8 are possible',
    ]);
  });
});

describe('programs', () => {
  test('are read as words', () => {
    const text = `${EXAMPLE}set heartbeat stonith "/usr/sbin/fence -a 192.0.2.9 \\"two words\\""
set heartbeat respawn "/usr/bin/helper -v"
set heartbeat respawn /usr/bin/other
`;
    expect(parseConfig(text, FILE).config!.heartbeat).toMatchObject({
      stonith: ['/usr/sbin/fence', '-a', '192.0.2.9', 'two words'],
      helpers: [['/usr/bin/helper', '-v'], ['/usr/bin/other']],
    });
  });

  test('the same in other words is the same', () => {
    const text = `${EXAMPLE}set heartbeat respawn "a b"\nset heartbeat respawn " a  \\"b\\" "\n`;
    const { config } = parseConfig(text, FILE);
    expect(config!.heartbeat.helpers).toEqual([['a', 'b']]);
    expect(parseConfig(printConfig(config!), FILE).config).toEqual(config);
  });

  test('two that switch the peer off contradict each other, and passwords are not repeated', () => {
    const text = `${EXAMPLE}set heartbeat stonith "fence -p hush"\nset heartbeat stonith "fence -p hush2"\n`;
    expect(problemsOf(text)).toEqual([
      'pair.conf:28: heartbeat stonith is set to two different commands, in lines 27 and 28; keep one of them',
    ]);
  });

  test('one without its quotation marks', () => {
    expect(problemsOf(`${EXAMPLE}set heartbeat stonith /usr/sbin/fence -p hush`)).toEqual([
      'pair.conf:27: heartbeat: the value goes on after its end; put the whole value in quotation marks if it has blanks',
    ]);
  });

  test('panels: on ports of their own, and not too many', () => {
    const { config } = parseConfig(`${EXAMPLE}set panel line /dev/ttyS2 interval 30s\n`, FILE);
    expect(config?.panel.lines).toEqual([{ device: '/dev/ttyS2', baud: 9600, intervalMs: 30_000 }]);
    expect(problemsOf(`${EXAMPLE}set panel line /dev/ttyS1`)).toEqual([
      'pair.conf:27: panel line /dev/ttyS1: the heartbeat uses /dev/ttyS1; a panel needs a port of its own',
    ]);
    const most = `${EXAMPLE}${repeated(PANELS_LIMIT, (index) => `set panel line /dev/ttyUSB${index}`)}`;
    expect(problemsOf(most)).toEqual([]);
    expect(problemsOf(`${most}set panel line /dev/ttyUSB9`)).toEqual([
      `pair.conf:${27 + PANELS_LIMIT}: panels are set for 4 ports; at most 3 are possible`,
    ]);
  });

  test('panels of three kinds, each on a port of its own', () => {
    const text = [
      'set panel lcd /dev/ttyS2 module crystalfontz-635',
      'set panel lcd /dev/ttyS2 standby-key on',
      'set panel lcd /dev/ttyS3',
      'set panel lcd /dev/ttyS3 baud 9600',
      'set panel lamps /dev/ttyS4',
      '',
    ].join('\n');
    const { config } = parseConfig(EXAMPLE + text, FILE);
    expect(config?.panel).toEqual({
      lines: [],
      lcds: [
        { device: '/dev/ttyS2', module: 'crystalfontz-635', baud: null, hasStandbyKey: true },
        { device: '/dev/ttyS3', module: 'auto', baud: 9600, hasStandbyKey: false },
      ],
      lamps: ['/dev/ttyS4'],
    });
    expect(parseConfig(printConfig(config!), FILE).config).toEqual(config);
    expect(problemsOf(`${EXAMPLE}set panel lcd /dev/ttyS2 baud 4800\n`)).toEqual([
      'pair.conf:27: panel lcd /dev/ttyS2 baud: "4800" is not possible; it takes 19200, 9600 or 115200',
    ]);
    expect(problemsOf(`${EXAMPLE}set panel lamps /dev/ttyS2\nset panel lcd /dev/ttyS2\n`)).toEqual([
      'pair.conf:27: panel lamps /dev/ttyS2: panel lcd /dev/ttyS2 uses /dev/ttyS2; a panel needs a port of its own',
    ]);
    const many = `${EXAMPLE}${repeated(PANELS_LIMIT, (index) => `set panel lcd /dev/ttyUSB${index}`)}`;
    expect(problemsOf(`${many}set panel lamps /dev/ttyS9`)).toEqual([
      `pair.conf:${27 + PANELS_LIMIT}: panels are set for 4 ports; at most 3 are possible`,
    ]);
  });

  test('as many helpers as there may be, and one more', () => {
    const most = `${EXAMPLE}${repeated(HELPERS_LIMIT, (index) => `set heartbeat respawn prog${index}`)}`;
    expect(problemsOf(most)).toEqual([]);
    expect(problemsOf(`${most}set heartbeat respawn prog`)).toEqual([
      'pair.conf:35: heartbeat respawn is set for 9 programs; at most 8 are possible',
    ]);
  });
});
