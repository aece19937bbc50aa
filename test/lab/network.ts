/**
 * The lab's network: an outside and an inside Ethernet segment, in network namespaces that belong to this run and
 * vanish with it. Touches nothing of the machine's own interfaces, routes or addresses.
 *
 *     client ── outside ──┬── lead ───┬── inside ──┬── rs1
 *   168.188.46.1          └── backup ─┘            └── rs2
 */

import { existsSync, readdirSync } from 'node:fs';
import { run } from './processes';
import { PROBE_MAC } from './sighting';

export const SEGMENTS = ['outside', 'inside'] as const;
export type Segment = (typeof SEGMENTS)[number];
export const BOXES = ['lead', 'backup'] as const;
export type BoxName = (typeof BOXES)[number];

/** Hosts of the lab that are not boxes. The client is the outside network's router as well. */
export const HOSTS = {
  client: { segment: 'outside', address: '168.188.46.1/24', gateway: null },
  rs1: { segment: 'inside', address: '192.168.2.3/24', gateway: '192.168.2.1' },
  rs2: { segment: 'inside', address: '192.168.2.4/24', gateway: '192.168.2.1' },
} as const;
export type HostName = keyof typeof HOSTS;

const PREFIX = 'understudy-';
const NAMESPACE_FOLDER = '/run/netns';

/** Tap interface of a box's network card; its name on the bridge. */
export function tapName(box: BoxName, segment: Segment): string {
  return `${box}-${segment === 'outside' ? 'out' : 'in'}`;
}

/** Locally administered address of a box's network card. */
export function macAddress(box: BoxName, segment: Segment): string {
  return `52:54:00:75:0${BOXES.indexOf(box) + 1}:0${SEGMENTS.indexOf(segment)}`;
}

/** Of this process: each has names of its own. */
let labs = 0;

export class LabNetwork {
  /** Namespace with both bridges and all taps, where the boxes run. */
  readonly switches: string;

  private readonly id: string;

  constructor() {
    labs += 1;
    this.id = `${process.pid}-${labs}`;
    this.switches = this.namespace('switches');
  }

  namespace(name: HostName | 'switches'): string {
    return `${PREFIX}${this.id}-${name}`;
  }

  /** Builds everything, after removing what a lab that was killed may have left. */
  create(): void {
    removeLeftovers();
    run('ip', 'netns', 'add', this.switches);
    for (const segment of SEGMENTS) {
      const bridge = ['type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0'];
      this.onSwitches('link', 'add', segment, 'address', PROBE_MAC, ...bridge);
      this.onSwitches('link', 'set', segment, 'up');
      for (const box of BOXES) this.addTap(box, segment);
    }
    for (const host of Object.keys(HOSTS) as HostName[]) this.addHost(host);
  }

  remove(): void {
    for (const name of ['switches', ...Object.keys(HOSTS)] as (HostName | 'switches')[]) {
      if (existsSync(`${NAMESPACE_FOLDER}/${this.namespace(name)}`))
        run('ip', 'netns', 'del', this.namespace(name));
    }
  }

  /**
   * Cuts or mends the path between the two boxes on one segment, and nothing else: isolated ports of a bridge
   * reach all others but not each other (ip-link(8)).
   */
  separateBoxes(segment: Segment, separate: boolean): void {
    for (const box of BOXES) {
      const port = ['link', 'set', tapName(box, segment), 'type', 'bridge_slave'];
      this.onSwitches(...port, 'isolated', separate ? 'on' : 'off');
    }
  }

  /** Pulls a host's cable, or puts it back. */
  plug(host: HostName, plugged: boolean): void {
    this.onSwitches('link', 'set', host, plugged ? 'up' : 'down');
  }

  private addTap(box: BoxName, segment: Segment): void {
    const tap = tapName(box, segment);
    this.onSwitches('tuntap', 'add', tap, 'mode', 'tap');
    this.onSwitches('link', 'set', tap, 'master', segment);
    this.onSwitches('link', 'set', tap, 'up');
  }

  private addHost(host: HostName): void {
    const { segment, address, gateway } = HOSTS[host];
    const namespace = this.namespace(host);
    run('ip', 'netns', 'add', namespace);
    this.onSwitches('link', 'add', host, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    this.onSwitches('link', 'set', host, 'master', segment);
    this.onSwitches('link', 'set', host, 'up');
    const inside = (...args: string[]): string => run('ip', '-n', namespace, ...args);
    inside('link', 'set', 'lo', 'up');
    inside('address', 'add', address, 'dev', 'eth0');
    inside('link', 'set', 'eth0', 'up');
    if (gateway !== null) inside('route', 'add', 'default', 'via', gateway);
  }

  private onSwitches(...args: string[]): void {
    run('ip', '-n', this.switches, ...args);
  }
}

/** Namespaces whose lab runs no more: it was killed before it could clean up. */
function removeLeftovers(): void {
  if (!existsSync(NAMESPACE_FOLDER)) return;
  for (const name of readdirSync(NAMESPACE_FOLDER)) {
    if (isLeftover(name, PREFIX)) run('ip', 'netns', 'del', name);
  }
}

/** Whether a name is the prefix and the process number of a lab that runs no more, and whatever follows a dash. */
export function isLeftover(name: string, prefix: string): boolean {
  const owner = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0]! : '';
  return /^\d+$/.test(owner) && !existsSync(`/proc/${owner}`);
}
