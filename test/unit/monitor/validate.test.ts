import { expect, test } from 'vitest';
import type { Config, Period, WatchService } from '../../../src/config/config';
import { monitorFaults } from '../../../src/monitor/validate';
import { paper } from './paper';

const place = 'watch cluster1 service http';

function told(config: Config): string[] {
  return monitorFaults(config).map(({ path, sentence }) => `${path}: ${sentence}`);
}

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
  expect(told(changed({}, { upalerts }))).toEqual([`${place} period wd upalert: lvs.alert ${fault}`]);
});

test.each([
  [
    'ipvs.alert -P tcp -V 168.188.46.175:80 -R 192.168.2.3 -S wlc',
    'ipvs.alert has -S wlc, but service tcp 168.188.46.175:80 has scheduler rr',
  ],
  [
    'mail root',
    'mail needs a relay that takes its mails; add a line like set alerting mail relay 192.0.2.25:25',
  ],
  ['syslog -p loud', 'syslog has -p "loud"; it takes emerg, alert, crit, err, warning, notice, info, debug'],
  ['exec', 'exec needs a program; it takes program [arguments]'],
])('alert %s', (line, fault) => {
  const alerts = [['console'], line.split(' ')];
  const faults = monitorFaults(changed({}, { alerts }));
  expect(faults).toMatchObject([{ path: `${place} period wd alert`, index: 1, sentence: fault }]);
});

test('a mail goes where there is a relay', () => {
  const mail = { relay: { address: '192.0.2.25', port: 25 }, from: null, hostname: null };
  expect(told({ ...changed({}, { alerts: [['mail', 'root']] }), alerting: { mail } })).toEqual([]);
});

test('a period, an option and a host name, all at once', () => {
  const config = changed({ monitor: ['http.monitor', '-z', '1'] }, { time: 'wd {Nun}' });
  expect(told({ ...config, hostgroups: [{ name: 'cluster1', hosts: ['192.168.2.3', 'rs1'] }] })).toEqual([
    `hostgroup cluster1 host: "rs1" is not an IP address, as http.monitor of ${place} needs it`,
    `${place} monitor: http.monitor cannot take "-z"; it takes -p PORT -t SECONDS -c MILLISECONDS -u PATH -H HOST -a AGENT -s STATUSES -m TEXT -o`,
    `${place} period wd time: "nun" is not a value or range of scale wd in a period; it takes 1 to 7 or su mo tu we th fr sa`,
  ]);
});

test('which of several alerts, and what the fault rests on', () => {
  const alertOn = (server: string): string[] => [
    'lvs.alert',
    '-P',
    'tcp',
    '-V',
    '168.188.46.175:80',
    '-R',
    server,
  ];
  expect(
    monitorFaults(
      changed({}, { alerts: [alertOn('192.168.2.3'), alertOn('192.168.2.9'), ['lvs.alert', '-P']] }),
    ),
  ).toEqual([
    expect.objectContaining({ path: `${place} period wd alert`, index: 1, sources: ['service'] }),
    expect.objectContaining({ path: `${place} period wd alert`, index: 2, sources: [] }),
  ]);
});

test('a host is told once, however many services are watched on it, and where the watch names it', () => {
  const [watch] = paper.watches;
  const services = Array.from({ length: 1000 }, (_, n) => ({ ...watch!.services[0]!, name: `s${n}` }));
  const hosts = Array.from({ length: 1000 }, (_, n) => `rs${n}`);
  const config = { ...paper, watches: [{ ...watch!, services }], hostgroups: [{ name: 'cluster1', hosts }] };
  expect(monitorFaults(config)).toHaveLength(1000);
  expect(told({ ...config, watches: [{ hostgroup: 'rs1', services: services.slice(0, 1) }] })).toEqual([
    'watch rs1: "rs1" is not an IP address, as http.monitor of watch rs1 service s0 needs it',
  ]);
});

test('a draft in which everything is missing has no fault of its own', () => {
  expect(monitorFaults(changed({ monitor: [], periods: [] }))).toEqual([]);
  expect(monitorFaults(changed({}, { time: '', alerts: [[]], upalerts: [] }))).toEqual([]);
});

test('programs may be given any host and any option', () => {
  const config = changed({ monitor: ['my.monitor', '-z'] });
  expect(monitorFaults({ ...config, hostgroups: [{ name: 'cluster1', hosts: ['rs1'] }] })).toEqual([]);
});

test.each<[string, Partial<Period>, string]>([
  ['alert', { alerts: [['exit=9-2', 'a']] }, '"exit=9-2" is not like exit=2 or exit=1-9'],
  ['alert', { alerts: [['exit=1-999', 'a']] }, 'of numbers up to 255'],
  ['alert', { alerts: [['exit=x', 'a']] }, '"exit=x" is not like'],
  ['alert', { alerts: [['exit=1']] }, 'behind exit=1, the program is missing'],
  ['upalert', { upalerts: [['exit=1', 'a']] }, 'exit=1 can only stand in front of an alert'],
  ['startupalert', { startupalerts: [['exit=1', 'a']] }, 'exit=1 can only stand in front of an alert'],
  ['startupalert', { startupalerts: [['lvs.alert', '-P', 'tcp']] }, 'can only be an alert or an upalert'],
  ['ackalert', { ackalerts: [['ipvs.alert']] }, 'can only be an alert or an upalert'],
  ['disablealert', { disablealerts: [['lvs.alert']] }, 'can only be an alert or an upalert'],
  ['alert', { alerts: [['exit=1', 'lvs.alert', '-P', 'tcp']] }, 'lvs.alert needs -V'],
])('%s %j', (word, period, sentence) => {
  const faults = told(changed({}, { alerts: [], upalerts: [], ...period }));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${place} period wd ${word}: `);
  expect(faults[0]).toContain(sentence);
});

test.each<[string, Partial<WatchService>, string]>([
  ['exclude-period', { excludePeriod: 'wd {Nun}' }, '"nun" is not a value or range'],
  ['allow-empty-group', { allowEmptyGroup: true }, 'http.monitor is built in'],
  ['alert-depend', { alertDepend: 'SELF:ping' }, 'names cluster1:ping, but there is no such service'],
  ['monitor-depend', { monitorDepend: 'a:b ==' }, 'has "="'],
  ['alert-depend', { alertDepend: '!SELF:http' }, 'leads to itself'],
  ['host-depend', { hostDepend: 'SELF:none' }, 'there is no such service'],
])('%s %j', (word, service, sentence) => {
  const faults = told(changed(service));
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(`${place} ${word}: `);
  expect(faults[0]).toContain(sentence);
});

test('dependencies over ten others are possible, over more they are not, and many ways cost little', () => {
  const [watch] = paper.watches;
  const [first] = watch!.services;
  const chain = (length: number): Config => ({
    ...paper,
    watches: [
      {
        ...watch!,
        services: Array.from({ length }, (_, n) => ({
          ...first!,
          name: `s${n}`,
          ...(n + 1 < length ? { alertDepend: `SELF:s${n + 1} && SELF:s${n + 1} || !SELF:s${n + 1}` } : {}),
        })),
      },
    ],
  });
  expect(told(chain(11))).toEqual([]);
  expect(told(chain(12))).toEqual([
    'watch cluster1 service s0 alert-depend: the dependency leads to itself, or through more than 10 services',
  ]);
});
