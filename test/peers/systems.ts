/**
 * What is compared: every system with its name, the files that configure it (below `config/`), and what is asked of
 * it. Writes the disks of a pair of boxes that run one. Measures nothing.
 */

import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFilesystem } from '../../board/build/assemble';
import { command } from '../../board/build/command';
import { readLayout } from '../../board/build/disk';
import { buildImage } from '../../board/build/image';
import { PASSWORD_HASH } from '../lab/login';
import type { BoxName } from '../lab/network';
import type { Timing } from '../lab/pair';
import { PEER_BOARD } from './root';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'config');

interface SystemBase {
  readonly id: string;
  /** As in the issue: a and b heartbeat, c and d keepalived, e Understudy, z nothing but a table. */
  readonly letter: string;
  /** For the tables. */
  readonly title: string;
  /** Which boxes check the real servers. */
  readonly checkedBy: readonly BoxName[];
  /** The one part that this variant is for; all that apply otherwise. */
  readonly only?: string;
  /** Understudy at the timing that somebody who considers this one would choose; absent for Understudy. */
  readonly rival?: string;
}

export interface PeerSystem extends SystemBase {
  readonly kind: 'peer';
  /** Debian packages that one would install for it. */
  readonly packages: readonly string[];
  /** Name in /config -> file below `config/`. */
  readonly files: Readonly<Record<string, string>>;
}

export interface OurSystem extends SystemBase {
  readonly kind: 'understudy';
  readonly timing: Timing;
  /** Lines that are added to the lab's paper configuration; they replace those that set the same. */
  readonly lines: readonly string[];
}

export type System = PeerSystem | OurSystem;

const BOTH: readonly BoxName[] = ['lead', 'backup'];

const heartbeatMon = (
  id: string,
  title: string,
  rival: Timing,
  own: Readonly<Record<'ha.cf' | 'haresources' | 'mon.cf', string>>,
): PeerSystem => ({
  kind: 'peer',
  rival: `understudy-${rival}`,
  id,
  letter: 'a',
  title,
  checkedBy: BOTH,
  packages: ['heartbeat', 'mon', 'ipvsadm'],
  files: {
    'ha.cf': `heartbeat-mon/${own['ha.cf']}`,
    authkeys: 'heartbeat-mon/authkeys',
    haresources: `heartbeat-mon/${own.haresources}`,
    'mon.cf': `heartbeat-mon/${own['mon.cf']}`,
    'ipvsadm.rules': 'heartbeat-mon/ipvsadm.rules',
    start: 'heartbeat-mon/start',
  },
});

const keepalived = (id: string, letter: string, rival: Timing, title: string): PeerSystem => ({
  kind: 'peer',
  rival: `understudy-${rival}`,
  id,
  letter,
  title,
  checkedBy: BOTH,
  packages: ['keepalived'],
  files: {
    'keepalived.conf': `keepalived/${id}.conf`,
    ...(letter === 'd' ? { 'fast.conf': 'keepalived/fast.conf' } : {}),
    start: 'keepalived/start',
  },
});

/** @param check interval and timeout of the checks, where they are not the paper's */
const understudy = (timing: Timing, title: string, check: string | null): OurSystem => ({
  kind: 'understudy',
  id: `understudy-${timing}`,
  letter: 'e',
  title,
  checkedBy: BOTH,
  timing,
  lines:
    check === null
      ? []
      : ['cluster1', 'cluster2'].flatMap((group) => [
          `set watch ${group} service http interval ${check}`,
          `set watch ${group} service http timeout ${check}`,
        ]),
});

/** What the others are compared with. */
export const BARE: PeerSystem = {
  kind: 'peer',
  id: 'ipvsadm',
  letter: 'z',
  title: 'a table set by hand, nothing else',
  checkedBy: [],
  packages: ['ipvsadm'],
  files: { 'ipvsadm.rules': 'ipvsadm/ipvsadm.rules', start: 'ipvsadm/start' },
};

