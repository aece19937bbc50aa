/** Random configurations: `plain` ones hold only what the foreign forms can express, the others anything. */
import type {
  AuthKey,
  Config,
  HeartbeatLink,
  HostGroup,
  Period,
  RealServer,
  VirtualService,
  Watch,
} from '../../../../src/config/config';
import { Random } from '../../../sim/random';
import { periodRules, serviceRules } from '../rules';

const CHARACTERS = [...'abcXYZ019 \t"\\\';:/.-_$|&é', '\u{1f600}', '\u2028'];
const WILD_CHARACTERS = [...CHARACTERS, '#'];
const BAUDS = [9600, 19_200, 38_400, 57_600, 115_200];
/** As mon has them, with the labels that import gives to periods without one. */
const TIMES = [
  ['wd {Sun-Sat}', 'wd'],
  ['wd {Mon-Fri} hr {9am-4pm}', 'wd-2'],
  ['hr {10pm-6am}', 'hr'],
  ['', 'always'],
  ['none', 'none'],
] as const;

function times<T>(random: Random, most: number, make: (index: number) => T): T[] {
  return Array.from({ length: random.below(most + 1) }, (_, index) => make(index));
}

/** Without doubles: equal settings are one. */
function unlike<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function words(random: Random, program: string, characters: readonly string[]): string[] {
  const word = (): string => times(random, 8, () => random.pick(characters)).join('');
  return [program, ...times(random, 5, word)];
}

function links(random: Random, isPlain: boolean): HeartbeatLink[] {
  const baud = random.pick(BAUDS);
  const port = 1 + random.below(65_535);
  const ucastPort = random.pick([port, 1 + random.below(65_535)]);
  const other = (value: number, values: readonly number[]): number => (isPlain ? value : random.pick(values));
  return [
    ...times(random, 2, (index) => ({
      kind: 'serial' as const,
      device: `/dev/ttyS${index}`,
      baud: other(baud, BAUDS),
    })),
    ...times(random, 2, (index) => ({
      kind: 'bcast' as const,
      interface: `eth${index}`,
      port: other(port, [694, port]),
    })),
    ...times(random, 2, (index) => ({
      kind: 'mcast' as const,
      interface: `eth${index}`,
      group: `239.1.${random.below(256)}.1`,
      port: 1 + random.below(65_535),
      ttl: 1 + random.below(isPlain ? 4 : 8),
    })),
    ...times(random, 2, (index) => ({
      kind: 'ucast' as const,
      interface: 'eth1',
      peer: `192.168.2.${index + 11}`,
      port: other(ucastPort, [694, ucastPort]),
    })),
  ];
}

function keys(random: Random, isPlain: boolean): AuthKey[] {
  const methods = isPlain ? (['sha1', 'md5', 'crc'] as const) : (['sha256', 'sha1', 'md5', 'crc'] as const);
  const ids = unlike([random.below(16), ...times(random, 2, () => random.below(16))]).sort((a, b) => a - b);
  return ids.map((id) => {
    const method = random.pick(methods);
    const blank = isPlain ? '' : random.pick(['', ' ']);
    const secret = `${random.pick(['s', '#', '"', "'"])}ecret${blank}${random.below(1e6)}`;
    return { id, method, secret: method === 'crc' ? '' : secret };
  });
}

function services(random: Random): VirtualService[] {
  const servers = (port: number): RealServer[] =>
    times(random, 3, (index) => {
      const method = random.pick(['nat', 'nat', 'dr', 'tun'] as const);
      return {
        address: `192.168.2.${index + 101}`,
        port: method === 'nat' ? 1 + random.below(65_535) : port,
        weight: random.below(65_536),
        method,
      };
    });
  const service = (protocol: 'tcp' | 'udp', index: number): VirtualService => ({
    protocol,
    address: `192.0.2.${10 + (index % 2)}`,
    port: 80 + index,
    scheduler: random.pick(['rr', 'wlc', 'mh', 'twos']),
    // One NAT server at least, by which the gateway is known.
    servers: [{ address: '192.168.2.100', port: 80, weight: 1, method: 'nat' }, ...servers(80 + index)],
  });
  return [
    ...[0, 1].map((index) => service('tcp', index)),
    ...times(random, 2, (index) => service('udp', index)),
  ];
}

/** Whole seconds, as ipvsadm has them. */
function ipvs(random: Random): Pick<Config, 'ipvs'> {
  if (random.chance(0.4)) return {};
  const timeMs = (): number => 1000 * (1 + random.below(86_400));
  const sync = {
    interface: 'eth1',
    id: random.below(256),
    group: random.pick(['224.0.0.81', '239.1.2.3']),
    port: random.pick([8848, 1 + random.below(65_535)]),
    ttl: random.pick([1, 1 + random.below(255)]),
    maxBytes: random.pick([null, 1 + random.below(65_507)]),
  };
  const timeouts = { tcpMs: timeMs(), tcpFinMs: timeMs(), udpMs: timeMs() };
  return { ipvs: { timeouts, sync: random.chance(0.5) ? null : sync } };
}

