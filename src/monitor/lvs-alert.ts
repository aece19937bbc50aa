/**
 * The arguments of `lvs.alert` (and of `ipvs.alert`, its later name), which is built in: which real server of which
 * virtual service an alert takes out or puts in. Pure; changes no health and no table.
 */

import { isAddress } from '../config/address';
import type { Address } from '../config/config';
import type { ForwardMethod, ServiceKey } from '../director/table';
import type { Result } from '../host/host';

/** MON_ALERTTYPE of mon(8). */
export type AlertType = 'failure' | 'up' | 'startup' | 'trap' | 'traptimeout' | 'ack' | 'disable';

export interface LvsAlert {
  readonly service: ServiceKey;
  readonly server: { readonly address: Address; readonly port: number };
  /** As given by -W and -F; null where the flag is missing. */
  readonly weight: number | null;
  readonly method: ForwardMethod | null;
  /** -X: `down` takes the server out, `up` puts it in; null leaves it to the type of the alert. */
  readonly state: 'up' | 'down' | null;
}

type Flag = '-P' | '-V' | '-R' | '-W' | '-F' | '-X';

const flags: readonly string[] = ['-P', '-V', '-R', '-W', '-F', '-X'] satisfies Flag[];
const flagHelp =
  '-P tcp|udp -V virtual-address:port -R real-address[:port] [-W weight] [-F m|g|i] [-X down|up]';
const weightLimit = 65_535;

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
  const name = argv[0]?.split('/').pop();
  return name === 'lvs.alert' || name === 'ipvs.alert';
}

/**
 * @param argv program name and arguments, as configured
 * @returns or one sentence that names the flag and what would be right
 */
export function parseLvsAlert(argv: readonly string[]): Result<LvsAlert> {
  const given = new Map<string, string>();
  for (let at = 1; at < argv.length; at += 2) {
    const flag = argv[at] ?? '';
    const value = argv[at + 1];
    if (!flags.includes(flag)) return fault(`does not know ${JSON.stringify(flag)}; it takes ${flagHelp}`);
    if (value === undefined) return fault(`has no value after ${flag}; it takes ${flagHelp}`);
    if (given.has(flag)) return fault(`has ${flag} twice`);
    given.set(flag, value);
  }
  const protocol = given.get('-P');
  if (protocol !== 'tcp' && protocol !== 'udp') return wrong(given, '-P', 'tcp or udp');
  const service = endpoint(given.get('-V'), null);
  if (service === null) return wrong(given, '-V', 'an address and port like 192.0.2.1:80');
  const server = endpoint(given.get('-R'), service.port);
  if (server === null) return wrong(given, '-R', 'an address like 192.168.2.3 or 192.168.2.3:80');
  const weight = given.has('-W') ? whole(given.get('-W'), weightLimit) : null;
  if (weight === null && given.has('-W'))
    return wrong(given, '-W', `a whole number from 0 to ${weightLimit}`);
  const method = methods.get(given.get('-F') ?? '') ?? null;
  if (method === null && given.has('-F'))
    return wrong(given, '-F', 'm (NAT), g (direct routing) or i (tunnel)');
  const state = given.get('-X') ?? null;
  if (state !== null && state !== 'up' && state !== 'down') return wrong(given, '-X', 'down or up');
  return { ok: true, value: { service: { protocol, ...service }, server, weight, method, state } };
}

/** An upalert always puts the server in, also when it is the very line that is the failure alert. */
export function putsIn(alert: LvsAlert, type: AlertType): boolean {
  return type === 'up' || alert.state === 'up';
}

function endpoint(text: string | undefined, port: number | null): { address: Address; port: number } | null {
  const [address = '', digits, ...more] = (text ?? '').split(':');
  const given = digits === undefined ? port : whole(digits, 65_535);
  if (!isAddress(address) || given === null || given === 0 || more.length > 0) return null;
  return { address, port: given };
}

function whole(text: string | undefined, max: number): number | null {
  return text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= max ? Number(text) : null;
}

function wrong(given: ReadonlyMap<string, string>, flag: Flag, right: string): Result<never> {
  const value = given.get(flag);
  return fault(
    value === undefined
      ? `needs ${flag}: ${right}`
      : `has ${flag} ${JSON.stringify(value)}; it takes ${right}`,
  );
}

function fault(problem: string): Result<never> {
  return { ok: false, error: `lvs.alert ${problem}` };
}
