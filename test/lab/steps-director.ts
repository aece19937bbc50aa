/**
 * Step (n): services of every kind that the kernel has. Its table, as Debian's own ipvsadm tells it on the box, is what the
 * configuration asks for: after boot, after somebody has emptied it, and after somebody has changed it.
 */

import { isDeepStrictEqual } from 'node:util';
import { buildConfig } from '../../src/config/build';
import type { Config, VirtualService } from '../../src/config/config';
import { exportText } from '../../src/config/export/index';
import { importText } from '../../src/config/import/index';
import { readSettings } from '../../src/config/read';
import { serviceName } from '../../src/director/table';
import { installIpvsadm, ipvsadm, packIpvsadm } from './ipvsadm';
import { BOXES, type BoxName } from './network';
import { readConfig } from './pair';
import type { Run, Step } from './run';

const VIP = '168.188.46.175';
/** All that Debian's kernel has; newer ones have twos. */
const SCHEDULERS = 'rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh'.split(' ');
const BOOT_DEADLINE_MS = 60_000;
/** The reconciler's interval, and time for the rounds. */
const RECONCILED_MS = 40_000;
const POLL_MS = 1000;
/** An order needs no interval. */
const ORDERED_MS = 5000;

/** Beside the paper's service, which goes on. */
const SERVICES = [
  ...SCHEDULERS.flatMap((scheduler, at) => [
    `service tcp ${VIP}:${8001 + at} scheduler ${scheduler}`,
    `service tcp ${VIP}:${8001 + at} server 192.168.2.3:80 weight ${at}`,
    `service tcp ${VIP}:${8001 + at} server 192.168.2.4:8080`,
  ]),
  `service tcp ${VIP}:443 scheduler sh`,
  `service tcp ${VIP}:443 hash-flag sh-port`,
  `service tcp ${VIP}:443 hash-flag sh-fallback`,
  `service tcp ${VIP}:443 persistence 5m`,
  `service tcp ${VIP}:443 persistence-prefix 24`,
  `service tcp ${VIP}:443 server 192.168.2.3:443 upper-threshold 100`,
  `service tcp ${VIP}:443 server 192.168.2.3:443 lower-threshold 50`,
  `service tcp ${VIP}:443 server 192.168.2.4:443 method dr`,
  `service tcp ${VIP}:0 persistence 1m`,
  `service tcp ${VIP}:0 server 192.168.2.3:0`,
  `service udp ${VIP}:53 one-packet`,
  `service udp ${VIP}:53 server 192.168.2.3:5353`,
  `service udp ${VIP}:5060 persistence 1m`,
  `service udp ${VIP}:5060 persistence-engine sip`,
  `service udp ${VIP}:5060 server 192.168.2.3:5060`,
  `service tcp ${VIP}:81 scheduler mh`,
  `service tcp ${VIP}:81 hash-flag mh-port`,
  `service tcp ${VIP}:81 server 10.9.0.1:81 method tun`,
  `service tcp ${VIP}:81 server 10.9.0.2:81 method tun`,
  `service tcp ${VIP}:81 server 10.9.0.2:81 tunnel gue`,
  `service tcp ${VIP}:81 server 10.9.0.2:81 tunnel-port 6080`,
  `service tcp ${VIP}:81 server 10.9.0.2:81 tunnel-checksum csum`,
  `service tcp ${VIP}:81 server 10.9.0.3:81 method tun`,
  `service tcp ${VIP}:81 server 10.9.0.3:81 tunnel gre`,
  'service udp [2001:db8::1]:53 persistence 10m',
  'service udp [2001:db8::1]:53 persistence-prefix 64',
  'service udp [2001:db8::1]:53 server [2001:db8::2]:5353 weight 3',
  'service fwmark 3 scheduler wlc',
  'service fwmark 3 server 192.168.2.3:0',
  'service fwmark 4 family ipv6',
  'service fwmark 4 server [2001:db8::2]:0',
  'ipvs timeout tcp 30m',
  'ipvs timeout udp 1m',
  'ipvs sync interface eth1',
  'ipvs sync id 7',
];

export const director: Step = {
  name: 'director',
  title: '(n) services of every kind, as ipvsadm tells them on the boxes',
  run: async (run) => {
    const { bench } = run;
    const text = [run.config.trimEnd(), ...SERVICES.map((line) => `set ${line}`), ''].join('\n');
    const config = readConfig(text);
    await Promise.all(BOXES.map((name) => bench.boxes[name].powerOff()));
    await bench.writeDisks(text);
    const program = await packIpvsadm();
    try {
      await bench.serveFile(program.file);
      run.act('both boxes start with services of every kind', 'all services');
      for (const name of BOXES) {
        bench.forgetChecks(name);
        bench.boxes[name].powerOn();
      }
      await bench.waitForActive('lead', BOOT_DEADLINE_MS);
      await run.settle();
      for (const name of BOXES) await installIpvsadm(bench.boxes[name]);
      for (const name of BOXES) await checkTable(run, name, config, 'after boot');
      await checkRest(run);
      await disturb(run, config);
      await order(run);
    } finally {
      program.remove();
    }
  },
};