function periods(random: Random, isPlain: boolean): Period[] {
  const alerts = (): string[][] =>
    unlike(
      times(random, 3, () =>
        words(
          random,
          isPlain ? `prog${random.below(9)}` : random.pick(['prog', 'two words', 'exit=1']),
          CHARACTERS,
        ),
      ),
    );
  const labels = isPlain ? ['a', 'B_2', 'night'] : ['a', 'a.b', 'a:b', 'a+b', '2', 'wd', 'wd-2'];
  const named = times(random, 3, () => ({ label: random.pick(labels), time: random.pick(TIMES)[0] }));
  const bare = isPlain ? TIMES.slice(0, random.below(TIMES.length + 1)) : [];
  const all = [...named, ...bare.map(([time, label]) => ({ label, time }))];
  return [...new Map(all.map((period) => [period.label, period])).values()].map((period) => ({
    ...period,
    alerts: [...alerts(), ...(random.chance(0.3) ? [['exit=1-9', 'prog', 'some']] : [])],
    upalerts: alerts(),
    ...periodRules(random),
  }));
}

function watches(random: Random, groups: readonly HostGroup[], isPlain: boolean): Watch[] {
  const names = isPlain ? ['http', 'a.b-c', '9_'] : ['http', 'a:b', 'a+b', 'a_b'];
  return groups.map(({ name }) => ({
    hostgroup: name,
    services: unlike([random.pick(names), ...times(random, 2, () => random.pick(names))]).map((service) => {
      const own = random.chance(0.3);
      const seconds = 1 + random.below(50);
      return {
        name: service,
        intervalMs: random.pick([100, 1500, 5000, 60_000, 1000 + random.below(86_000_000)]),
        monitor: own
          ? ['tcp.monitor', '-t', String(seconds), '-p', '80']
          : words(
              random,
              isPlain ? 'prog' : random.pick(['prog', 'two words', '"']),
              [...CHARACTERS].filter((character) => character !== '-'),
            ).concat(random.pick([[], [';;']])),
        timeoutMs: own ? seconds * 1000 : isPlain ? 3000 : 10 + random.below(3_000_000),
        periods: periods(random, isPlain),
        ...serviceRules(random),
        ...(isPlain ? {} : { rise: 3, fall: 2, description: random.pick(CHARACTERS) }),
      };
    }),
  }));
}

function randomConfig(seed: number, isPlain: boolean): Config {
  const random = new Random(seed);
  const names = ['Lb-a.example.org', 'lb-b'];
  const keepaliveMs = 10 + random.below(5000);
  const deadtimeMs = 2 * keepaliveMs + 1 + random.below(5000);
  const signing = keys(random, isPlain);
  const groups = (isPlain ? ['web', 'g.1-x', '0'] : ['web', 'w:1', 'w+1', 'w_1'])
    .slice(0, random.below(5))
    .map((name) => ({
      name,
      hosts: unlike([
        '192.168.2.101',
        ...times(random, 20, () => random.pick(['www.example.org', `192.168.2.${1 + random.below(254)}`])),
      ]),
    }));
  const helper = (): string[] =>
    isPlain
      ? words(random, `/usr/bin/helper${random.below(9)}`, CHARACTERS)
      : words(random, random.pick(['/usr/bin/helper', 'helper', '/usr/bin/two words']), WILD_CHARACTERS);
  const pings = times(random, 2, (index) => `192.0.2.${index + 1}`).map((host) => ({
    name: host,
    hosts: [host],
  }));
  return {
    nodes: names.map((name, index) => ({
      name,
      interfaces: [{ name: 'eth0', addresses: [`192.0.2.${index + 21}/24`] }],
      routes: [{ destination: '0.0.0.0/0', via: '192.0.2.1' }],
    })),
    heartbeat: {
      keepaliveMs,
      warntimeMs: 10 + random.below(deadtimeMs - 10),
      deadtimeMs,
      initdeadMs: random.pick([deadtimeMs, 60_000, 3_600_000]),
      autoFailback: random.pick(['on', 'off', 'legacy'] as const),
      hopfudge: random.below(254),
      links: links(random, isPlain),
      auth: { signWith: random.pick(signing).id, keys: signing },
      deadpingMs: 2 * keepaliveMs + 1 + random.below(5000),
      pings: [
        ...pings,
        ...times(random, 2, (index) => ({ name: `p${index}`, hosts: ['192.0.2.3', '192.168.2.9'] })),
      ],
      watchdog: random.pick([null, '/dev/watchdog']),
      stonith: isPlain || random.chance(0.5) ? null : words(random, '/usr/bin/off', WILD_CHARACTERS),
      helpers: unlike(times(random, 4, helper)),
    },
    group: {
      preferred: random.pick(names),
      vips: ['192.0.2.10/24', '192.0.2.11/32'].slice(0, 1 + random.below(2)),
      gateways: ['192.168.2.1/24', '192.168.2.2/24'].slice(0, 1 + random.below(2)),
    },
    console: { idleTimeoutMs: 600_000, screen: 'panel' },
    panel: { lines: [], lcds: [], lamps: [] },
    services: services(random),
    ...ipvs(new Random(seed)),
    hostgroups: groups,
    watches: watches(random, groups.slice(0, random.below(4)), isPlain),
  };
}

export const plainConfig = (seed: number): Config => randomConfig(seed, true);
export const wildConfig = (seed: number): Config => randomConfig(seed, false);
