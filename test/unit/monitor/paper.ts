import type { Config } from '../../../src/config/config';

/** The paper's pair, as `import` reads it from test/lab/paper and the small file beside it. */
export const paper: Config = {
  nodes: [
    {
      name: 'mazelut.ce.cnu.ac.kr',
      interfaces: [
        { name: 'eth0', addresses: ['168.188.46.174/24'] },
        { name: 'eth1', addresses: ['192.168.2.12/24'] },
      ],
      routes: [],
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
    warntimeMs: 3000,
    deadtimeMs: 5000,
    initdeadMs: 10_000,
    autoFailback: 'on',
    hopfudge: 1,
    links: [{ kind: 'serial', device: '/dev/ttyS1', baud: 115_200 }],
    auth: { signWith: 1, keys: [{ id: 1, method: 'sha256', secret: 'secret words' }] },
    deadpingMs: 5000,
    pings: [],
    watchdog: null,
    stonith: null,
    helpers: [],
  },
  group: { preferred: 'seven.ce.cnu.ac.kr', vips: ['168.188.46.175/24'], gateways: ['192.168.2.1/24'] },
  console: { idleTimeoutMs: 600_000, screen: 'panel' },
  panel: { lines: [], lcds: [], lamps: [] },
  services: [
    {
      protocol: 'tcp',
      address: '168.188.46.175',
      port: 80,
      scheduler: 'rr',
      servers: [
        { address: '192.168.2.3', port: 80, weight: 1, method: 'nat' },
        { address: '192.168.2.4', port: 80, weight: 1, method: 'nat' },
      ],
    },
  ],
  hostgroups: [
    { name: 'cluster1', hosts: ['192.168.2.3'] },
    { name: 'cluster2', hosts: ['192.168.2.4'] },
  ],
  watches: ['3', '4'].map((last, index) => ({
    hostgroup: `cluster${index + 1}`,
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
            alerts: [
              `lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.${last} -W 1 -F m -X down`.split(' '),
            ],
            upalerts: [`lvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.${last} -W 1 -F m`.split(' ')],
          },
        ],
      },
    ],
  })),
};
