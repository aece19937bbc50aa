import { expect, test } from 'vitest';
import type {
  Config,
  HeartbeatLink,
  PingGroup,
  RealServer,
  VirtualService,
} from '../../../src/config/config';
import { configHash } from '../../../src/config/hash';
import { parseConfig, printConfig } from '../../../src/config/parse';
import { LCD_BAUDS, LCD_MODULES } from '../../../src/config/schema';
import { joinWords, splitWords } from '../../../src/config/text';
import { Random } from '../../sim/random';
import { EXAMPLE, FILE, problemsOf } from './example';
import { periodRules, serviceRules } from './rules';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const CHARACTERS = [...'abcXYZ019 \t"\\#\'{}:;/.-_$é', '\u{1f600}', '\u2028'];
const BAUDS = [19_200, 38_400, 57_600, 115_200];

function times<T>(random: Random, most: number, make: (index: number) => T): T[] {
  return Array.from({ length: random.below(most + 1) }, (_, index) => make(index));
}

function randomText(random: Random, most: number): string {
  return times(random, most, () => random.pick(CHARACTERS)).join('');
}

function randomCommand(random: Random): string[] {
  return [`prog${random.below(100)}`, ...times(random, 5, () => randomText(random, 8))];
}

/** Without doubles: equal settings are one. */
function unlike<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** Links come by kind, serial ones first. */
function randomLinks(random: Random): HeartbeatLink[] {
  const port = (): number => 1 + random.below(65_535);
  const ucastPort = port();
  const links: HeartbeatLink[] = [
    ...times(random, 2, (index) => ({
      kind: 'serial' as const,
      device: `/dev/ttyS${index}`,
      baud: random.pick(BAUDS),
    })),
    ...times(random, 2, (index) => ({ kind: 'bcast' as const, interface: `eth${index}`, port: port() })),
    ...times(random, 2, (index) => ({
      kind: 'mcast' as const,
      interface: `eth${index}`,
      group: `239.1.${random.below(256)}.1`,
      port: port(),
      ttl: 1 + random.below(255),
    })),
    { kind: 'ucast' as const, interface: 'eth1', peer: '10.1.0.1', port: ucastPort },
    { kind: 'ucast' as const, interface: 'eth1', peer: '10.1.0.2', port: ucastPort },
  ];
  return links;
}

function randomServices(random: Random): VirtualService[] {
  const servers = (port: number): RealServer[] =>
    times(random, 4, (index) => {
      const method = random.pick(['nat', 'dr', 'tun'] as const);
      return {
        address: `10.1.1.${index + 1}`,
        port: method === 'nat' ? 1 + random.below(65_535) : port,
        weight: random.below(65_536),
        method,
      };
    });
  const service = (protocol: 'tcp' | 'udp', index: number): VirtualService => ({
    protocol,
    address: '10.0.0.10',
    port: 80 + index,
    scheduler: random.pick(['rr', 'wlc', 'mh']),
    servers: servers(80 + index),
  });
  return [
    ...times(random, 3, (index) => service('tcp', index)),
    ...times(random, 2, (index) => service('udp', index)),
  ];
}

/** Single ping nodes come before groups. */
function randomPings(random: Random): PingGroup[] {
  const hosts = (most: number): string[] =>
    unlike(times(random, most - 1, () => `10.0.0.${20 + random.below(200)}`).concat('10.3.0.1'));
  const single = random.chance(0.5) ? hosts(4).map((host) => ({ name: host, hosts: [host] })) : [];
  return [...single, ...times(random, 4, (index) => ({ name: `p${index}`, hosts: hosts(8) }))];
}

