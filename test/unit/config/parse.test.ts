import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/parse';
import { monitorFaults } from '../../../src/monitor/validate';
import { EXAMPLE, FILE, problemsOf, replaced, withLine } from './example';

const alert = [
  'lvs.alert',
  '-P',
  'tcp',
  '-V',
  '168.188.46.175:80',
  '-R',
  '192.168.2.3',
  '-W',
  '1',
  '-F',
  'm',
];

test('a whole configuration, defaults filled in', () => {
  const parsed = parseConfig(EXAMPLE, FILE);
  expect(parsed).toEqual({
    problems: [],
    warnings: [],
    config: {
      nodes: [
        {
          name: 'mazelut.ce.cnu.ac.kr',
          interfaces: [
            { name: 'eth0', addresses: ['168.188.46.174/24'] },
            { name: 'eth1', addresses: ['192.168.2.12/24'] },
          ],
          routes: [{ destination: '0.0.0.0/0', via: '168.188.46.1' }],
        },
        {
          name: 'seven.ce.cnu.ac.kr',
          interfaces: [
            { name: 'eth0', addresses: ['168.188.46.173/24'] },
            { name: 'eth1', addresses: ['192.168.2.11/24'] },
          ],
          routes: [{ destination: '0.0.0.0/0', via: '168.188.46.1' }],
        },
      ],
      heartbeat: {
        keepaliveMs: 2000,
        warntimeMs: 2500,
        deadtimeMs: 5000,
        initdeadMs: 10_000,
        autoFailback: 'on',
        hopfudge: 1,
        links: [
          { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 },
          { kind: 'bcast', interface: 'eth1', port: 694 },
        ],
        auth: { signWith: 1, keys: [{ id: 1, method: 'sha256', secret: 'secret words' }] },
        deadpingMs: 5000,
        pings: [],
        watchdog: null,
        stonith: null,
        helpers: [],
      },
      group: {
        preferred: 'seven.ce.cnu.ac.kr',
        vips: ['168.188.46.175/24'],
        gateways: ['192.168.2.1/24'],
      },
      services: [
        {
          protocol: 'tcp',
          address: '168.188.46.175',
          port: 80,
          scheduler: 'rr',
          servers: [{ address: '192.168.2.3', port: 80, weight: 1, method: 'nat' }],
        },
      ],
      hostgroups: [{ name: 'cluster1', hosts: ['192.168.2.3'] }],
      watches: [
        {
          hostgroup: 'cluster1',
          services: [
            {
              name: 'http',
              intervalMs: 5000,
              monitor: ['http.monitor'],
              timeoutMs: 3000,
              periods: [
                {
                  label: 'wd',
                  time: 'wd {Sun-Sat}',
                  alerts: [[...alert, '-X', 'down']],
                  upalerts: [alert],
                },
              ],
            },
          ],
        },
      ],
      console: { idleTimeoutMs: 600_000, screen: 'panel' },
      panel: { lines: [], lcds: [], lamps: [] },
    },
  });
  expect(monitorFaults(parsed.config!)).toEqual([]);
});

test('what is not set has its default', () => {
  const short = [7, 8, 9, 13, 14, 17, 19, 21, 23, 24]
    .reduce((text, line) => withLine(line, '', text), EXAMPLE)
    .replace(' baud 115200', '')
    .replace(' port 694', '')
    .replace(' weight 1', '');
  const { config, problems } = parseConfig(short, FILE);
  expect(problems).toEqual([]);
  expect(config!.heartbeat).toEqual({
    keepaliveMs: 200,
    warntimeMs: 500,
    deadtimeMs: 1000,
    initdeadMs: 5000,
    autoFailback: 'off',
    hopfudge: 1,
    links: [
      { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 },
      { kind: 'bcast', interface: 'eth1', port: 694 },
    ],
    auth: { signWith: 1, keys: [{ id: 1, method: 'sha256', secret: 'secret words' }] },
    deadpingMs: 1000,
    pings: [],
    watchdog: null,
    stonith: null,
    helpers: [],
  });
  expect(config!.group.preferred).toBe('mazelut.ce.cnu.ac.kr');
  expect(config!.services[0]).toMatchObject({ scheduler: 'rr', servers: [{ weight: 1, method: 'nat' }] });
  expect(config!.watches[0]!.services[0]).toMatchObject({ intervalMs: 5000, timeoutMs: 3000 });
  expect(config!.watches[0]!.services[0]!.periods[0]!.time).toBe('');
});

test('all kinds of links, several settings in one line', () => {
  const text = withLine(
    11,
    `set heartbeat mcast eth0 group 239.0.0.1 ttl 4 port 1694
set heartbeat ucast eth1 peer 192.168.2.11 port 700
set heartbeat ucast eth1 peer 192.168.2.12 port 700`,
  );
  expect(parseConfig(text, FILE).config!.heartbeat.links).toEqual([
    { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 },
    { kind: 'mcast', interface: 'eth0', group: '239.0.0.1', port: 1694, ttl: 4 },
    { kind: 'ucast', interface: 'eth1', peer: '192.168.2.11', port: 700 },
    { kind: 'ucast', interface: 'eth1', peer: '192.168.2.12', port: 700 },
  ]);
});

test('a zero that is set is no missing value', () => {
  const text = `${replaced('weight 1', 'weight 0')}set heartbeat hopfudge 0
set heartbeat key 0 md5 "another secret"\nset heartbeat key 2 crc\n`.replace('sign-with 1', 'sign-with 0');
  const { heartbeat, services } = parseConfig(text, FILE).config!;
  expect(heartbeat.hopfudge).toBe(0);
  expect(heartbeat.auth).toEqual({
    signWith: 0,
    keys: [
      { id: 1, method: 'sha256', secret: 'secret words' },
      { id: 0, method: 'md5', secret: 'another secret' },
      { id: 2, method: 'crc', secret: '' },
    ],
  });
  expect(services[0]!.servers[0]!.weight).toBe(0);
});

test('equal settings in other words do not contradict each other', () => {
  expect(problemsOf(`${EXAMPLE}set heartbeat keepalive 2000ms\nset group vip 168.188.46.175/24\n`)).toEqual(
    [],
  );
});

test('order, blanks, and the line ends and mark of other systems do not matter', () => {
  const { config } = parseConfig(EXAMPLE, FILE);
  const lines = EXAMPLE.trimEnd().split('\n');
  const turned = [...lines.slice(12), ...lines.slice(0, 12)];
  const { config: again } = parseConfig(
    `\ufeff${turned.join('\r\n\r\n  ').replaceAll(' set', '\tset')}`,
    FILE,
  );
  expect(again).toEqual(config);
});