export const SYSTEMS: readonly System[] = [
  heartbeatMon('heartbeat-mon', 'heartbeat + mon, as in the paper', 'paper', {
    'ha.cf': 'ha.cf',
    haresources: 'haresources',
    'mon.cf': 'mon.cf',
  }),
  heartbeatMon('heartbeat-mon-light', 'heartbeat + mon, one light script, checks of 3 s', 'paper', {
    'ha.cf': 'ha.cf',
    haresources: 'haresources-light',
    'mon.cf': 'mon-light.cf',
  }),
  heartbeatMon('heartbeat-mon-fast', 'heartbeat + mon, the same, 200 ms, 1 s', 'default', {
    'ha.cf': 'ha-fast.cf',
    haresources: 'haresources-light',
    'mon.cf': 'mon-light.cf',
  }),
  {
    kind: 'peer',
    rival: 'understudy-paper',
    id: 'heartbeat-ldirectord',
    letter: 'b',
    title: 'heartbeat + ldirectord',
    checkedBy: ['lead'],
    packages: ['heartbeat', 'ldirectord', 'ipvsadm'],
    files: {
      'ha.cf': 'heartbeat-mon/ha.cf',
      authkeys: 'heartbeat-mon/authkeys',
      haresources: 'heartbeat-ldirectord/haresources',
      'ldirectord.cf': 'heartbeat-ldirectord/ldirectord.cf',
      start: 'heartbeat-ldirectord/start',
    },
  },
  keepalived('keepalived-1s', 'c', 'default', 'keepalived, VRRP 1 s'),
  keepalived('keepalived-100ms', 'd', 'fast', 'keepalived, VRRPv3 0.1 s'),
  keepalived('keepalived-50ms', 'd', 'fast', 'keepalived, VRRPv3 0.05 s'),
  keepalived('keepalived-10ms', 'd', 'fast', 'keepalived, VRRPv3 0.01 s'),
  {
    ...keepalived('keepalived-sync', 'd', 'fast', 'keepalived, VRRPv3 0.05 s, sync daemon'),
    only: 'connections',
  },
  understudy('paper', 'Understudy, paper timing (2 s, 5 s)', null),
  understudy('default', 'Understudy, default timing (200 ms, 1 s)', '500ms'),
  understudy('fast', 'Understudy, fast timing (30 ms, 100 ms)', '200ms'),
  {
    ...understudy('fast', 'Understudy, fast timing, sync daemon', '200ms'),
    id: 'understudy-sync',
    lines: [...understudy('fast', '', '200ms').lines, 'set ipvs sync interface eth1'],
    only: 'connections',
  },
  BARE,
];

/** What a box's disk is made from. */
export interface DiskParts {
  readonly base: string;
  readonly hostname: string;
  /** Interface and address with prefix length, of the box itself. */
  readonly addresses: readonly (readonly [card: string, address: string])[];
  readonly out: string;
}

/** Writes the disk of a box that runs a peer. */
export async function writePeerDisk(system: PeerSystem, disk: DiskParts): Promise<void> {
  const folder = `${disk.out}.config`;
  mkdirSync(folder, { recursive: true });
  for (const [name, file] of Object.entries(system.files))
    copyFileSync(join(FOLDER, file), join(folder, name));
  if ('authkeys' in system.files) chmodSync(join(folder, 'authkeys'), 0o600);
  writeFileSync(join(folder, 'hostname'), `${disk.hostname}\n`);
  writeFileSync(join(folder, 'addresses'), disk.addresses.map((pair) => `${pair.join(' ')}\n`).join(''));
  await command('cp', ['--sparse=always', disk.base, disk.out]);
  await writeFilesystem(readLayout(PEER_BOARD), 'config', folder, disk.out);
}

/** Writes the disk of a box that runs Understudy. @param config text of the pair's configuration */
export async function writeOurDisk(config: string, disk: DiskParts): Promise<void> {
  const { base, hostname, out } = disk;
  await buildImage({ config, hostname, passwordHash: PASSWORD_HASH, base, out });
}

/** The configuration with the system's own lines in place of those that set the same. */
export function configOf(system: OurSystem, paper: string): string {
  const subject = (line: string): string => line.split(' ').slice(0, -1).join(' ');
  const own = new Set(system.lines.map(subject));
  const kept = paper
    .trimEnd()
    .split('\n')
    .filter((line) => !own.has(subject(line)));
  return `${[...kept, ...system.lines].join('\n')}\n`;
}