function randomConfig(seed: number): Config {
  const random = new Random(seed);
  const keepaliveMs = 200 + random.below(5000);
  // Room for a heartbeat at the slowest of the BAUDS.
  const deadtimeMs = 2 * keepaliveMs + 200 + random.below(5000);
  const name = (): string => random.pick(['lb', 'a.b-c.d', 'X9']) + random.below(9);
  const nodes = unlike([`a${name()}`, `b${name()}`]).map((node, index) => ({
    name: node,
    interfaces: [
      { name: 'eth0', addresses: [`10.0.0.${index + 1}/24`] },
      { name: 'eth1', addresses: [`10.1.0.${index + 1}/16`, `10.2.0.${index + 1}/30`] },
      { name: 'eth2', addresses: [] },
    ],
    routes: times(random, 3, (route) => ({ destination: `172.16.${route}.0/24`, via: '10.0.0.99' })),
  }));
  const ids = unlike(times(random, 3, () => random.below(16)));
  const keys = (ids.length === 0 ? [7] : ids)
    .sort((a, b) => a - b)
    .map((id) => {
      const method = random.pick(['sha256', 'sha1', 'md5', 'crc'] as const);
      return { id, method, secret: method === 'crc' ? '' : `s${randomText(random, 30)}` };
    });
  return {
    nodes,
    heartbeat: {
      keepaliveMs,
      warntimeMs: 10 + random.below(deadtimeMs - 10),
      deadtimeMs,
      initdeadMs: deadtimeMs + random.below(100_000),
      autoFailback: random.pick(['on', 'off', 'legacy'] as const),
      hopfudge: random.below(254),
      links: randomLinks(random),
      auth: { signWith: random.pick(keys).id, keys },
      deadpingMs: 2 * keepaliveMs + 1 + random.below(5000),
      pings: randomPings(random),
      watchdog: random.pick([null, '/dev/watchdog', '/dev/watchdog1']),
      stonith: random.chance(0.5) ? null : randomCommand(random),
      helpers: unlike(times(random, 8, () => randomCommand(random))),
    },
    group: {
      preferred: random.pick(nodes).name,
      vips: ['10.0.0.10/24', '10.0.0.11/32'].slice(0, 1 + random.below(2)),
      gateways: ['10.1.0.254/16'],
    },
    console: {
      idleTimeoutMs: 60_000 * (1 + random.below(1000)),
      screen: random.pick(['panel', 'log'] as const),
    },
    panel: {
      lines: times(random, 1, (index) => ({
        device: `/dev/ttyUSB${index}`,
        baud: random.pick([9600, 115_200]),
        intervalMs: 1000 * (1 + random.below(100)),
      })),
      ...random.pick([
        { lcds: [], lamps: [] },
        {
          lcds: [
            {
              device: '/dev/ttyS8',
              module: random.pick(LCD_MODULES),
              baud: random.pick([null, ...LCD_BAUDS]),
              hasStandbyKey: random.chance(0.5),
            },
          ],
          lamps: ['/dev/ttyS9'],
        },
      ]),
    },
    services: randomServices(random),
    hostgroups: times(random, 3, (index) => ({
      name: `g${index}`,
      hosts: ['10.1.1.1', 'www.example.org'].slice(0, 1 + random.below(2)),
    })),
    watches: times(random, 3, (index) => ({
      hostgroup: `g${index}`,
      services: [0, 1].map((service) => ({
        name: `s${service}`,
        intervalMs: 100 + random.below(86_000_000),
        monitor: randomCommand(random),
        timeoutMs: 10 + random.below(3_000_000),
        ...serviceRules(random),
        ...(random.chance(0.5) ? { rise: 1 + random.below(9), fall: 3, randstartMs: 500 } : {}),
        periods: times(random, 2, (period) => ({
          label: `p${period}`,
          time: randomText(random, 20),
          alerts: unlike(times(random, 3, () => randomCommand(random))),
          upalerts: unlike(times(random, 3, () => randomCommand(random))),
          ...periodRules(random),
        })),
      })),
    })),
    ...randomAlerting(random),
    ...(random.chance(0.5)
      ? { traps: { port: 2583, from: ['10.1.0.0/16'], users: [{ name: 'u', password: 'p w' }] } }
      : {}),
  };
}

