/** Virtual services in text, in ipvsadm's form, and what is wrong with them. */

import { describe, expect, test } from 'vitest';
import { buildConfig } from '../../../src/config/build';
import type {
  Config,
  RealServer,
  SchedulerFlag,
  ServiceKey,
  VirtualService,
} from '../../../src/config/config';
import { exportText } from '../../../src/config/export/index';
import { importText } from '../../../src/config/import/index';
import { parseConfig } from '../../../src/config/parse';
import { printConfig } from '../../../src/config/print';
import { readSettings } from '../../../src/config/read';
import { generator } from '../random';
import { EXAMPLE, FILE } from './example';

type Random = (below: number) => number;

const WITHOUT = EXAMPLE.split('\n').filter((line) => !/^set (service|watch|hostgroup)/.test(line));
const PATH = 'service tcp 168.188.46.175:80';
const RS = `${PATH} server 192.168.2.3:80`;

function withLines(...lines: readonly string[]): string {
  return [...WITHOUT, ...lines.map((line) => `set ${line}`)].join('\n');
}

function configOf(text: string): Config {
  const { config, problems } = parseConfig(text, FILE);
  expect(problems).toEqual([]);
  return config!;
}

/** Only what `kernel` has is of ipvsadm. */
function randomService(key: ServiceKey, random: Random): VirtualService {
  const maybe = <T extends object>(value: T): T | object => (random(2) === 0 ? value : {});
  const isIpv6 = key.protocol === 'fwmark' ? key.family === 'ipv6' : key.address.includes(':');
  const flags: readonly SchedulerFlag[] = ['sh-fallback', 'sh-port'];
  const servers = [1, 2, 3].slice(random(3)).map((host): RealServer => {
    const method = (['nat', 'tun'] as const)[random(2)]!;
    const port = key.protocol === 'fwmark' ? 0 : key.port;
    const tunnel = { kind: 'gue', port: 6080, checksum: 'csum' } as const;
    return {
      address: isIpv6 ? `2001:db8::${host}` : `192.168.2.${host}`,
      port,
      weight: random(5),
      method,
      ...maybe({ upperThreshold: 100, ...maybe({ lowerThreshold: 50 }) }),
      ...(method === 'tun' ? maybe({ tunnel }) : {}),
    };
  });
  return {
    ...key,
    scheduler: 'sh',
    ...maybe({ schedulerFlags: flags.slice(random(2)) }),
    ...maybe({
      persistence: { timeoutMs: 300_000, ...maybe({ prefix: 24 }), ...maybe({ engine: 'sip' as const }) },
    }),
    ...(key.protocol === 'udp' ? maybe({ onePacket: true as const }) : {}),
    servers,
  };
}

const OWN = {
  down: 'weight-0',
  quorum: 2,
  hysteresis: 1,
  sorry: { address: '192.168.2.9', port: 80, method: 'nat' },
  slowStartMs: 30_000,
  drainConnections: 5,
  drainTimeMs: 60_000,
} as const;

function randomServices(random: Random): readonly VirtualService[] {
  const keys: readonly ServiceKey[] = [
    { protocol: 'tcp', address: '168.188.46.175', port: 80 },
    { protocol: 'udp', address: '2001:db8::1', port: 53 },
    { protocol: 'fwmark', mark: 3, family: 'ipv4' },
    { protocol: 'fwmark', mark: 4, family: 'ipv6' },
  ];
  return keys.filter(() => random(3) > 0).map((key) => randomService(key, random));
}

