import { expect, test } from 'vitest';
import type { Config, Period, WatchService } from '../../../src/config/config';
import { monitorFaults } from '../../../src/monitor/validate';
import { paper } from './paper';

const place = 'watch cluster1 service http: ';

function changed(service: Partial<WatchService>, period: Partial<Period> = {}): Config {
  const [watch] = paper.watches;
  const [old] = watch!.services;
  const [oldPeriod] = old!.periods;
  return {
    ...paper,
    watches: [{ ...watch!, services: [{ ...old!, periods: [{ ...oldPeriod!, ...period }], ...service }] }],
  };
}

test("the paper's watches have no fault", () => {
  expect(monitorFaults(paper)).toEqual([]);
});

test.each([
  ['-V 168.188.46.175:81 -R 192.168.2.3', 'names tcp 168.188.46.175:81, but there is no such service'],
  [
    '-V 168.188.46.175:80 -R 192.168.2.9',
    'names server 192.168.2.9:80, but service tcp 168.188.46.175:80 has no such server',
  ],
  ['-V 168.188.46.175:80 -R 192.168.2.3 -W 5', 'has -W 5, but server 192.168.2.3:80 has weight 1'],
  ['-V 168.188.46.175:80 -R 192.168.2.3 -F g', 'has -F for dr, but server 192.168.2.3:80 has method nat'],
  ['-V 168.188.46.175:80', 'needs -R: an address like 192.168.2.3 or 192.168.2.3:80'],
])('an alert with %s', (args, fault) => {
  const upalerts = [`lvs.alert -P tcp ${args}`.split(' ')];
  expect(monitorFaults(changed({}, { upalerts }))).toEqual([`${place}period wd: lvs.alert ${fault}`]);
});

test('a period, an option and a host name, all at once', () => {
  const config = changed({ monitor: ['http.monitor', '-z', '1'] }, { time: 'wd {Nun}' });
  const faults = monitorFaults({ ...config, hostgroups: [{ name: 'cluster1', hosts: ['rs1'] }] });
  expect(faults).toEqual([
    `${place}monitor: http.monitor cannot take "-z"; it takes -p PORT -t SECONDS -u PATH -a AGENT`,
    `${place}host "rs1" is not an IPv4 address, as http.monitor needs it`,
    `${place}period wd: "nun" is not a value or range of scale wd in a period; it takes 1 to 7 or su mo tu we th fr sa`,
  ]);
});

test('programs may be given any host and any option', () => {
  const config = changed({ monitor: ['my.monitor', '-z'] });
  expect(monitorFaults({ ...config, hostgroups: [{ name: 'cluster1', hosts: ['rs1'] }] })).toEqual([]);
});