/** Nothing set is nothing there. */
function randomAlerting(random: Random): Pick<Config, 'alerting'> {
  const mail = {
    relay: random.pick([null, { address: '10.0.0.25', port: 25 }, { address: '2001:db8::25', port: 2525 }]),
    from: random.pick([null, 'root', 'a.b+c@example.org']),
    hostname: random.pick([null, 'lb.example.org']),
  };
  return Object.values(mail).every((value) => value === null) ? {} : { alerting: { mail } };
}

test.each(SEEDS)('what is printed is read back as it was (seed %d)', (seed) => {
  const config = randomConfig(seed);
  const text = printConfig(config);
  expect(parseConfig(text, FILE)).toMatchObject({ problems: [], config });
  expect(parseConfig(text, FILE).config).toEqual(config);
});

test.each(SEEDS)('lines may stand in any order (seed %d)', (seed) => {
  const random = new Random(seed);
  const lines = printConfig(randomConfig(seed)).trimEnd().split('\n');
  for (let at = lines.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [lines[at], lines[other]] = [lines[other]!, lines[at]!];
  }
  const { config, problems } = parseConfig(lines.join('\n'), FILE);
  expect(problems).toEqual([]);
  expect(configHash(config!)).toBe(configHash(randomConfig(seed)));
});

test.each(SEEDS)('words that are joined come apart again (seed %d)', (seed) => {
  const random = new Random(seed);
  const words = times(random, 20, () => randomText(random, 20));
  expect(splitWords(joinWords(words))).toEqual({ ok: true, value: words });
});

/** The example, and settings that it can do without. */
const WHOLE = `${EXAMPLE.replace('set heartbeat keepalive 2s', 'set heartbeat timing paper')}set heartbeat deadping 6s
set heartbeat ping 168.188.46.1
set heartbeat ping-group both host 168.188.46.2
set heartbeat ping-group both host 192.168.2.99
set heartbeat watchdog /dev/watchdog
set heartbeat stonith "fence -a \\"two words\\""
set heartbeat respawn "/usr/bin/helper -v"
set heartbeat respawn other
`;

test('the text that is damaged below is good', () => {
  expect(problemsOf(WHOLE)).toEqual([]);
});

/** One small accident with a text: what typing, pasting and broken disks do. */
function damage(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const words = text.split(' ');
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + random.below(20));
    case 1:
      return (
        text.slice(0, at) +
        String.fromCharCode(random.below(random.chance(0.5) ? 128 : 65_536)) +
        text.slice(at)
      );
    case 2:
      return (
        text.slice(0, at) +
        random.pick(['"', '\\', '#', '\n', '\r', '\0', '/', '__proto__ ']) +
        text.slice(at)
      );
    case 3:
      words.splice(random.below(words.length), 1, random.pick(words));
      return words.join(' ');
    case 4:
      words.splice(
        random.below(words.length),
        1,
        random.pick(['constructor', 'set', '-1', '1e9', '0.0.0.0/0', '""']),
      );
      return words.join(' ');
    default:
      return text.slice(at) + text.slice(0, at);
  }
}

test('no text throws, and every problem has its place and its sentence', () => {
  const random = new Random(1);
  for (let run = 0; run < 1500; run++) {
    let text = WHOLE;
    for (let left = 1 + random.below(6); left > 0; left--) text = damage(text, random);
    const { config, problems, warnings } = parseConfig(text, FILE);
    expect(config === null, text).toBe(problems.length > 0);
    for (const { file, line, sentence } of [...problems, ...warnings]) {
      expect(file).toBe(FILE);
      expect(line === null || (line >= 1 && line <= text.split('\n').length), text).toBe(true);
      expect(sentence, text).not.toMatch(/undefined|null|NaN|\[object|\n/);
      expect(sentence.length).toBeGreaterThan(20);
    }
    if (config !== null) expect(parseConfig(printConfig(config), FILE).config, text).toEqual(config);
  }
});

test('noise of all lengths', () => {
  const random = new Random(2);
  for (let run = 0; run < 200; run++) {
    const text = String.fromCharCode(...times(random, 3000, () => random.below(65_536)));
    expect(parseConfig(text, FILE).config).toBeNull();
  }
});