describe('services of every kind', () => {
  const base = configOf(withLines(`${PATH} scheduler rr`));

  test('are the same when printed and read again', () => {
    const random = generator(1);
    for (let round = 0; round < 200; round++) {
      const services = randomServices(random).map((service) =>
        random(2) === 0 && service.servers.length > 0 ? { ...service, ...OWN } : service,
      );
      const timeouts = { tcpMs: 60_000, tcpFinMs: 1000, udpMs: 300_000 };
      const sync = { interface: 'eth1', id: 3, group: '224.0.0.82', port: 8849, ttl: 2, maxBytes: 1400 };
      const ipvs = random(2) === 0 ? {} : { ipvs: { timeouts, sync: random(2) === 0 ? null : sync } };
      const config: Config = { ...base, services, ...ipvs };
      const { config: read } = parseConfig(printConfig(config), FILE);
      // Settings that contradict each other are read, too.
      if (read !== null) expect(read).toEqual(config);
      expect(readAnyway(printConfig(config))).toEqual(config);
    }
  });

  test('are the same when exported to ipvsadm and imported again', () => {
    const random = generator(2);
    for (let round = 0; round < 200; round++) {
      const services = randomServices(random);
      const text = exportText('ipvsadm', { ...base, services }, 'lb-a');
      const { lines, account } = importText('ipvsadm', text);
      expect(account.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
      expect(readAnyway(lines.join('\n')).services).toEqual(services);
    }
  });
});

describe('what settings have wrong together', () => {
  const faults: readonly (readonly [settings: readonly string[], sentence: string])[] = [
    [['hash-flag sh-port'], 'hash-flag sh-port is for scheduler sh, not rr'],
    [['one-packet'], 'one-packet is for UDP'],
    [['persistence-prefix 24'], 'persistence is missing'],
    [['persistence 5m', 'persistence-prefix 33'], 'persistence-prefix 33 is possible for IPv6 only'],
    [['quorum 2', 'hysteresis 2'], 'hysteresis 2 must be smaller than the quorum, 2'],
    [['sorry-server 192.168.2.3:80'], 'the sorry-server 192.168.2.3:80 is a real server, too'],
    [['sorry-server [2001:db8::2]:80'], 'service and server must both have IPv4'],
    [['server 192.168.2.3:80 lower-threshold 5'], 'lower-threshold 5 is above the upper-threshold, 0'],
    [['server 192.168.2.3:80 tunnel gre'], 'a tunnel needs method tun, not nat'],
    [
      ['server 192.168.2.3:80 method tun', 'server 192.168.2.3:80 tunnel gue'],
      'tunnel gue needs a tunnel-port',
    ],
    [
      ['server 192.168.2.3:80 method tun', 'server 192.168.2.3:80 tunnel-port 5'],
      'tunnel-port is for tunnel gue, not ipip',
    ],
    [
      ['server 192.168.2.3:80 method tun', 'server 192.168.2.3:80 tunnel-checksum csum'],
      'tunnel ipip has no checksum',
    ],
    [['server 192.168.2.4:0'], 'port 0 is for services by firewall mark'],
    [['server [2001:db8::2]:80'], 'service and server must both have IPv4 or both IPv6'],
  ];
  test.each(faults)('%j', (settings, sentence) => {
    const text = withLines(RS, ...settings.map((setting) => `${PATH} ${setting}`));
    const { config, problems } = parseConfig(text, FILE);
    expect(config).toBeNull();
    expect(problems.map((problem) => problem.sentence).join()).toContain(`${PATH}`);
    expect(problems.map((problem) => problem.sentence).join()).toContain(sentence);
  });

  const doubts: readonly (readonly [settings: readonly string[], sentence: string])[] = [
    [['quorum 2'], 'quorum changes nothing without a sorry-server'],
    [['quorum 2', 'sorry-server 192.168.2.9:80'], 'the quorum needs 2: it is never reached'],
    [['slow-start 10s'], 'slow-start changes nothing with scheduler rr'],
    [['slow-start 10s', 'scheduler wlc'], 'slow-start goes in steps of 1'],
  ];
  test.each(doubts)('%j is doubtful', (settings, sentence) => {
    const text = withLines(RS, ...settings.map((setting) => `${PATH} ${setting}`));
    const { config, warnings } = parseConfig(text, FILE);
    expect(config).not.toBeNull();
    expect(warnings.map((warning) => warning.sentence).join()).toContain(sentence);
  });

  test('a service of port 0 needs persistence', () => {
    const path = 'service tcp 168.188.46.175:0';
    const { problems } = parseConfig(withLines(`${path} server 192.168.2.3:0`), FILE);
    expect(problems.map(({ sentence }) => sentence).join()).toContain('port 0 stands for all ports');
    configOf(withLines(`${path} server 192.168.2.3:0`, `${path} persistence 5m`));
  });

  test('an IPv6 service is possible, and its address does not move', () => {
    const path = 'service udp [2001:db8::1]:53';
    const { config, warnings } = parseConfig(withLines(`${path} server [2001:db8::2]:53`), FILE);
    expect(config?.services[0]?.servers[0]?.address).toBe('2001:db8::2');
    expect(warnings.map(({ sentence }) => sentence).join()).toContain('is no address of the group');
  });

  test('a time that the kernel cannot count', () => {
    const { problems } = parseConfig(withLines(`${PATH} persistence 1500ms`), FILE);
    expect(problems.map(({ sentence }) => sentence).join()).toContain('"1500ms" is not a multiple of 1s');
  });
});

/** As built, also where validation has something to say. */
function readAnyway(text: string): Config {
  const { settings, problems } = readSettings(text, '');
  expect(problems).toEqual([]);
  return buildConfig(settings!);
}
