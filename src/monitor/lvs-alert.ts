/**
 * The arguments of `lvs.alert` (and of `ipvs.alert`, its later name), which is built in: which real server of which
 * virtual service an alert takes out or puts in. Pure; changes no health and no table.
 */

import { isAddress } from '../config/address';
import type { Address } from '../config/config';
import { type Endpoint, readEndpoint } from '../config/endpoint';
import { isIpv6, readIpv6 } from '../config/ipv6';
import type { ForwardMethod, ServiceKey } from '../director/table';
import type { Result } from '../host/host';

/** As mon names them in MON_ALERTTYPE. */
export type AlertType = 'failure' | 'up' | 'startup' | 'trap' | 'traptimeout' | 'ack' | 'disable';

export interface LvsAlert {
  /** The program's name, for sentences. */
  readonly name: string;
  readonly service: ServiceKey;
  readonly server: { readonly address: Address; readonly port: number };
  /** As given by -W, -F and -S; null where the flag is missing. */
  readonly weight: number | null;
  readonly method: ForwardMethod | null;
  readonly scheduler: string | null;
  /** -X: `down` takes the server out, `up` puts it in; null leaves it to the type of the alert. */
  readonly state: 'up' | 'down' | null;
}

type Flag = '-P' | '-V' | '-M' | '-R' | '-W' | '-F' | '-X' | '-S';

const valueFlags: readonly string[] = ['-P', '-V', '-M', '-R', '-W', '-F', '-X'] satisfies Flag[];
const flagHelp =
  '-P tcp|udp -V virtual-address:port, or -M mark; -R real-address[:port] [-W weight] [-F m|g|i] [-X down|up]';
const weightLimit = 65_535;
const markLimit = 999_999_999;

const ofMon = 'is given by the watch itself';
const refused: ReadonlyMap<string, string> = new Map([
  ['-s', ofMon],
  ['-g', ofMon],
  ['-h', ofMon],
  ['-t', ofMon],
  ['-l', ofMon],
  ['-D', 'would delete the whole service, which stays as the configuration has it'],
  ['-B', 'names a backup; make it the sorry-server of the service'],
]);

/** Letters are ipvsadm's flags, words are ipvs.alert's. */
const methods = new Map<string, ForwardMethod>([
  ['m', 'nat'],
  ['nat', 'nat'],
  ['g', 'dr'],
  ['dr', 'dr'],
  ['i', 'tun'],
  ['tun', 'tun'],
]);

/** @param argv program name and arguments, as configured */
export function isLvsAlert(argv: readonly string[]): boolean {
  const name = nameOf(argv);
  return name === 'lvs.alert' || name === 'ipvs.alert';
}

function nameOf(argv: readonly string[]): string {
  return argv[0]?.split('/').pop() ?? '';
}

/**
 * @param argv program name and arguments, as configured
 * @returns or one sentence that names the flag and what would be right
 */
export function parseLvsAlert(argv: readonly string[]): Result<LvsAlert> {
  const name = nameOf(argv);
  const flags = readFlags(argv, name);
  if (!flags.ok) return flags;
  const reader = new Reader(name, flags.value);
  const weight = reader.take(
    '-W',
    (text) => whole(text, weightLimit),
    `a whole number from 0 to ${weightLimit}`,
  );
  const method = reader.take(
    '-F',
    (text) => methods.get(text) ?? null,
    'm (NAT), g (direct routing) or i (tunnel)',
  );
  const state = reader.take('-X', (text) => (text === 'up' || text === 'down' ? text : null), 'down or up');
  const key = reader.key();
  const isMarked = key?.protocol === 'fwmark';
  const server = reader.need(
    '-R',
    (text) => serverOf(text, key),
    'an address like 192.168.2.3 or 192.168.2.3:80',
  );
  if (reader.fault !== null || key === null || server === null)
    return { ok: false, error: reader.fault ?? `${name} cannot be read` };
  const service: ServiceKey = isMarked && isIpv6(server.address) ? { ...key, family: 'ipv6' } : key;
  const scheduler = flags.value.get('-S') ?? null;
  return {
    ok: true,
    value: { name, service, server, weight, method, scheduler, state: flags.value.has('-u') ? 'up' : state },
  };
}