/** What the rules are to the kernel: in no order, and without thresholds, which `-S` leaves out. */
function kernelView(rules: string): string[] {
  const { lines, account } = importText('ipvsadm', rules);
  const refused = account.filter(({ verdict }) => verdict === 'refused').map(({ sentence }) => sentence);
  const { settings } = readSettings(lines.join('\n'), 'rules');
  const services = settings === null ? [] : buildConfig(settings).services;
  return [...refused, ...services.map(serviceText)].sort();
}

function serviceText(service: VirtualService): string {
  const servers = service.servers.map(({ upperThreshold: _, lowerThreshold: __, ...server }) =>
    JSON.stringify(server, Object.keys(server).concat('kind', 'port', 'checksum').sort()),
  );
  const { servers: _, ...settings } = service;
  const flags = [...(service.schedulerFlags ?? [])].sort();
  return `${serviceName(service)} ${JSON.stringify({ ...settings, schedulerFlags: flags })} ${servers.sort().join(' ')}`;
}

async function checkTable(run: Run, name: BoxName, config: Config, when: string): Promise<void> {
  const wanted = kernelView(exportText('ipvsadm', config, ''));
  let is: string[] = [];
  const holds = async (): Promise<boolean> => {
    is = kernelView((await ipvsadm(run.bench.boxes[name], '-S -n')).join('\n'));
    return isDeepStrictEqual(is, wanted);
  };
  const untilMs = run.now() + RECONCILED_MS;
  while (!(await holds()) && run.now() < untilMs) await run.observe(POLL_MS);
  const missing = wanted.filter((line) => !is.includes(line));
  const surplus = is.filter((line) => !wanted.includes(line));
  const seen = [...missing.map((line) => `missing ${line}`), ...surplus.map((line) => `surplus ${line}`)];
  run.check(
    `ipvsadm -S on the ${name} is what the configuration asks for, ${when}`,
    seen.length === 0,
    seen.join('; ') || `${wanted.length} services`,
  );
}

async function checkRest(run: Run): Promise<void> {
  for (const name of BOXES) {
    const box = run.bench.boxes[name];
    const timeouts = (await ipvsadm(box, '-L --timeout')).join(' ');
    run.check(`timeouts on the ${name}`, timeouts.endsWith(': 1800 120 60'), timeouts);
    const role = name === 'lead' ? 'master' : 'backup';
    const daemons = await ipvsadm(box, '-L --daemon');
    const isOne = daemons.length === 1 && daemons[0]!.startsWith(`${role} sync daemon (mcast=eth1, syncid=7`);
    run.check(`the ${name} is sync ${role}, and nothing else`, isOne, daemons.join('; '));
    const thresholds = await ipvsadm(box, `-L -n --thresholds -t ${VIP}:443`);
    const row = thresholds.find((line) => line.includes('192.168.2.3:443')) ?? 'no such server';
    run.check(`thresholds on the ${name}`, /192\.168\.2\.3:443\s+100\s+50/.test(row), row);
  }
}

/** Somebody's own ipvsadm, on the box that serves and on the one that waits. */
async function disturb(run: Run, config: Config): Promise<void> {
  run.act('ipvsadm -C on the backup', 'table emptied');
  await ipvsadm(run.bench.boxes.backup, '-C');
  await checkTable(run, 'backup', config, 'after it was emptied');
  run.act('ipvsadm changes the table of the lead', 'table changed');
  const { lead } = run.bench.boxes;
  const changes = [
    `-E -t ${VIP}:443 -s wlc`,
    `-E -f 3 -s rr -p 60`,
    `-e -t ${VIP}:8002 -r 192.168.2.3:80 -m -w 99`,
    `-e -t ${VIP}:81 -r 10.9.0.2:81 -i`,
    `-d -t ${VIP}:8003 -r 192.168.2.4:8080`,
    `-a -t ${VIP}:8004 -r 192.168.2.77:80 -m`,
    `-D -u [2001:db8::1]:53`,
    `-A -t ${VIP}:9999 -s rr`,
    '--set 100 100 100',
    '--stop-daemon master',
  ];
  for (const change of changes) await ipvsadm(lead, change);
  await checkTable(run, 'lead', config, 'after it was changed');
  await checkRest(run);
}

/** Real servers by the operator's order. */
async function order(run: Run): Promise<void> {
  const { lead } = run.bench.boxes;
  const server = `tcp ${VIP}:8001 192.168.2.4:8080`;
  const serves = async (): Promise<boolean> =>
    (await ipvsadm(lead, `-L -n -t ${VIP}:8001`)).some((line) => line.includes('192.168.2.4:8080'));
  for (const [action, expected] of [
    ['disable', false],
    ['enable', true],
    ['drain', false],
    ['enable', true],
  ] as const) {
    const answer = await lead.shell(`understudy server ${action} ${server} 2>&1`);
    const untilMs = run.now() + ORDERED_MS;
    let is = await serves();
    while (is !== expected && run.now() < untilMs) is = await serves();
    run.check(`server ${action} ${expected ? 'puts it in' : 'takes it out'}`, is === expected, answer);
  }
}