/** By flag; those without a value have an empty one. */
function readFlags(argv: readonly string[], name: string): Result<ReadonlyMap<string, string>> {
  const isIpvs = name === 'ipvs.alert';
  const given = new Map<string, string>();
  for (let at = 1; at < argv.length; at += 1) {
    const flag = argv[at] ?? '';
    // ipvs.alert adds the service first with -B, by the scheduler -S; here it is always there.
    const isBare = flag === '-u' || (isIpvs && flag === '-B');
    const isKnown = isBare || valueFlags.includes(flag) || (isIpvs && flag === '-S');
    const why = refused.get(flag);
    if (!isKnown && why !== undefined) return fault(name, `cannot take ${flag}, which ${why}`);
    if (!isKnown) return fault(name, `does not know ${JSON.stringify(flag)}; it takes ${flagHelp}`);
    const value = isBare ? '' : argv[at + 1];
    if (value === undefined) return fault(name, `has no value after ${flag}; it takes ${flagHelp}`);
    if (given.has(flag)) return fault(name, `has ${flag} twice`);
    given.set(flag, value);
    if (!isBare) at += 1;
  }
  for (const [one, other] of [
    ['-u', '-X'],
    ['-M', '-V'],
  ] as const)
    if (given.has(one) && given.has(other))
      return fault(name, `has both ${one} and ${other}; keep one of them`);
  return { ok: true, value: given };
}

/** Takes values out of the flags, and remembers the first thing that is wrong. */
class Reader {
  fault: string | null = null;

  constructor(
    private readonly name: string,
    private readonly given: ReadonlyMap<string, string>,
  ) {}

  /** Null where the flag is missing. */
  take<T>(flag: Flag, read: (text: string) => T | null, right: string): T | null {
    return this.given.has(flag) ? this.need(flag, read, right) : null;
  }

  need<T>(flag: Flag, read: (text: string) => T | null, right: string): T | null {
    const text = this.given.get(flag);
    const value = text === undefined ? null : read(text);
    if (value !== null) return value;
    this.fault ??=
      text === undefined
        ? `${this.name} needs ${flag}: ${right}`
        : `${this.name} has ${flag} ${JSON.stringify(text)}; it takes ${right}`;
    return null;
  }

  key(): ServiceKey | null {
    const { given } = this;
    const read = (text: string) => (text === 'tcp' || text === 'udp' ? text : null);
    if (given.has('-M')) {
      // Some give a protocol all the same, which a mark makes meaningless.
      this.take('-P', read, 'tcp or udp');
      const right = `a mark from 1 to ${markLimit}`;
      const mark = this.need('-M', (text) => whole(text, markLimit) || null, right);
      return mark === null ? null : { protocol: 'fwmark', mark, family: 'ipv4' };
    }
    const protocol = this.need('-P', read, 'tcp or udp');
    const service = this.need('-V', boundEndpoint, 'an address and port like 192.0.2.1:80');
    return protocol === null || service === null ? null : { protocol, ...service };
  }
}

function boundEndpoint(text: string): Endpoint | null {
  const read = readEndpoint(text);
  return read?.port === 0 ? null : read;
}

/** Without a port it is that of the service; behind a mark, the one that the client asked for. */
function serverOf(text: string, key: ServiceKey | null): Endpoint | null {
  const bare = isAddress(text) ? text : readIpv6(text.replace(/^\[(.*)\]$/, '$1'));
  if (key?.protocol === 'fwmark') return bare === null ? readEndpoint(text) : { address: bare, port: 0 };
  return bare === null ? boundEndpoint(text) : { address: bare, port: key?.port ?? 0 };
}

/**
 * What an alert makes of the server. An upalert always puts it in, also when it is the very line that is the failure
 * alert.
 * @returns null: it says nothing of the server
 */
export function stateAfter({ state }: Pick<LvsAlert, 'state'>, type: AlertType): 'up' | 'down' | null {
  switch (type) {
    case 'up':
      return 'up';
    case 'failure':
    case 'trap':
    case 'traptimeout':
      return state ?? 'down';
    default:
      return null;
  }
}

function whole(text: string, max: number): number | null {
  return /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function fault(name: string, problem: string): Result<never> {
  return { ok: false, error: `${name} ${problem}` };
}
